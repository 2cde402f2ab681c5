# SPDX-License-Identifier: Apache-2.0
"""Entries of the schedule as the nightly comparison with their leaves reads them."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django_celery_beat.models import PeriodicTask

from cortex.database.transactions import transactional
from cortex.jobs.switch_schedule import OBJECT_TYPE, is_as_shipped, schedule_digest, schedule_in_log
from cortex.ports.logged_objects import LoggedObject, LoggedObjects, WithoutLeaf, logged_objects


class LoggedSchedules:
    """The schedule's entries, a few dozen: leaves name them by an id that follows from the name."""

    @transactional
    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> list[LoggedObject]:
        """Return the entries behind that id, in the order of their ids."""
        behind = (each for each in _entries() if after is None or each.object_id > after)
        return sorted(behind, key=lambda each: each.object_id)[:limit]

    @transactional
    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        """Return those of the entries that are there."""
        return [each for each in _entries() if each.object_id in set(object_ids)]


def declare_logged() -> None:
    """Register them: the program makes its entries, and drops those that it declares no longer."""
    logged_objects(
        LoggedObjects(
            object_type=OBJECT_TYPE,
            is_platforms=True,
            rows=LoggedSchedules(),
            is_kept=False,
        )
    )


def _entries() -> Iterator[LoggedObject]:
    for entry in PeriodicTask.objects.order_by():
        yield LoggedObject(
            schedule_in_log(name=entry.name),
            schedule_digest(name=entry.name, is_enabled=entry.enabled),
            without_leaf=WithoutLeaf.FITS if is_as_shipped(entry) else WithoutLeaf.DIFFERS,
        )
