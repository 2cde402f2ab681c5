# SPDX-License-Identifier: Apache-2.0
"""Rows of the marketplace. They are the platform's: publishers are no companies of ours."""

from django.db import models

from cortex.ids import uuid7


class Publisher(models.Model):
    """Whoever publishes below a namespace; `owner` is one person, `skeleton` what it looks like."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    namespace = models.CharField(max_length=60, unique=True)
    skeleton = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    contact = models.CharField(max_length=200)
    owner = models.CharField(max_length=200)
    owner_user_id = models.UUIDField()
    claimed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=200, null=True)  # noqa: DJ001 - nobody yet is not an empty name
    confirmed_at = models.DateTimeField(null=True)
    confirmation = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        db_table = "plugins_publisher"
        ordering = ("namespace",)

    def __str__(self) -> str:
        return self.namespace


class PublisherKey(models.Model):
    """A key of a publisher; it counts from when it signed its challenge until it is revoked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    publisher = models.ForeignKey(Publisher, on_delete=models.PROTECT, related_name="keys")
    keyid = models.CharField("key id", max_length=64)
    public_key = models.CharField(max_length=64)
    challenge = models.CharField(max_length=64)
    added_by = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=200, null=True)  # noqa: DJ001 - nobody yet is not an empty name
    revoked_reason = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        db_table = "plugins_publisher_key"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.keyid[:16]

    @property
    def counts(self) -> bool:
        """Return whether its signatures count."""
        return self.verified_at is not None and self.revoked_at is None


class Submission(models.Model):
    """A version that was sent in, and how far it came. What was signed never changes."""

    class State(models.TextChoices):
        """How far it came; what failed, was rejected or withdrawn ends there."""

        CHECKING = "checking", "Being checked"
        FAILED = "failed", "Failed its checks"
        REVIEWABLE = "reviewable", "Waits for a reviewer"
        REJECTED = "rejected", "Rejected"
        APPROVED = "approved", "Approved, waits for the publisher's signature"
        CONFIRMED = "confirmed", "Signed, waits for release"
        RELEASED = "released", "Released"

    class Channel(models.TextChoices):
        """Who sees it: everybody, whoever asks for versions before their time, or one company."""

        STABLE = "stable", "Stable"
        BETA = "beta", "Beta"
        PRIVATE = "private", "Private to a company"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    publisher = models.ForeignKey(Publisher, on_delete=models.PROTECT, related_name="submissions")
    plugin_id = models.CharField("plugin", max_length=100)
    version = models.CharField(max_length=64)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    company_code = models.CharField(max_length=50, blank=True, default="")
    source_digest = models.CharField(max_length=64)
    statement = models.TextField()
    statement_digest = models.CharField(max_length=64, unique=True)
    signed_by = models.CharField(max_length=64)
    manifest_text = models.TextField()
    capabilities = models.JSONField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.CHECKING)
    submitted_by = models.CharField(max_length=200)
    submitted_at = models.DateTimeField()
    bundle_digest = models.CharField(max_length=64, blank=True, default="")
    approved_by = models.CharField(max_length=200, null=True)  # noqa: DJ001 - nobody yet is not an empty name
    approved_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=200, null=True)  # noqa: DJ001 - nobody yet is not an empty name
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plugins_submission"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.plugin_id} {self.version}"


class SubmissionFile(models.Model):
    """Bytes of a submission: its sources, what was built of them, and that with the publisher's signature."""

    class Kind(models.TextChoices):
        """Which of the files."""

        SOURCES = "sources", "Sources"
        BUILT = "built", "Built, not signed"
        SIGNED = "signed", "Signed by the publisher"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        db_table = "plugins_submission_file"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:12]}"


class ReviewRun(models.Model):
    """One run of the automated checks, beside requests. `checks` are complete once it succeeded."""

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Done"
        FAILED = "failed", "Could not be done"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    message = models.CharField(max_length=200, blank=True, default="")
    checks = models.JSONField(default=list)
    error = models.JSONField(null=True)
    asked_by = models.CharField(max_length=200)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plugins_review_run"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Checks {self.id}"

    @property
    def is_finished(self) -> bool:
        """Return whether nothing more will happen."""
        return self.state not in (self.State.QUEUED, self.State.RUNNING)


class ReviewDecision(models.Model):
    """What a person decided, with the checklist as it was answered. No row changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="decisions")
    is_approved = models.BooleanField()
    checklist = models.JSONField()
    reason = models.CharField(max_length=1000)
    decided_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "plugins_review_decision"
        ordering = ("-id",)

    def __str__(self) -> str:
        return "approved" if self.is_approved else "rejected"


class Release(models.Model):
    """A version that two people let out, until it is withdrawn.

    `bundle_digest` is the SHA-256 of the bundle as the publisher signed it. From `published_at` on it stands
    in the repository, with the reviewer's signature; `hindrance` says what kept it from there the last time.
    """

    class Standing(models.TextChoices):
        """A yanked version is offered no more; a revoked one must not run anywhere any more."""

        RELEASED = "released", "Released"
        YANKED = "yanked", "Yanked"
        REVOKED = "revoked", "Revoked"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="release")
    plugin_id = models.CharField("plugin", max_length=100)
    version = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    description = models.TextField()
    channel = models.CharField(max_length=10, choices=Submission.Channel.choices)
    company_code = models.CharField(max_length=50, blank=True, default="")
    bundle_digest = models.CharField(max_length=64, unique=True)
    released_by = models.CharField(max_length=200)
    released_at = models.DateTimeField()
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.RELEASED)
    withdrawn_by = models.CharField(max_length=200, null=True)  # noqa: DJ001 - nobody yet is not an empty name
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=1000, blank=True, default="")
    published_at = models.DateTimeField(null=True)
    taken_out_at = models.DateTimeField(null=True)
    hindrance = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        db_table = "plugins_release"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("plugin_id", "version"), name="plugins_release_version_unique"),
        )

    def __str__(self) -> str:
        return f"{self.plugin_id} {self.version}"

    @property
    def repository_channel(self) -> str:
        """Return the channel as the repository names it."""
        return f"{self.channel}:{self.company_code}" if self.company_code else self.channel


class ProblemReport(models.Model):
    """What somebody tells about a release; reviewers answer it."""

    class Kind(models.TextChoices):
        """What it is about."""

        SECURITY = "security", "Security"
        FAULT = "fault", "It does not work"
        RIGHTS = "rights", "It does other things than it says"
        OTHER = "other", "Something else"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=2000)
    reported_by = models.CharField(max_length=200)
    reported_at = models.DateTimeField()
    closed_by = models.CharField(max_length=200, null=True)  # noqa: DJ001 - nobody yet is not an empty name
    closed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        db_table = "plugins_problem_report"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
