"""The pages of the tickets."""
