"""What a record is made of: names and kinds, to be laid beside recordings and the schema."""

JSON_TYPES = {
    "integer": "number",
    "number": "number",
    "string": "str",
    "boolean": "bool",
    "object": "dict",
    "array": "list",
}


def kind(value):
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, int | float) else type(value).__name__


def shape(value):
    """Names and kinds of everything in a record; lists by their first item."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return kind(value)


def same_shape(ours, theirs, optional=()):
    ours, theirs = shape(ours), shape(theirs)
    for name in optional:
        ours.pop(name, None)
        theirs.pop(name, None)
    assert ours == theirs


def check(schemas, name, record, where):
    """Every property is known to the schema, of its type, and never null."""
    known = schemas[name]["properties"]
    for key, value in record.items():
        assert key in known, f"{where}/{key} is not in {name}"
        specified = known[key]
        if "$ref" in specified:
            assert isinstance(value, dict), f"{where}/{key}"
            check(schemas, specified["$ref"].rpartition("/")[2], value, f"{where}/{key}")
            continue
        assert kind(value) == JSON_TYPES[specified["type"]], f"{where}/{key}"
        if "enum" in specified:
            assert value in specified["enum"], f"{where}/{key}"
