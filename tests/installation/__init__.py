"""docs/operations.md followed literally, on a machine that may be thrown away."""
