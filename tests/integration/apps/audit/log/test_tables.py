# SPDX-License-Identifier: Apache-2.0
"""What the tables of the log refuse, to whom they belong to and to a superuser who forgets the triggers."""

import psycopg
import pytest

from tests.factories.log import append, integrate_and_seal
from tests.integration.apps.audit.log.conftest import Log

FORBIDDEN = {
    "a leaf moves": "UPDATE audit_leaf SET leaf_index = leaf_index + 100",
    "a leaf goes": "DELETE FROM audit_leaf",
    "all leaves go": "TRUNCATE audit_leaf",
    "a tile shrinks": "UPDATE audit_tile SET hashes = substr(hashes, 1, 32)",
    "a hash changes": "UPDATE audit_tile SET hashes = sha256('x') || substr(hashes, 33)",
    "a tile goes": "DELETE FROM audit_tile",
    "a company forgets leaves": "UPDATE audit_company_tree SET leaf_count = 1, head_count = 1",
    "a company goes": "DELETE FROM audit_company_tree",
    "the log goes back": "UPDATE audit_log_state SET size = size - 1",
    "the fence goes back": "UPDATE audit_log_state SET fence = fence - 1",
    "the state goes": "DELETE FROM audit_log_state",
    "a checkpoint changes": "UPDATE audit_checkpoint SET note = ''",
    "a cosignature goes": "DELETE FROM audit_cosignature",
}
CHECKPOINT = "INSERT INTO audit_checkpoint VALUES (1, sha256('x'), 'note')"
COSIGNATURE = "INSERT INTO audit_cosignature VALUES (1, 'tower', 'line')"


class TestTables:
    @pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
    def test_refuse_what_would_change_the_past(self, log: Log, statement: str) -> None:
        append(log.acme, 3)
        integrate_and_seal()
        with psycopg.connect(log.dsn) as admin:
            admin.execute(CHECKPOINT)
            admin.execute(COSIGNATURE)
            admin.execute("SET session_replication_role = replica")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                admin.execute(statement)
