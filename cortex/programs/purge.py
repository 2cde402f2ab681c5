# SPDX-License-Identifier: Apache-2.0
"""Delete what is over, in batches: however much it is, no batch is large and nobody waits for it.

Each stage walks its table by age and id, so that what stays is not looked at again and again. A batch is a
transaction of its own, and leaves out rows that somebody holds: they are found next time. Whoever is
stopped in between loses nothing, and the next run goes on where the rows are left.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from oauth2_provider.settings import oauth2_settings

from cortex.database.transactions import transactional
from cortex.ports.principal import Principal
from cortex.programs.actions import PURGE_TOKENS
from cortex.programs.asking import require
from cortex.programs.families import LIFETIME

BATCH = 5_000
Told = Callable[[str, int], None]
_SQL = Path(__file__).parent / "purge_sql"
_BEGINNING = "-infinity"


@dataclass(frozen=True, slots=True)
class Stage:
    """One kind of rows, the file that deletes a batch of them, and how long they stay beyond their end."""

    name: str
    file: str
    kept_for: timedelta = timedelta(0)
    first_id: int | str = 0

    @property
    def statement(self) -> str:
        """Return the statement of one batch; it answers how many rows went, and where it stood at the end."""
        return (_SQL / self.file).read_text(encoding="utf-8")


def stages() -> tuple[Stage, ...]:
    """Return the stages in the order in which their rows let go of each other."""
    unused = timedelta(seconds=oauth2_settings.REFRESH_TOKEN_EXPIRE_SECONDS)
    no_id = "00000000-0000-0000-0000-000000000000"
    return (
        # A used refresh token is kept as long as its repetition would tell of a theft.
        Stage("used refresh tokens", "used_refresh_tokens.sql", kept_for=unused),
        Stage("idle refresh tokens", "idle_refresh_tokens.sql", kept_for=unused),
        Stage("authorizations", "authorizations.sql", kept_for=LIFETIME + unused, first_id=no_id),
        Stage("access tokens", "access_tokens.sql"),
        Stage("ID tokens", "id_tokens.sql"),
        Stage("authorization codes", "authorization_codes.sql"),
        Stage("device codes", "device_codes.sql"),
    )


def purge(
    *, at: datetime, purged_by: Principal, batch: int = BATCH, told: Told = lambda _name, _deleted: None
) -> Mapping[str, int]:
    """Delete what was over at this time and return how many rows of each kind; `told` hears of each batch."""
    require(principal=purged_by, action=PURGE_TOKENS)
    return {stage.name: _purge_stage(stage, at=at, batch=batch, told=told) for stage in stages()}


def _purge_stage(stage: Stage, *, at: datetime, batch: int, told: Told) -> int:
    position: tuple[Any, Any] = (_BEGINNING, stage.first_id)
    total, statement = 0, stage.statement
    while True:
        deleted, mark, last = _delete_batch(
            statement, before=at - stage.kept_for, after=position, batch=batch
        )
        total += deleted
        if deleted:
            told(stage.name, total)
        if mark is None:
            return total
        position = (mark, last)


@transactional
def _delete_batch(
    statement: str, *, before: datetime, after: tuple[Any, Any], batch: int
) -> tuple[int, Any, Any]:
    """Delete one batch; the position is None when there is no further one."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"before": before, "mark": after[0], "last": after[1], "batch": batch})
        deleted, mark, last = cursor.fetchone()
    return int(deleted), mark, last
