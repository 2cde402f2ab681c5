# SPDX-License-Identifier: Apache-2.0
"""A backup in a new cluster, where transaction ids begin anew: the log goes on, or says why not."""

from io import BytesIO

import psycopg
import pytest

from apps.audit.services.advance_log import advance_log
from cortex.backups.errors import ClusterMustNotGoBack
from cortex.backups.restore_backup import restore_backup
from cortex.embedded import postgres
from cortex.errors import CortexError
from tests.factories.log import LocalSigner, LocalWitnesses, append
from tests.frame.aliases import connected_to
from tests.integration.cortex.backups.archived import Archived
from tests.integration.cortex.backups.conftest import DATABASE, Drill, count_of_tables
from tests.integration.cortex.backups.elsewhere import restored
from tests.integration.cortex.backups.whole import require_whole

pytestmark = pytest.mark.slow


def current_xid(dsn: str) -> int:
    """Return where a cluster's count of transactions is."""
    with psycopg.connect(dsn) as admin:
        ((xid,),) = admin.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchall()
    return int(xid)


class TestNewCluster:
    def test_goes_on_with_the_log_of_the_backup(
        self, drill: Drill, elsewhere: postgres.PostgresServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signer, witnesses = LocalSigner(), LocalWitnesses()
        before = advance_log(signer=signer, witnesses=witnesses)
        append(None, 3)
        dsn = elsewhere.admin_dsn(DATABASE)
        # Entries of ids that are yet to come there: compared as numbers, they would wait for years.
        assert current_xid(dsn) < current_xid(drill.live.admin_dsn)
        restored(drill, elsewhere, monkeypatch)
        with connected_to(elsewhere, database=DATABASE):
            append(None, 2)
            after = advance_log(signer=signer, witnesses=witnesses)
            append(None, 1)
            last = advance_log(signer=signer, witnesses=witnesses)
        assert before is not None
        # What waited at the backup, the leaf of the comparison, what was done since, and the head of heads.
        assert after is not None
        assert after >= before + 6
        require_whole(dsn, size=last)

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


class TestCopiedCluster:
    def test_is_refused_since_its_transaction_ids_come_again(
        self, drill: Drill, elsewhere: postgres.PostgresServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        copy = Archived(elsewhere)
        copy.take_base()
        restored(drill, elsewhere, monkeypatch)
        for _ in range(200):
            with psycopg.connect(elsewhere.admin_dsn(DATABASE)) as admin:
                admin.execute("SELECT pg_current_xact_id()")
        with connected_to(elsewhere, database=DATABASE):
            sealed = drill.take()
        copy.become_the_base()
        with pytest.raises(ClusterMustNotGoBack):
            restore_backup(
                archive=BytesIO(sealed), identities=drill.identities, database=DATABASE, say=lambda _: None
            )
        assert count_of_tables(elsewhere.admin_dsn(DATABASE)) == 0
