# SPDX-License-Identifier: Apache-2.0
"""Rows of one table, or one object, as the comparison with their leaves reads them."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cortex.database.transactions import transactional
from cortex.ports.logged_objects import LoggedObject, WithoutLeaf

Row = Any


class StoredRows:
    """Reads rows whose `key` is the id that leaves name, and computes the digest of each."""

    def __init__(
        self,
        *,
        rows: Callable[[], QuerySet[Row]],
        digest: Callable[[Row], str],
        key: str = "id",
        made_with: str | None = None,
        is_companys: bool | None = True,
        without_leaf: Callable[[Row], WithoutLeaf] = lambda _row: WithoutLeaf.DIFFERS,
    ) -> None:
        """Without `is_companys` the table has no such column; of proposals both kinds are in one table."""
        self._rows, self._digest, self._key = rows, digest, key
        self._made_with, self._is_companys = made_with, is_companys
        self._without_leaf = without_leaf

    @transactional
    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> list[LoggedObject]:
        """Return the objects behind that id, in the order of their ids."""
        rows = self._of(company_id)
        if after is not None:
            rows = rows.filter(**{f"{self._key}__gt": after})
        return [self._object(row) for row in rows.order_by(self._key)[:limit]]

    @transactional
    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        """Return those of the objects that are there."""
        rows = self._of(company_id).filter(**{f"{self._key}__in": list(object_ids)})
        return [self._object(row) for row in rows]

    def _of(self, company_id: UUID | None) -> QuerySet[Row]:
        rows = self._rows()
        return rows if self._is_companys is None else rows.filter(company_id=company_id)

    def _object(self, row: Row) -> LoggedObject:
        made_with = getattr(row, self._made_with) if self._made_with else None
        return LoggedObject(
            getattr(row, self._key), self._digest(row), made_with, without_leaf=self._without_leaf(row)
        )


class OneObject:
    """Reads the one object of its kind, which has no table of its own: `found` returns it as it is now."""

    def __init__(self, *, object_id: UUID, found: Callable[[], LoggedObject | None]) -> None:
        self._id, self._found = object_id, found

    @transactional
    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> list[LoggedObject]:
        """Return it at the beginning, where it is there."""
        return self._objects() if after is None else []

    @transactional
    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        """Return it where it is asked for and is there."""
        return self._objects() if self._id in object_ids else []

    def _objects(self) -> list[LoggedObject]:
        found = self._found()
        return [] if found is None else [found]
