# SPDX-License-Identifier: Apache-2.0
"""Schemas by their content, and the subjects that hold them as versions. The registry is the platform's:
no row belongs to a company, and whose a subject is decides `visibility`.
"""

from django.db import models

from cortex.identity.models import User
from cortex.ids import uuid7


class Compatibility(models.TextChoices):
    """What a new version owes to those before it."""

    NONE = "NONE"
    BACKWARD = "BACKWARD"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD = "FORWARD"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL = "FULL"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"


class SchemaType(models.TextChoices):
    """In which language a schema is written."""

    AVRO = "AVRO"
    JSON = "JSON"


class Content(models.Model):
    """A schema as text with its references. The same content has the same id, in every subject, for ever."""

    id = models.IntegerField(primary_key=True)
    schema_type = models.CharField(max_length=10, choices=SchemaType)
    text = models.TextField()
    digest = models.BinaryField(max_length=32)
    # Of the text with its keys sorted: what `normalize` compares.
    normalized_digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "schemas_content"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.schema_type} {self.id}"


class Subject(models.Model):
    """A name under which versions follow each other. `versions_issued` never goes back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=255)
    compatibility = models.CharField(max_length=20, choices=Compatibility, null=True)  # noqa: DJ001 - unset is not a mode
    versions_issued = models.IntegerField()
    # Who registered it first; null is the platform itself.
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "schemas_subject"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """One content in its place under a subject; deleted first softly, then for good."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="versions")
    registered_by = models.CharField(max_length=200)
    registered_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "schemas_version"
        ordering = ("subject_id", "number")

    def __str__(self) -> str:
        return f"{self.subject_id} {self.number}"


class Reference(models.Model):
    """A content names another subject's version; `name` is how its text calls it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="references")
    place = models.SmallIntegerField()
    name = models.CharField(max_length=500)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="referrers")

    class Meta:
        db_table = "schemas_reference"
        ordering = ("content_id", "place")

    def __str__(self) -> str:
        return self.name


class Setting(models.Model):
    """The one row of what holds for every subject without a mode of its own."""

    id = models.SmallIntegerField(primary_key=True)
    compatibility = models.CharField(max_length=20, choices=Compatibility)

    class Meta:
        db_table = "schemas_setting"

    def __str__(self) -> str:
        return self.compatibility
