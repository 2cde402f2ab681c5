# SPDX-License-Identifier: Apache-2.0
"""Packs, runs with their results, exceptions: they belong to the platform and to no company."""

from django.db import models

from apps.audit.domain.compliance.pack import Pack
from apps.audit.domain.compliance.pack_schema import pack_of_document


class CompliancePack(models.Model):
    """One version of a pack; its text never changes, only whether it counts does."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for a second person"
        IN_FORCE = "in_force", "In force"
        REPLACED = "replaced", "Replaced"

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    document = models.JSONField()
    note = models.TextField()
    signer = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State)
    author = models.CharField(max_length=200)
    brought_in_at = models.DateTimeField()
    approved_by = models.CharField(max_length=200, null=True)  # noqa: DJ001 - nobody yet is not an empty name
    approved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_pack"
        ordering = ("name", "-brought_in_at")
        verbose_name = "compliance pack"
        constraints = (models.UniqueConstraint(fields=("name", "version"), name="audit_pack_version_unique"),)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def pack(self) -> Pack:
        """Return the pack itself."""
        return pack_of_document(self.document)


class CheckRun(models.Model):
    """One run over checks of a pack. `digest` is over all its results; the audit log holds it too.

    `previous_digest` is that of the pack's run before, in whatever version: none is left out unseen.
    `register` counts what was recorded for the installation by then.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    pack = models.ForeignKey(CompliancePack, on_delete=models.PROTECT, related_name="runs")
    run_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    passed_count = models.IntegerField()
    failed_count = models.IntegerField()
    unknown_count = models.IntegerField()
    digest = models.CharField(max_length=64)
    format = models.SmallIntegerField(default=1)
    previous_digest = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none is no empty digest
    register = models.JSONField(null=True)

    class Meta:
        db_table = "audit_check_run"
        ordering = ("-id",)
        verbose_name = "run of checks"
        verbose_name_plural = "runs of checks"

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class CheckResult(models.Model):
    """What one check found. `evidence` is canonical JSON, exactly as hashed."""

    class Status(models.TextChoices):
        PASS = "pass", "Pass"  # pragma: allowlist secret
        FAIL = "fail", "Fail"
        UNKNOWN = "unknown", "Unknown"

    id = models.UUIDField(primary_key=True, editable=False)
    run = models.ForeignKey(CheckRun, on_delete=models.PROTECT, related_name="results")
    pack_name = models.CharField(max_length=60)
    check_id = models.CharField(max_length=80)
    probe = models.CharField(max_length=80)
    status = models.CharField(max_length=10, choices=Status)
    reason = models.CharField(max_length=500)
    evidence = models.TextField()
    evidence_digest = models.CharField(max_length=64)
    checked_at = models.DateTimeField()

    class Meta:
        db_table = "audit_check_result"
        ordering = ("-id",)
        verbose_name = "result of a check"
        verbose_name_plural = "results of checks"

    def __str__(self) -> str:
        return f"{self.check_id} {self.status}"


class ControlException(models.Model):
    """One exception; `ends_date` is the first day on which it no longer counts."""

    id = models.UUIDField(primary_key=True, editable=False)
    pack_name = models.CharField(max_length=60)
    control_id = models.CharField(max_length=20)
    reason = models.CharField(max_length=1000)
    ends_date = models.DateField()
    requested_by = models.CharField(max_length=200)
    approved_by = models.CharField(max_length=200)
    approved_at = models.DateTimeField()
    # What its leaf fixes, byte by byte; none of those from before it held when it was agreed to.
    document = models.BinaryField(null=True)

    class Meta:
        db_table = "audit_control_exception"
        ordering = ("-id",)
        verbose_name = "exception"

    def __str__(self) -> str:
        return f"{self.pack_name} {self.control_id}"


class ExceptionEnd(models.Model):
    """The end of an exception before its day."""

    id = models.UUIDField(primary_key=True, editable=False)
    exception = models.OneToOneField(ControlException, on_delete=models.PROTECT, related_name="early_end")
    reason = models.CharField(max_length=1000)
    ended_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "audit_exception_end"
        ordering = ("-id",)
        verbose_name = "end of an exception"

    def __str__(self) -> str:
        return f"{self.ended_at:%Y-%m-%d %H:%M}"


class ProcedureRecord(models.Model):
    """Somebody carried out a procedure of a pack. `procedure_digest` is that of its text then."""

    class Outcome(models.TextChoices):
        PASSED = "passed", "Passed"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, editable=False)
    pack_name = models.CharField(max_length=60)
    procedure_id = models.CharField(max_length=80)
    procedure_digest = models.CharField(max_length=64)
    performed_date = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    method = models.CharField(max_length=10)
    note = models.CharField(max_length=1000)
    evidence_sha256 = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none is no empty digest
    recorded_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_procedure_record"
        ordering = ("-id",)
        verbose_name = "record of a procedure"
        verbose_name_plural = "records of procedures"

    def __str__(self) -> str:
        return f"{self.procedure_id} on {self.performed_date}"
