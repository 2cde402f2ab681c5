# SPDX-License-Identifier: Apache-2.0
"""What the API of the marketplace takes and answers."""

from typing import Any

from rest_framework import serializers

from apps.plugins.models import Publisher, PublisherKey, Release, Submission
from apps.plugins.selectors.marketplace.submissions import ReviewedSubmission
from cortex.api.serializers import StrictSerializer, TextField


class CatalogueQuery(StrictSerializer):
    """What to look for."""

    q = serializers.CharField(required=False, max_length=80, help_text="Words that must all stand in it.")
    channel = serializers.ChoiceField(["stable", "beta"], required=False)
    page = serializers.IntegerField(required=False, min_value=1, max_value=1_000)


class ReleaseSerializer(serializers.Serializer[object]):
    """A version that is out."""

    plugin = serializers.CharField()
    version = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    publisher = serializers.CharField()
    channel = serializers.CharField()
    standing = serializers.CharField()
    reason = serializers.CharField()
    bundle_digest = serializers.CharField()
    released_at = serializers.DateTimeField()


class CatalogueSerializer(serializers.Serializer[object]):
    """A page of the newest versions."""

    items = ReleaseSerializer(many=True)
    has_more = serializers.BooleanField()


class CheckSerializer(serializers.Serializer[object]):
    """What one automated check found: passed, failed or could_not."""

    name = serializers.CharField()
    outcome = serializers.CharField()
    reason = serializers.CharField()
    findings = serializers.ListField(child=serializers.CharField())


class ShownPluginSerializer(ReleaseSerializer):
    """A plugin's newest version, with what it may do in words and how it was checked."""

    rights = serializers.ListField(child=serializers.CharField())
    capabilities = serializers.ListField(child=serializers.CharField())
    checks = CheckSerializer(many=True)
    versions = ReleaseSerializer(many=True)


class PublisherKeySerializer(serializers.Serializer[object]):
    """A key; its challenge is to be signed until it is verified."""

    keyid = serializers.CharField()
    public_key = serializers.CharField()
    challenge = serializers.CharField()
    verified_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_reason = serializers.CharField()


class PublisherSerializer(serializers.Serializer[object]):
    """A publisher of one's own."""

    namespace = serializers.CharField()
    name = serializers.CharField()
    contact = serializers.CharField()
    claimed_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    keys = PublisherKeySerializer(many=True)


class PublishersSerializer(serializers.Serializer[object]):
    """One's own publishers."""

    items = PublisherSerializer(many=True)


class NamespaceToClaimSerializer(StrictSerializer):
    """A namespace, and who stands behind it."""

    namespace = TextField(max_length=60)
    name = TextField(max_length=100)
    contact = TextField(max_length=200)


class KeyToAddSerializer(StrictSerializer):
    """The public half, as `cortex plugin keygen` prints it."""

    public_key = TextField(max_length=4_000)


class KeyProofSerializer(StrictSerializer):
    """The signed challenge, as `cortex plugin prove` prints it."""

    statement = TextField(max_length=10_000)


class KeyToRevokeSerializer(StrictSerializer):
    """Why it is revoked."""

    reason = TextField(max_length=1_000)


class SubmissionToSendSerializer(StrictSerializer):
    """Sources in their only form, and the publisher's statement about them."""

    archive = serializers.FileField(max_length=200)
    statement = TextField(max_length=65_536)
    channel = TextField(max_length=60, required=False, default="stable")


class SubmissionConfirmationSerializer(StrictSerializer):
    """The attestation of the built bundle, with the publisher's signature."""

    attestation = TextField(max_length=65_536, trim_whitespace=False)


class ReviewRunSerializer(serializers.Serializer[object]):
    """How far the automated checks are: queued, running, succeeded, or failed with its cause."""

    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    message = serializers.CharField()
    error = serializers.DictField(allow_null=True)
    checks = CheckSerializer(many=True)


class ReviewDecisionSerializer(serializers.Serializer[object]):
    """What a reviewer decided."""

    is_approved = serializers.BooleanField()
    reason = serializers.CharField()
    checklist = serializers.DictField()
    decided_at = serializers.DateTimeField()


class SubmissionSerializer(serializers.Serializer[object]):
    """A version that was sent in, and how far it is."""

    id = serializers.UUIDField()
    plugin = serializers.CharField()
    version = serializers.CharField()
    channel = serializers.CharField()
    state = serializers.CharField()
    source_digest = serializers.CharField()
    submitted_at = serializers.DateTimeField()


class SubmissionsSerializer(serializers.Serializer[object]):
    """What one sent in, newest first."""

    items = SubmissionSerializer(many=True)


class ReviewedSubmissionSerializer(SubmissionSerializer):
    """The same with its review."""

    review = ReviewRunSerializer(allow_null=True)
    decisions = ReviewDecisionSerializer(many=True)


def release_json(row: Release) -> dict[str, Any]:
    """Return a release as the API tells it."""
    return {
        "plugin": row.plugin_id,
        "version": row.version,
        "name": row.name,
        "description": row.description,
        "publisher": row.submission.publisher.namespace,
        "channel": row.channel,
        "standing": row.standing,
        "reason": row.withdrawn_reason,
        "bundle_digest": row.bundle_digest,
        "released_at": row.released_at,
    }


def key_json(row: PublisherKey) -> dict[str, Any]:
    """Return a key as its owner sees it."""
    names = ("keyid", "public_key", "challenge", "verified_at", "revoked_at", "revoked_reason")
    return {name: getattr(row, name) for name in names}


def publisher_json(row: Publisher) -> dict[str, Any]:
    """Return a publisher as its owner sees it."""
    names = ("namespace", "name", "contact", "claimed_at", "confirmed_at")
    keys = [key_json(each) for each in row.keys.all()]
    return {**{name: getattr(row, name) for name in names}, "keys": keys}


def submission_json(row: Submission) -> dict[str, Any]:
    """Return a submission as its publisher sees it."""
    channel = f"{row.channel}:{row.company_code}" if row.company_code else row.channel
    names = ("id", "version", "state", "source_digest", "submitted_at")
    return {"plugin": row.plugin_id, "channel": channel, **{name: getattr(row, name) for name in names}}


def reviewed_json(found: ReviewedSubmission) -> dict[str, Any]:
    """Return a submission with its review."""
    of_run = ("state", "done", "total", "message", "error", "checks")
    of_decision = ("is_approved", "reason", "checklist", "decided_at")
    return {
        **submission_json(found.submission),
        "review": {name: getattr(found.run, name) for name in of_run} if found.run else None,
        "decisions": [{name: getattr(each, name) for name in of_decision} for each in found.decisions],
    }
