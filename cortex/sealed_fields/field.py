# SPDX-License-Identifier: Apache-2.0
"""Which fields are sealed: rooms declare theirs, and the renewal, the checks and the rules read it here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cortex.sealed_fields.errors import FieldMustBeDeclaredOnce

_NAME = re.compile(r"\A[a-z_]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedField:
    """A text column of a company's table, sealed beside itself.

    Of a column `name`, `name_sealed` holds the sealed text, `name_key_id` the key, `name_index` the blind
    index; `name` itself is null then. `row_column` names the row: it is authenticated with the text.
    """

    # As models and rules on governance name it, such as accounting.PartyName.name.
    name: str
    key_class: str
    table: str
    column: str
    row_column: str
    has_blind_index: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be a name in SQL: statements are made of these."""
        for name in (self.table, self.column, self.row_column):
            if not _NAME.match(name):
                raise ValueError(f"Sealed field {self.name}: expected small letters and _, got {name!r}")


_declared: dict[str, SealedField] = {}


def declare_sealed_field(field: SealedField) -> None:
    """Declare the field; the same declaration again changes nothing."""
    if _declared.setdefault(field.name, field) != field:
        raise FieldMustBeDeclaredOnce(
            f"Sealed field {field.name}: expected one declaration, got a second one that differs.",
            evidence={"object": field.name, "expected": 1, "got": 2, "remedy": "declare it in one room"},
        )


def declared_sealed_fields() -> Sequence[SealedField]:
    """Return all, by name."""
    return [_declared[name] for name in sorted(_declared)]
