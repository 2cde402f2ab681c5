# SPDX-License-Identifier: Apache-2.0
"""What the schedule says of one of the program's tasks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django_celery_beat.models import PeriodicTask

from cortex.database.transactions import transactional


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleEntry:
    """An entry that the program declares; `is_known` once the schedule has run, which makes its row."""

    id: int | None
    every: timedelta
    is_enabled: bool
    last_run_at: datetime | None

    @property
    def is_known(self) -> bool:
        """Return whether the schedule was ever started with it."""
        return self.id is not None

    @property
    def every_minutes(self) -> int:
        """Return the interval in whole minutes."""
        return int(self.every.total_seconds() // 60)


@transactional
def schedule_entry(*, name: str) -> ScheduleEntry:
    """Return the entry of this name in the program's schedule; raises KeyError where it declares none."""
    every = timedelta(seconds=settings.CELERY_BEAT_SCHEDULE[name]["schedule"])
    row = PeriodicTask.objects.filter(name=name).first()
    if row is None:
        return ScheduleEntry(id=None, every=every, is_enabled=False, last_run_at=None)
    return ScheduleEntry(id=row.pk, every=every, is_enabled=row.enabled, last_run_at=row.last_run_at)
