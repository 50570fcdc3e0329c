"""Stand-ins for services that the product asks, for tests and the demo."""
