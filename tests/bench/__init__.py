"""How fast the product is, measured on real processes: `make bench` and `make load`."""
