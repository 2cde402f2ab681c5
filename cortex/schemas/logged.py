# SPDX-License-Identifier: Apache-2.0
"""Subjects of the registry as the nightly comparison with their leaves reads them."""

from collections.abc import Sequence
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.ports.logged_objects import LoggedObject, LoggedObjects, logged_objects
from cortex.schemas.digests import subject_digest
from cortex.schemas.models import Subject
from cortex.schemas.trail import EVERY_SUBJECT, SUBJECT


class LoggedSubjects:
    """Subjects with their versions. There are as many as types of events and contracts: each is read alone.

    The mode of all subjects has no row of its id; it is there whether or not anybody changed it.
    """

    @transactional
    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> list[LoggedObject]:
        """Return the subjects behind that id, in the order of their ids."""
        rows = Subject.objects.order_by("id")
        return _objects(list((rows.filter(id__gt=after) if after else rows)[:limit]))

    @transactional
    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        """Return those of the subjects that are there, and the mode of all."""
        found = _objects(list(Subject.objects.filter(id__in=list(object_ids))))
        of_all = subject_digest(name=None) if EVERY_SUBJECT in object_ids else None
        return [*found, *([LoggedObject(EVERY_SUBJECT, of_all)] if of_all else [])]


def declare_logged() -> None:
    """Register them."""
    logged_objects(LoggedObjects(object_type=SUBJECT, is_platforms=True, rows=LoggedSubjects()))


def _objects(subjects: Sequence[Subject]) -> list[LoggedObject]:
    digests = [(subject.id, subject_digest(name=subject.name)) for subject in subjects]
    return [LoggedObject(subject_id, digest) for subject_id, digest in digests if digest is not None]
