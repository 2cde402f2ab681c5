# SPDX-License-Identifier: Apache-2.0
"""Segments of the logs of processes and who looks after them; mirrors of the log."""

from django.db import models


class LogSegment(models.Model):
    """One segment, as its statement says it."""

    id = models.UUIDField(primary_key=True, editable=False)
    stream = models.CharField(max_length=300)
    ordinal = models.BigIntegerField()
    file = models.BigIntegerField()
    first_byte = models.BigIntegerField()
    end_byte = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    former = models.CharField(max_length=64, null=True)  # noqa: DJ001 - the first of a stream has none
    closes = models.BooleanField()
    broken = models.CharField(max_length=300, null=True)  # noqa: DJ001 - a sentence, where there is one
    sealed_at = models.DateTimeField()
    statement = models.BinaryField()

    class Meta:
        db_table = "audit_log_segment"
        ordering = ("stream", "ordinal")
        constraints = [
            models.UniqueConstraint(fields=["stream", "ordinal"], name="log_segment_unique"),
        ]

    def __str__(self) -> str:
        return f"Segment {self.ordinal} of {self.stream}"


class LogCustodian(models.Model):
    """When a machine's custodian last looked at all its logs."""

    host = models.CharField(primary_key=True, max_length=200)
    looked_at = models.DateTimeField()

    class Meta:
        db_table = "audit_log_custodian"

    def __str__(self) -> str:
        return f"Custodian of {self.host}"


class LogMirror(models.Model):
    """How far a mirror of the log is."""

    name = models.CharField(primary_key=True, max_length=500)
    leaves = models.BigIntegerField()
    tree_size = models.BigIntegerField()
    mirrored_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_log_mirror"

    def __str__(self) -> str:
        return f"Mirror {self.name}"
