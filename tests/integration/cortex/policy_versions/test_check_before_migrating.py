# SPDX-License-Identifier: Apache-2.0
"""`cortex policy check` of a new release on the database of the one before."""

from io import StringIO

import psycopg
from django.core.management import call_command
from structlog.testing import capture_logs

from tests.factories.releases import another_text, release_with
from tests.frame.clones import Clone
from tests.integration.cortex.policy.test_left_out import FORGET, WITHOUT, text_without
from tests.integration.cortex.policy.test_versions_in_force import activate, written

# What the migrations made that record what releases bring along.
NOT_MIGRATED = """
DROP TABLE policy_packaged_text CASCADE;
ALTER TABLE policy_decision DROP COLUMN packaged_digest CASCADE;
DELETE FROM django_migrations WHERE app = 'policy' AND name >= '0003';
"""


def printed() -> str:
    out = StringIO()
    call_command("policy", "check", stdout=out)
    return out.getvalue()


def go_back(database: Clone) -> None:
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute(NOT_MIGRATED)


def test_says_what_migrate_will_do_under_version_0(committed_database: Clone) -> None:
    go_back(committed_database)
    with release_with(another_text()), capture_logs() as said:
        told = printed()
    assert "version 0 fits this release; " in told
    assert "migrations are missing, and `cortex migrate`" in told
    assert "decisions_not_recorded" in [line["event"] for line in said]


def test_names_what_a_version_of_people_leaves_out(committed_database: Clone) -> None:
    number = written(text_without(WITHOUT))
    activate(number)
    go_back(committed_database)
    told = printed()
    assert told.startswith(f"version {number} fits this release; ")
    assert "migrations are missing" in told
    assert FORGET in told
