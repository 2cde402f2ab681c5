# SPDX-License-Identifier: Apache-2.0
"""What the whole database shares. Both tables are append-only; their SQL is the migration's."""

from django.db import models

from cortex.ids import uuid7


class Cluster(models.Model):
    """A database cluster that this installation has lived in; transaction ids count per cluster."""

    epoch = models.SmallAutoField(primary_key=True)
    system_identifier = models.BigIntegerField(unique=True)
    first_seen_at = models.DateTimeField()

    class Meta:
        managed = True
        db_table = "database_cluster"


class CommitPosition(models.Model):
    """A stored position in commit order: what a report issued then could know."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, db_column="cluster_epoch")
    # PostgreSQL's pg_snapshot, in its text form `xmin:xmax:xip_list`.
    snapshot = models.TextField()
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "database_commit_position"
