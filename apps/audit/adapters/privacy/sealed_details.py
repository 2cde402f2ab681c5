# SPDX-License-Identifier: Apache-2.0
"""Seal texts before they are written: each under the key of the object that its leaf speaks of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import connection

from apps.audit.domain.privacy.sealed_text import TextPlace, new_subject_key, open_subject_key, sealed
from cortex.ids import uuid7
from cortex.ports.key_management import DataKey, KeyMustExist
from cortex.ports.vault import VaultMustBeReachable

_log = structlog.get_logger(__name__)
# Key id, salt, value, sealed: the last, or the two before it, are there.
StoredText = tuple[UUID | None, bytes | None, str | None, bytes | None]


@dataclass(frozen=True, slots=True)
class Detail:
    """A text with its salt, beside a leaf about one subject."""

    company_id: UUID
    leaf_id: UUID
    subject_id: UUID
    name: str
    salt: bytes
    value: str


def stored_texts(details: Sequence[Detail]) -> list[StoredText]:
    """Return what is stored for each detail of one company, in order, inside the running transaction.

    While the keeper of keys does not answer, texts are stored in the clear, and sealed at night: emergency
    access and other verbs with a reason must work in the very hour in which the vault does not, or has lost
    the key that wraps.
    """
    try:
        return sealed_texts(details)
    except (VaultMustBeReachable, KeyMustExist) as error:
        _log.warning("audit_texts_not_sealed_yet", texts=len(details), code=error.code)
        return [(None, detail.salt, detail.value, None) for detail in details]


def sealed_texts(details: Sequence[Detail]) -> list[StoredText]:
    """Return each detail of one company sealed, in order; raises VaultMustBeReachable."""
    keys = _keys(details[0].company_id, {detail.subject_id for detail in details}) if details else {}
    return [_sealed(detail, *keys[detail.subject_id]) for detail in details]


def _sealed(detail: Detail, key_id: UUID, key: DataKey) -> StoredText:
    place = TextPlace(detail.company_id, detail.leaf_id, detail.name)
    return key_id, None, None, sealed(key=key, place=place, salt=detail.salt, value=detail.value)


def _keys(company_id: UUID, subjects: Collection[UUID]) -> Mapping[UUID, tuple[UUID, DataKey]]:
    known = _stored(company_id, subjects)
    missing = sorted(set(subjects) - known.keys())
    made = {subject: _made(company_id) for subject in missing}
    if made:
        _insert(company_id, made)
        # Read again: a subject that another transaction gave a key meanwhile keeps that one.
        known = _stored(company_id, subjects)
    return {
        subject: made[subject]
        if subject in made and made[subject][0] == key_id
        else (key_id, open_subject_key(company_id=company_id, key_id=key_id, wrapped=wrapped))
        for subject, (key_id, wrapped) in known.items()
    }


def _made(company_id: UUID) -> tuple[UUID, DataKey]:
    key_id = uuid7()
    return key_id, new_subject_key(company_id=company_id, key_id=key_id)


def _stored(company_id: UUID, subjects: Collection[UUID]) -> dict[UUID, tuple[UUID, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id, id, wrapped_key FROM audit_subject_key"
            " WHERE company_id = %s AND subject_id = ANY(%s)",
            [company_id, list(subjects)],
        )
        return {subject: (key_id, bytes(wrapped)) for subject, key_id, wrapped in cursor.fetchall()}


def _insert(company_id: UUID, made: Mapping[UUID, tuple[UUID, DataKey]]) -> None:
    rows = [(company_id, key_id, subject, key.wrapped) for subject, (key_id, key) in made.items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO audit_subject_key (company_id, id, subject_id, wrapped_key) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (company_id, subject_id) DO NOTHING",
            rows,
        )
