# SPDX-License-Identifier: Apache-2.0
"""Seal what is still in the clear, seal anew what lies under an older key, and wrap all keys anew.

It may be stopped and started again at any time: each batch is a transaction, and a finished one is skipped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.ports.key_management import KeyManagement
from cortex.ports.registry import get
from cortex.sealed_fields.field import SealedField, declared_sealed_fields
from cortex.sealed_fields.keys import key_context
from cortex.sealed_fields.sealing import SealedText, make_indexes, open_texts, seal_texts
from cortex.tenancy.scope import scope

BATCH = 200
_CLEAR = """
SELECT company_id, {row_column}, {column} FROM {table}
 WHERE {column} IS NOT NULL AND company_id = coalesce(%s, (
   SELECT company_id FROM {table} WHERE {column} IS NOT NULL ORDER BY company_id LIMIT 1))
 ORDER BY {row_column} LIMIT %s
"""
_SEAL = """
UPDATE {table} SET {column} = NULL, {column}_key_id = %s, {column}_sealed = %s
 WHERE company_id = %s AND {row_column} = %s AND {column} = %s
"""
_SEAL_WITH_INDEX = """
UPDATE {table} SET {column} = NULL, {column}_key_id = %s, {column}_sealed = %s, {column}_index = %s
 WHERE company_id = %s AND {row_column} = %s AND {column} = %s
"""
_OLD_KEYS = """
SELECT old.company_id, old.id FROM sealed_fields_key old
 WHERE old.key_class = %s AND old.purpose = 'encryption' AND old.company_id = coalesce(%s, old.company_id)
   AND EXISTS (SELECT FROM sealed_fields_key newer
                WHERE newer.company_id = old.company_id AND newer.key_class = old.key_class
                  AND newer.purpose = old.purpose AND newer.version > old.version)
 ORDER BY 1, 2
"""
_UNDER = """
SELECT {row_column}, {column}_key_id, {column}_sealed FROM {table}
 WHERE company_id = %s AND {column}_key_id = %s ORDER BY {row_column} LIMIT %s
"""
_SEAL_ANEW = """
UPDATE {table} SET {column}_key_id = %s, {column}_sealed = %s
 WHERE company_id = %s AND {row_column} = %s AND {column}_key_id = %s
"""
_KEYS = """
SELECT company_id, id, wrapped_key FROM sealed_fields_key
 WHERE (company_id, id) > (%s, %s) AND company_id = coalesce(%s, company_id) ORDER BY company_id, id LIMIT %s
"""
_REWRAP = (
    "UPDATE sealed_fields_key SET wrapped_key = %s WHERE company_id = %s AND id = %s AND wrapped_key = %s"
)
_COUNT_KEYS = "SELECT count(*) FROM sealed_fields_key WHERE company_id = %s"
_COUNT_TEXTS = """
SELECT count(*) FROM {table}
 WHERE company_id = %s AND ({column} IS NOT NULL OR {column}_key_id = ANY(%s::uuid[]))
