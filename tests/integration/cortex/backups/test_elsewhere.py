# SPDX-License-Identifier: Apache-2.0
"""A backup in a new cluster, where transaction ids begin anew: the log goes on, or says why not."""

import secrets
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psycopg
import pytest

from apps.audit.services.advance_log import advance_log
from cortex.backups.restore_backup import restore_backup
from cortex.backups.verify_restore import verify_restore
from cortex.database import provision as provisioning
from cortex.embedded import postgres
from cortex.errors import CortexError
from tests.factories.log import LocalSigner, LocalWitnesses, append
from tests.frame.aliases import connected_to
from tests.frame.server import PASSWORDS
from tests.integration.cortex.backups.conftest import CONSOLE, Drill

pytestmark = pytest.mark.slow
DATABASE = "cortex"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.PostgresServer]:
    """Give a cluster that never saw these books."""
    base = Path("/tmp") / f"cortex-restore-{secrets.token_hex(4)}"
    base.mkdir(mode=0o700)
    server = postgres.ensure_running(base, durable=False)
    provisioning.provision(server.admin_dsn("postgres"), database=DATABASE, passwords=PASSWORDS)
    yield server
    server.stop()


def restored(drill: Drill, elsewhere: postgres.PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore what was just backed up into the other cluster, and require that it is equal."""
    sealed = drill.take()
    monkeypatch.setenv("DATABASE_ADMIN_URL", elsewhere.admin_dsn(DATABASE))
    known = {"identities": drill.identities, "database": DATABASE}
    restore_backup(archive=BytesIO(sealed), say=lambda _: None, **known)
    with connected_to(elsewhere, database=DATABASE):
        assert verify_restore(archive=BytesIO(sealed), verified_by=CONSOLE, **known).is_equal


class TestNewCluster:
    def test_goes_on_with_the_log_of_the_backup(
        self, drill: Drill, elsewhere: postgres.PostgresServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signer, witnesses = LocalSigner(), LocalWitnesses()
        before = advance_log(signer=signer, witnesses=witnesses)
        append(None, 3)
        restored(drill, elsewhere, monkeypatch)
        with connected_to(elsewhere, database=DATABASE):
            append(None, 2)
            after = advance_log(signer=signer, witnesses=witnesses)
        assert before is not None
        # What waited at the backup, the leaf of the comparison, what was done since, and the head of heads.
        assert after is not None
        assert after >= before + 6
        with psycopg.connect(elsewhere.admin_dsn(DATABASE)) as admin:
            row = admin.execute(
                "SELECT count(*) FROM audit_entry e WHERE NOT EXISTS"
                " (SELECT FROM audit_leaf l WHERE l.entry_id = e.id)"
            ).fetchone()
        assert row == (0,)

    def test_does_not_go_on_behind_what_was_signed_since(
        self, drill: Drill, elsewhere: postgres.PostgresServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A log that went on without the backup's books is not continued by them: that would be two."""
        signer, witnesses = LocalSigner(), LocalWitnesses()
        advance_log(signer=signer, witnesses=witnesses)
        restored(drill, elsewhere, monkeypatch)
        append(None, 40)
        signed = advance_log(signer=signer, witnesses=witnesses)
        with connected_to(elsewhere, database=DATABASE):
            append(None, 2)
            with pytest.raises(CortexError):
                advance_log(signer=signer, witnesses=witnesses)
        assert signer.size == signed
