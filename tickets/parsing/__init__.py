"""Quick create: a request in plain words becomes a filled form, to be checked by a person."""
