# SPDX-License-Identifier: Apache-2.0
"""With whom single accounts and entries are shared, as the nightly comparison with its leaves reads it."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Model, QuerySet

from apps.accounting.domain.logged_content import viewers_content
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.policy.object_grants import people_by_object, shared
from cortex.ports.logged_objects import LoggedObject

NO_VIEWERS = canonical_digest(viewers_content(()))


class LoggedViewers:
    """Objects of one kind that are shared with somebody; one that is shared no longer is not there."""

    def __init__(self, model: type[Model], permission: str) -> None:
        self._model, self._permission = model, permission

    @transactional
    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> list[LoggedObject]:
        """Return the shared objects behind that id, in the order of their ids."""
        rows = self._shared(company_id).order_by("id")
        found = (rows.filter(id__gt=after) if after else rows).values_list("id", flat=True)
        return self._objects(list(found[:limit]))

    @transactional
    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        """Return those of the objects that are shared."""
        found = self._shared(company_id).filter(id__in=list(object_ids))
        return self._objects(list(found.values_list("id", flat=True)))

    def _shared(self, company_id: UUID | None) -> QuerySet[Model]:
        rows = self._model._default_manager.filter(company_id=company_id)
        return shared(rows, self._permission)

    def _objects(self, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        viewers = people_by_object(self._model, self._permission, object_ids=object_ids)
        return [LoggedObject(each, canonical_digest(viewers_content(viewers[each]))) for each in object_ids]
