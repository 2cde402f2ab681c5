# SPDX-License-Identifier: Apache-2.0
"""Releases as the signing service reads them: what was committed, by whom, and with which keys."""

from django.db.models import QuerySet

from apps.plugins.domain.marketplace.approved_release import ApprovedRelease
from apps.plugins.models import PublisherKey, Release
from cortex.database.transactions import transactional
from cortex.ports.principal import person_behind


class StoredReleases:
    """Reads the tables of the marketplace."""

    @transactional
    def approved(self, *, bundle_digest: str) -> ApprovedRelease | None:
        """Return the release of this bundle while it stands, or None."""
        rows = Release.objects.filter(bundle_digest=bundle_digest, standing=Release.Standing.RELEASED)
        row = rows.select_related("submission__publisher").first()
        return None if row is None else _approved(row)

    @transactional
    def is_admitted(self, *, publisher: str) -> bool:
        """Return whether the publisher's domain was confirmed, and a key of theirs counts."""
        return _counting(publisher).filter(publisher__confirmed_at__isnull=False).exists()


def _approved(row: Release) -> ApprovedRelease:
    sent = row.submission
    keys = _counting(sent.publisher.namespace).order_by("id").values_list("public_key", flat=True)
    return ApprovedRelease(
        bundle_digest=row.bundle_digest,
        plugin_id=row.plugin_id,
        version=row.version,
        publisher=sent.publisher.namespace,
        channel=row.repository_channel,
        submitted_by=_person(sent.submitted_by),
        reviewed_by=_person(sent.approved_by or ""),
        released_by=_person(row.released_by),
        publisher_keys=tuple(keys),
    )


def _person(urn: str) -> str:
    """Return the person behind a name: a program that acts for one is no second person."""
    return f"user:{person_behind(urn)}"


def _counting(namespace: str) -> QuerySet[PublisherKey]:
    rows = PublisherKey.objects.filter(publisher__namespace=namespace, verified_at__isnull=False)
    return rows.filter(revoked_at__isnull=True)
