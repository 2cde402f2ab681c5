# SPDX-License-Identifier: Apache-2.0
"""What is recorded of the policies that releases bring along."""

from cortex.policy.models import PolicyPackagedText
from cortex.policy.packaged import Packaged

RECORDED_SHOWN_MAX = 100


def latest_recorded() -> PolicyPackagedText | None:
    """Return what was brought along last."""
    return PolicyPackagedText.objects.order_by("-id").first()


def is_recorded(packaged: Packaged) -> bool:
    """Return whether a row knows this text together with what it could speak of."""
    rows = PolicyPackagedText.objects.filter(digest=packaged.digest, schema_digest=packaged.schema_digest)
    return rows.exists()


def texts_recorded() -> list[PolicyPackagedText]:
    """Return what releases brought along, the newest first, without the texts."""
    return list(PolicyPackagedText.objects.defer("text").order_by("-id")[:RECORDED_SHOWN_MAX])
