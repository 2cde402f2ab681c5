# SPDX-License-Identifier: Apache-2.0
"""What leaves of the marketplace fix: each row as a document whose canonical form is hashed."""

from typing import Any

from apps.plugins.models import ProblemReport, Publisher, PublisherKey, Release, Submission
from cortex.canonical_json import canonical_digest

PUBLISHER_TYPE, KEY_TYPE = "plugins.publisher", "plugins.publisher_key"
SUBMISSION_TYPE, RELEASE_TYPE = "plugins.submission", "plugins.release"
REPORT_TYPE = "plugins.report"


def publisher_digest(row: Publisher) -> str:
    """Return the digest of what a publisher is."""
    return canonical_digest(
        {
            "namespace": row.namespace,
            "name": row.name,
            "contact": row.contact,
            "owner": row.owner,
            "confirmed_by": row.confirmed_by,
            "confirmation": row.confirmation,
        }
    )


def key_digest(row: PublisherKey) -> str:
    """Return the digest of what a key is, and whether it counts."""
    return canonical_digest(
        {
            "publisher": str(row.publisher_id),
            "public_key": row.public_key,
            "challenge": row.challenge,
            "is_verified": row.verified_at is not None,
            "revoked_by": row.revoked_by,
            "revoked_reason": row.revoked_reason,
        }
    )


def submission_digest(row: Submission) -> str:
    """Return the digest of what was sent in, and how far it came."""
    return canonical_digest(
        {
            "plugin": row.plugin_id,
            "version": row.version,
            "channel": row.channel,
            "company": row.company_code,
            "sources": row.source_digest,
            "statement": row.statement_digest,
            "signed_by": row.signed_by,
            "submitted_by": row.submitted_by,
            "state": row.state,
            "approved_by": row.approved_by,
            "confirmed_by": row.confirmed_by,
            "bundle": row.bundle_digest,
        }
    )


def release_document(row: Release, *, as_released: bool = False) -> dict[str, Any]:
    """Return what anybody can hold against the leaf of a release: now, or as it was when it was released."""
    was = as_released
    return {
        "plugin": row.plugin_id,
        "version": row.version,
        "channel": row.channel,
        "company": row.company_code,
        "bundle": row.bundle_digest,
        "sources": row.submission.source_digest,
        "capabilities": row.submission.capabilities,
        "standing": str(Release.Standing.RELEASED) if was else row.standing,
        "reason": "" if was else row.withdrawn_reason,
    }


def release_digest(row: Release) -> str:
    """Return the digest of a release as it stands."""
    return canonical_digest(release_document(row))


def report_digest(row: ProblemReport) -> str:
    """Return the digest of a report and its answer."""
    return canonical_digest(
        {
            "release": str(row.release_id),
            "kind": row.kind,
            "text": row.text,
            "closed_by": row.closed_by,
            "answer": row.answer,
        }
    )
