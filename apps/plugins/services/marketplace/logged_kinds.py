# SPDX-License-Identifier: Apache-2.0
"""Rows of the marketplace, as the nightly comparison with their leaves reads them."""

from apps.plugins.models import ProblemReport, Publisher, PublisherKey, Release, Submission
from apps.plugins.selectors.marketplace.documents import (
    KEY_TYPE,
    PUBLISHER_TYPE,
    RELEASE_TYPE,
    REPORT_TYPE,
    SUBMISSION_TYPE,
    key_digest,
    publisher_digest,
    release_digest,
    report_digest,
    submission_digest,
)
from cortex.database.logged_rows import StoredRows
from cortex.ports.logged_objects import LoggedObjects, logged_objects


def declare_market_logged() -> None:
    """Register them; all are the platform's."""
    kinds = {
        PUBLISHER_TYPE: StoredRows(rows=Publisher.objects.all, digest=publisher_digest, is_companys=None),
        KEY_TYPE: StoredRows(rows=PublisherKey.objects.all, digest=key_digest, is_companys=None),
        SUBMISSION_TYPE: StoredRows(rows=Submission.objects.all, digest=submission_digest, is_companys=None),
        RELEASE_TYPE: StoredRows(
            rows=lambda: Release.objects.select_related("submission"),
            digest=release_digest,
            is_companys=None,
        ),
        REPORT_TYPE: StoredRows(rows=ProblemReport.objects.all, digest=report_digest, is_companys=None),
    }
    logged_objects(
        *(LoggedObjects(object_type=name, is_platforms=True, rows=rows) for name, rows in kinds.items())
    )
