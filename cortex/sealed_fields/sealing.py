# SPDX-License-Identifier: Apache-2.0
"""Seal texts of a field, open them again, and find them by their index."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from cortex import aes_gcm
from cortex.canonical_json import canonical_json
from cortex.ports.key_management import DataKey
from cortex.sealed_fields.blind_index import blind_indexes
from cortex.sealed_fields.errors import FieldMustBeIntact
from cortex.sealed_fields.field import SealedField
from cortex.sealed_fields.keys import ENCRYPTION, INDEX, find_key, find_or_make_key, keys_by_id


@dataclass(frozen=True, slots=True)
class SealedText:
    """What is stored of a text of one row."""

    row_id: UUID
    key_id: UUID
    content: bytes


def find_indexes(*, field: SealedField, company_id: UUID, texts: Collection[str]) -> dict[str, bytes]:
    """Return the index of each text; none while nothing was ever sealed, so that nothing can be found.

    It writes nothing. Raises: VaultMustBeReachable, KeyMustExist.
    """
    found = find_key(company_id=company_id, key_class=field.key_class, purpose=INDEX)
    if found is None:
        return {}
    return blind_indexes(key=found.key, field=field, company_id=company_id, texts=texts)


def make_indexes(*, field: SealedField, company_id: UUID, texts: Collection[str]) -> dict[str, bytes]:
    """Return the index of each text; the first call makes the key. Raises: as `find_indexes`."""
    found = find_or_make_key(company_id=company_id, key_class=field.key_class, purpose=INDEX)
    return blind_indexes(key=found.key, field=field, company_id=company_id, texts=texts)


def seal_texts(*, field: SealedField, company_id: UUID, texts: Mapping[UUID, str]) -> list[SealedText]:
    """Return the text of each row sealed under the newest key; raises VaultMustBeReachable, KeyMustExist."""
    newest = find_or_make_key(company_id=company_id, key_class=field.key_class, purpose=ENCRYPTION)
    return [
        SealedText(row_id, newest.id, sealed(newest.key, field, company_id, row_id, text))
        for row_id, text in texts.items()
    ]


def open_texts(
    *, field: SealedField, company_id: UUID, sealed_texts: Iterable[SealedText]
) -> dict[UUID, str]:
    """Return the text of each row; raises VaultMustBeReachable, KeyMustExist, FieldMustBeIntact."""
    stored = list(sealed_texts)
    keys = keys_by_id(company_id=company_id, key_ids={each.key_id for each in stored})
    return {
        each.row_id: unsealed(keys.get(each.key_id), field, company_id, each.row_id, each.content)
        for each in stored
    }


def sealed(key: DataKey, field: SealedField, company_id: UUID, row_id: UUID, text: str) -> bytes:
    """Return the text under this key, for this row."""
    bound = _bound(field, company_id, row_id)
    return aes_gcm.sealed(key=key.plaintext, text=text.encode(), bound=bound)


def unsealed(key: DataKey | None, field: SealedField, company_id: UUID, row_id: UUID, content: bytes) -> str:
    """Return the text; raises FieldMustBeIntact, also for one whose key belongs to no row."""
    try:
        if key is None:
            raise aes_gcm.SealMustFit
        bound = _bound(field, company_id, row_id)
        return aes_gcm.unsealed(key=key.plaintext, content=content, bound=bound).decode()
    except aes_gcm.SealMustFit:
        raise FieldMustBeIntact(
            f"Field {field.name} of row {row_id}: expected the text that was sealed there, got another. "
            "Restore it from a backup, and look into who may write to the database.",
            evidence={"object": str(row_id), "got": field.name, "remedy": "restore it from a backup"},
        ) from None


def _bound(field: SealedField, company_id: UUID, row_id: UUID) -> bytes:
    """Return what the seal authenticates: no text is moved to another row, field, class or company."""
    return canonical_json(["sealed_field/v1", str(company_id), field.key_class, field.name, str(row_id)])
