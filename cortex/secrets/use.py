# SPDX-License-Identifier: Apache-2.0
"""One use of a key, as it is written down."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cortex.boot.lifecycle.hooks import ProcessKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The first use of its kind in an hour, as far as this process knows."""

    keeper: str
    key_id: str
    version: int
    operation: str
    process: ProcessKind
    used_at: datetime

    @property
    def hour_at(self) -> datetime:
        """Return when its hour began, in UTC."""
        return self.used_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often one process used a key's version for one operation since it last told."""

    keeper: str
    key_id: str
    version: int
    operation: str
    process: str
    count: int
    since_at: datetime
    until_at: datetime
