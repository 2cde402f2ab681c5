# SPDX-License-Identifier: Apache-2.0
"""Backups that the schedule takes, and how long any backup is kept."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from cortex.boot.configuration.readers import Listed, Place, Unexpected, Whole
from cortex.boot.configuration.subjects.subject import Subject

# What was erased would live on in an older one.
KEPT_DAYS_MAX = 90


@dataclass(frozen=True)
class Days(Whole):
    """A whole number of days, as long as a backup may be kept at most."""

    def read(self, given: object) -> int:
        """Return the number."""
        days = super().read(given)
        if days > KEPT_DAYS_MAX:
            raise Unexpected(f"a whole number of days up to {KEPT_DAYS_MAX}")
        return days


class Backups(Subject):
    """Nothing here is secret: the identity that opens a backup is kept elsewhere."""

    directory: Annotated[str, Place()] = Field("", alias="BACKUP_DIRECTORY")
    recipients: Annotated[tuple[str, ...], Listed()] = Field((), alias="BACKUP_RECIPIENTS")
    kept_days: Annotated[int, Days(1)] = Field(30, alias="BACKUP_KEPT_DAYS")
