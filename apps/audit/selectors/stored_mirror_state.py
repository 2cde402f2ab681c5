# SPDX-License-Identifier: Apache-2.0
"""How far the mirror of the log is behind, from what its last copy left."""

import math
from datetime import datetime

from django.conf import settings

from apps.audit.models import LogMirror
from cortex.database.transactions import transactional


class StoredMirrorState:
    """Asks the table, not the bucket: a probe waits for nobody."""

    def behind_seconds(self, *, now: datetime) -> float | None:
        """Return the seconds, None without a mirror; raises DatabaseMustBeReachable."""
        if not settings.AUDIT_MIRROR_ADDRESS:
            return None
        at = _mirrored_at(f"{settings.AUDIT_MIRROR_ADDRESS}/{settings.AUDIT_MIRROR_BUCKET}")
        return math.inf if at is None else max(0.0, (now - at).total_seconds())


@transactional
def _mirrored_at(name: str) -> datetime | None:
    return LogMirror.objects.filter(name=name).values_list("mirrored_at", flat=True).first()
