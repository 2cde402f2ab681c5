# SPDX-License-Identifier: Apache-2.0
"""The log as it is kept, written by the integrator alone: places of leaves, tiles, checkpoints."""

from django.db import models


class LogLeaf(models.Model):
    """One leaf of the tree: of an entry, or a head with a body of its own."""

    leaf_index = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(null=True, unique=True)
    body = models.BinaryField(null=True)
    # An id and no relation: the row has no key to the company's, which integration would pay for.
    company_id = models.UUIDField(null=True)
    company_index = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_leaf"


class LogTile(models.Model):
    """Up to 256 hashes of one level; the tile at the right edge grows."""

    pk = models.CompositePrimaryKey("level", "place")
    level = models.SmallIntegerField()
    place = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "audit_tile"


class CompanyTree(models.Model):
    """A company's own tree and its newest head."""

    company = models.OneToOneField("tenancy.Company", primary_key=True, on_delete=models.PROTECT)
    leaf_count = models.BigIntegerField()
    edge = models.BinaryField()
    head_count = models.BigIntegerField()
    head_hash = models.BinaryField(null=True)
    head_index = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_company_tree"


class LogState(models.Model):
    """One row: how far the log is. Snapshots are PostgreSQL's, in their text form."""

    id = models.SmallIntegerField(primary_key=True)
    size = models.BigIntegerField()
    cluster_epoch = models.SmallIntegerField()
    base = models.TextField(null=True)  # noqa: DJ001 - the column is no text: pg_snapshot
    target = models.TextField(null=True)  # noqa: DJ001 - the same
    after_id = models.BigIntegerField()
    fence = models.BigIntegerField()
    cosigned_size = models.BigIntegerField()

    class Meta:
        db_table = "audit_log_state"


class Checkpoint(models.Model):
    """A signed tree."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "audit_checkpoint"

    def __str__(self) -> str:
        return f"Checkpoint of {self.size} leaves"


class Cosignature(models.Model):
    """What a witness added to a checkpoint."""

    pk = models.CompositePrimaryKey("checkpoint_id", "witness")
    checkpoint = models.ForeignKey(Checkpoint, db_column="size", on_delete=models.PROTECT)
    witness = models.CharField(max_length=200)
    line = models.TextField()
    cosigned_at = models.DateTimeField()

    class Meta:
        db_table = "audit_cosignature"
