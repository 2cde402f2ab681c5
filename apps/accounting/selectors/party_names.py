# SPDX-License-Identifier: Apache-2.0
"""Names of parties as their rows hold them: sealed, or in the clear until the renewal came by."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import structlog

from apps.accounting.domain.errors import PartyNamesMustBeReadable
from apps.accounting.domain.party_name import PARTY_NAME, UNREADABLE
from cortex.errors import CortexError
from cortex.ports.key_management import KeyMustExist
from cortex.ports.vault import VaultMustBeReachable
from cortex.sealed_fields.sealing import SealedText, find_indexes, make_indexes, open_texts

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StoredName:
    """A row's name: either `clear`, or `content` under the key `key_id`."""

    party_id: UUID
    clear: str | None
    key_id: UUID | None
    content: bytes | None

    @classmethod
    def of(cls, party_id: Any, clear: str | None, key_id: Any, content: Any) -> Self:
        """Read columns as the database or its JSON gives them; there, bytes are hexadecimal."""
        return cls(
            party_id=_id(party_id),
            clear=clear,
            key_id=None if key_id is None else _id(key_id),
            content=bytes.fromhex(content) if isinstance(content, str) else content and bytes(content),
        )


def shown_names(*, company_id: UUID, stored: Iterable[StoredName]) -> dict[UUID, str]:
    """Return the name of each party, or UNREADABLE while the keeper of keys does not answer.

    Raises: FieldMustBeIntact.
    """
    wanted = list(stored)
    try:
        return read_names(company_id=company_id, stored=wanted)
    except PartyNamesMustBeReadable as error:
        _log.warning("party_names_not_readable", names=len(wanted), code=error.evidence["got"])
        return {
            each.party_id: UNREADABLE if each.clear is None else each.clear
            for each in wanted
            # A name that was erased is none that cannot be read.
            if each.clear is not None or each.content is not None
        }


def read_names(*, company_id: UUID, stored: Iterable[StoredName]) -> dict[UUID, str]:
    """Return the name of each party; raises PartyNamesMustBeReadable, FieldMustBeIntact."""
    names, sealed = {}, {}
    for each in stored:
        if each.clear is not None:
            names[each.party_id] = each.clear
        elif each.key_id is not None and each.content is not None:
            sealed[each.party_id] = SealedText(each.party_id, each.key_id, each.content)
    try:
        opened = open_texts(field=PARTY_NAME, company_id=company_id, sealed_texts=sealed.values())
    except (VaultMustBeReachable, KeyMustExist) as error:
        raise names_must_be_readable(error) from error
    return names | opened


def name_indexes(*, company_id: UUID, names: Collection[str], may_make: bool = False) -> dict[str, bytes]:
    """Return the blind index of each name; raises PartyNamesMustBeReadable.

    Without `may_make` nothing is written, and there are none before the first name was sealed.
    """
    indexes = make_indexes if may_make else find_indexes
    try:
        return indexes(field=PARTY_NAME, company_id=company_id, texts=names)
    except (VaultMustBeReachable, KeyMustExist) as error:
        raise names_must_be_readable(error) from error


def names_must_be_readable(error: CortexError) -> PartyNamesMustBeReadable:
    """Return the refusal of what cannot be done without names."""
    return PartyNamesMustBeReadable(
        f"Names of parties: expected a keeper of keys that answers, got {error.code}. Nothing was changed; "
        "amounts can be read meanwhile. Try again soon; if it lasts, ask the operator to look at the vault.",
        evidence={
            "object": "names of parties",
            "expected": "a keeper of keys that answers",
            "got": error.code,
            "remedy": "try again soon",
        },
    )


def _id(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
