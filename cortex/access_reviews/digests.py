# SPDX-License-Identifier: Apache-2.0
"""What leaves hold of a campaign: its terms without the texts that people wrote; once signed, the result."""

import hashlib

from cortex.access_reviews.models import Campaign
from cortex.canonical_json import canonical_digest


def campaign_digest(campaign: Campaign) -> str:
    """Return the digest of the campaign as it is, which is that of the signed file once there is one."""
    if campaign.result:
        return hashlib.sha256(bytes(campaign.result)).hexdigest()
    content = {
        "state": campaign.state,
        "due_date": campaign.due_date.isoformat(),
        "opened_by": campaign.opened_by,
        "opened_at": campaign.opened_at.isoformat(timespec="microseconds"),
    }
    return canonical_digest(content)
