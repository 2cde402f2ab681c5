# SPDX-License-Identifier: Apache-2.0
"""Access reviews as the nightly comparison with their leaves reads them."""

from cortex.access_reviews.digests import campaign_digest
from cortex.access_reviews.leaves import REVIEW
from cortex.access_reviews.models import AccessReview, PlatformReview
from cortex.access_reviews.platform_reviews import REVIEW as PLATFORM_REVIEW
from cortex.database.logged_rows import StoredRows
from cortex.ports.logged_objects import LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register campaigns of companies and of the platform."""
    logged_objects(
        LoggedObjects(
            object_type=REVIEW, rows=StoredRows(rows=AccessReview.objects.all, digest=campaign_digest)
        ),
        LoggedObjects(
            object_type=PLATFORM_REVIEW,
            is_platforms=True,
            rows=StoredRows(rows=PlatformReview.objects.all, digest=campaign_digest, is_companys=None),
        ),
    )
