"""schema.py -- checks a value against a JSON Schema

Only the keywords that our schemas use are known; an unknown one is an error, so
that none is ignored.
"""

import json

SILENT = {"$schema", "$defs", "title", "description"}


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


IS_OF_TYPE = {
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
    "integer": is_integer,
}


def same(value, other):
    """JSON's equality: true is not 1."""
    return type(value) is type(other) and value == other


class Schema:
    """One schema file."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = json.load(file)

    def errors(self, value):
        """What is wrong with the value, as sentences; [] if nothing is."""
        return list(self.check(value, self.root, "it"))

    def check(self, value, schema, where):
        for word, wanted in schema.items():
            if word not in SILENT:
                yield from getattr(self, "check_" + word.lstrip("$"))(value, wanted, where)

    def check_type(self, value, wanted, where):
        if not IS_OF_TYPE[wanted](value):
            yield f"{where} is no {wanted}: {value!r}"

    def check_const(self, value, wanted, where):
        if not same(value, wanted):
            yield f"{where} is {value!r}, not {wanted!r}"

    def check_enum(self, value, wanted, where):
        if not any(same(value, each) for each in wanted):
            yield f"{where} is {value!r}, none of {wanted!r}"

    def check_minimum(self, value, wanted, where):
        if is_integer(value) and value < wanted:
            yield f"{where} is {value}, less than {wanted}"

    def check_maximum(self, value, wanted, where):
        if is_integer(value) and value > wanted:
            yield f"{where} is {value}, more than {wanted}"

    def check_maxLength(self, value, wanted, where):
        if isinstance(value, str) and len(value) > wanted:
            yield f"{where} has {len(value)} characters, more than {wanted}"

    def check_required(self, value, wanted, where):
        if isinstance(value, dict):
            yield from (f"{where} has no {name}" for name in wanted if name not in value)

    def check_properties(self, value, wanted, where):
        if isinstance(value, dict):
            for name, schema in wanted.items():
                if name in value:
                    yield from self.check(value[name], schema, name)

    def check_ref(self, value, wanted, where):
        schema = self.root
        for name in wanted.removeprefix("#/").split("/"):
            schema = schema[name]
        yield from self.check(value, schema, where)

    def check_oneOf(self, value, wanted, where):
        found = [list(self.check(value, schema, where)) for schema in wanted]
        fitting = sum(not errors for errors in found)
        if fitting != 1:
            nearest = min(found, key=len)
            yield f"{where} has {fitting} forms, not one; nearest: {'; '.join(nearest)}"
