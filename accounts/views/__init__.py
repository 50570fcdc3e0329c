"""The pages of logging in, of the account and of its people."""
