# SPDX-License-Identifier: Apache-2.0
"""Indexes over denials alone, which are few among decisions: of a company, and of all."""

from django.db import migrations

# While they are built decisions are written and read: the table is among the largest. An index that an
# interrupted build left invalid is made anew.
_STATEMENTS = [
    "DROP INDEX CONCURRENTLY IF EXISTS policy_decision_denied",
    """CREATE INDEX CONCURRENTLY policy_decision_denied
    ON policy_decision (company_id, cluster_epoch, recorded_xid) WHERE NOT is_allowed""",
    "DROP INDEX CONCURRENTLY IF EXISTS policy_decision_denied_of_all",
    """CREATE INDEX CONCURRENTLY policy_decision_denied_of_all
    ON policy_decision (cluster_epoch, recorded_xid) WHERE NOT is_allowed""",
]


class Migration(migrations.Migration):
    """One statement after the other and none in a transaction, which PostgreSQL asks of such an index."""

    atomic = False
    dependencies = [("policy", "0004_positions_of_denials")]

    operations = [migrations.RunSQL(sql=_STATEMENTS)]