"""
Tell = Callable[[int], None]


@dataclass(slots=True)
class FieldRenewal:
    """How many texts were sealed, and sealed anew; how many keys were seen, and how many wrapped anew."""

    sealed: int = 0
    sealed_anew: int = 0
    keys: int = 0
    rewrapped: int = 0

    @property
    def seen(self) -> int:
        """Return how many things were looked at."""
        return self.sealed + self.sealed_anew + self.keys


def count_to_renew(*, company_id: UUID) -> int:
    """Return how many texts and keys of the company a renewal would look at."""
    with service_transaction() as cursor:
        cursor.execute(_COUNT_KEYS, [company_id])
        count = int(cursor.fetchone()[0])
        for field in declared_sealed_fields():
            cursor.execute(_OLD_KEYS, [field.key_class, company_id])
            old = [key_id for _company, key_id in cursor.fetchall()]
            cursor.execute(_of(_COUNT_TEXTS, field), [company_id, old])
            count += int(cursor.fetchone()[0])
    return count


def renew_sealed_fields(*, company_id: UUID | None = None, tell: Tell = lambda _seen: None) -> FieldRenewal:
    """Renew one company or all and return what was done.

    `tell` is called with how many texts and keys were seen so far.
    Raises: VaultMustBeReachable, KeyMustExist, FieldMustBeIntact.
    """
    done = FieldRenewal()
    for field in declared_sealed_fields():
        while rows := _rows(_of(_CLEAR, field), [company_id, BATCH]):
            done.sealed += _seal(field, rows)
            tell(done.seen)
        for of_company, key_id in _rows(_OLD_KEYS, [field.key_class, company_id]):
            while rows := _rows(_of(_UNDER, field), [of_company, key_id, BATCH]):
                done.sealed_anew += _seal_anew(field, of_company, rows)
                tell(done.seen)
    _rewrap_keys(company_id, done, tell)
    return done


def _seal(field: SealedField, rows: Sequence[Sequence[Any]]) -> int:
    company_id: UUID = rows[0][0]
    texts = {row_id: text for _company, row_id, text in rows}
    with scope([company_id]):
        stored, indexes = transactional(_sealed)(field, company_id, texts)
    changes: list[list[Any]] = []
    for each in stored:
        text = texts[each.row_id]
        index = [indexes[text]] if field.has_blind_index else []
        changes.append([each.key_id, each.content, *index, company_id, each.row_id, text])
    statement = _SEAL_WITH_INDEX if field.has_blind_index else _SEAL
    with service_transaction() as cursor:
        cursor.executemany(_of(statement, field), changes)
    return len(changes)


def _sealed(
    field: SealedField, company_id: UUID, texts: dict[UUID, str]
) -> tuple[list[SealedText], dict[str, bytes]]:
    indexes = (
        make_indexes(field=field, company_id=company_id, texts=list(texts.values()))
        if field.has_blind_index
        else {}
    )
    return seal_texts(field=field, company_id=company_id, texts=texts), indexes


def _seal_anew(field: SealedField, company_id: UUID, rows: Sequence[Sequence[Any]]) -> int:
    before = [SealedText(row_id, key_id, bytes(content)) for row_id, key_id, content in rows]
    with scope([company_id]):
        after = transactional(_under_newest)(field, company_id, before)
    changes: list[list[Any]] = [
        [new.key_id, new.content, company_id, old.row_id, old.key_id]
        for old, new in zip(before, after, strict=True)
    ]
    with service_transaction() as cursor:
        cursor.executemany(_of(_SEAL_ANEW, field), changes)
    return len(changes)


def _under_newest(field: SealedField, company_id: UUID, before: list[SealedText]) -> list[SealedText]:
    texts = open_texts(field=field, company_id=company_id, sealed_texts=before)
    return seal_texts(field=field, company_id=company_id, texts=texts)


def _rewrap_keys(company_id: UUID | None, done: FieldRenewal, tell: Tell) -> None:
    place = [UUID(int=0), UUID(int=0)]
    while batch := _rows(_KEYS, [*place, company_id, BATCH]):
        place = list(batch[-1][:2])
        done.rewrapped += sum(_rewrapped(of_company, key_id, bytes(old)) for of_company, key_id, old in batch)
        done.keys += len(batch)
        tell(done.seen)


def _rewrapped(company_id: UUID, key_id: UUID, before: bytes) -> int:
    """Wrap one key anew unless it is the latest already; no transaction waits for the vault."""
    context = key_context(company_id=company_id, key_id=key_id)
    after = get(KeyManagement).rewrap(ciphertext=before, context=context)
    if after == before:
        return 0
    with service_transaction() as cursor:
        cursor.execute(_REWRAP, [after, company_id, key_id, before])
        return int(cursor.rowcount)


def _rows(statement: str, parameters: Sequence[Any]) -> list[Any]:
    with service_transaction() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _of(statement: str, field: SealedField) -> str:
    """Return the statement for this field; its names are checked where it is declared."""
    return statement.format(table=field.table, column=field.column, row_column=field.row_column)
