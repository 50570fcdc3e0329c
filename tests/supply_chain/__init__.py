"""What the product and its tests are built from: known holes in it, and a list of it."""
