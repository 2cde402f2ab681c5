# SPDX-License-Identifier: Apache-2.0
"""What makes a document mean two things, or nothing, or too much."""

DEPTH_MAX = 8
MEMBERS_MAX = 5000


class Unclear(ValueError):
    """A document is not strict; says where, and never quotes a value."""

    def __init__(self, reason: str, *, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


TOO_DEEP = f"values may be nested {DEPTH_MAX} deep, these are nested deeper"
TOO_MANY = f"a document may hold {MEMBERS_MAX} values, this one holds more"
NO_MAPPING = "expected names with values (NAME: value), got something else"
NULL = "a name without a value must be left out; null is no value"


def twice(name: str) -> str:
    """Say that a name stands in a mapping twice."""
    return f"{name[:80]!r} is set twice"
