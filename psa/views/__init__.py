"""What the integrations pages answer, a tab a module."""
