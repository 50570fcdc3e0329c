"""The siege: a production-like installation, and everybody who attacks it. `make siege`."""
