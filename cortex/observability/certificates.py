# SPDX-License-Identifier: Apache-2.0
"""How long the certificate of this process, and its lists of revocations, have to live."""

from django.conf import settings
from prometheus_client import Gauge

from cortex.errors import CortexError
from cortex.pki.expiry import expiry_of
from cortex.ports.clock import Clock
from cortex.ports.registry import get

EXPIRES_SECONDS = Gauge(
    "cortex_certificate_expires_seconds",
    "Seconds until what ends first of this process's certificate and lists of revocations; negative after.",
    multiprocess_mode="livemin",
)


def certificate_is_young() -> bool | None:
    """Return whether nobody has to renew it yet, None without one; files that do not fit are due."""
    files = settings.TLS_FILES
    if files is None:
        return None
    try:
        return not expiry_of(files=files, at=get(Clock).now()).is_due
    except CortexError:
        return False


def observe_certificate() -> None:
    """Set the metric anew: the files may have been replaced since the last scrape."""
    files = settings.TLS_FILES
    if files is None:
        return
    now = get(Clock).now()
    try:
        left = (expiry_of(files=files, at=now).ends_at - now).total_seconds()
    except CortexError:
        left = 0.0
    EXPIRES_SECONDS.set(left)
