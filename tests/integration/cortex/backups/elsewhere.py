# SPDX-License-Identifier: Apache-2.0
"""Another cluster, and the books of the drill restored into it."""

from io import BytesIO

import pytest

from cortex.backups.restore_backup import restore_backup
from cortex.backups.verify_restore import verify_restore
from cortex.embedded import postgres
from tests.frame.aliases import connected_to
from tests.integration.cortex.backups.conftest import CONSOLE, DATABASE, Drill


def restored(drill: Drill, elsewhere: postgres.PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore what was just backed up into the other cluster, and require that it is equal."""
    sealed = drill.take()
    monkeypatch.setenv("DATABASE_ADMIN_URL", elsewhere.admin_dsn(DATABASE))
    known = {"identities": drill.identities, "database": DATABASE}
    restore_backup(archive=BytesIO(sealed), say=lambda _: None, **known)
    with connected_to(elsewhere, database=DATABASE):
        assert verify_restore(archive=BytesIO(sealed), verified_by=CONSOLE, **known).is_equal
