# SPDX-License-Identifier: Apache-2.0
"""Names of parties: sealed in the table, found by a blind index."""

from apps.accounting.domain.errors import PartyNameMustBeAName
from cortex.sealed_fields.field import SealedField

PARTY_NAME = SealedField(
    name="accounting.PartyName.name",
    key_class="accounting.party",
    table="accounting_party_name",
    column="name",
    row_column="party_id",
)
# What stands in place of a name while the keeper of keys does not answer: amounts must be readable then.
UNREADABLE = "[name cannot be read now]"


def check_party_name(name: str) -> None:
    """Refuse what pages show in place of a name: it was copied from one; raises PartyNameMustBeAName."""
    if name == UNREADABLE:
        raise PartyNameMustBeAName(
            f"Party {name}: expected the name of a party, got what pages show while names cannot be read. "
            "Enter the name.",
            evidence={"object": "party", "got": name, "remedy": "enter the name"},
        )
