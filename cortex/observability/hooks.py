# SPDX-License-Identifier: Apache-2.0
"""What observability does when a process starts and ends."""

import structlog
from django.conf import settings

from cortex.boot.lifecycle import SERVING, hook
from cortex.boot.lifecycle.process import this_process
from cortex.boot.report import compose_report
from cortex.observability.boot_leaf import leave_boot_leaf
from cortex.observability.certificates import certificate_is_young
from cortex.ports.clock import Clock
from cortex.ports.registry import get

_log = structlog.get_logger(__name__)


@hook("on_ready", name="tracing")
def start_tracing() -> None:
    """Trace from here on: the thread that exports spans would not survive a fork."""
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        # Its libraries take 0.4 s to import, which every command would pay for nothing.
        from cortex.observability.tracing import configure_from_settings  # noqa: PLC0415

        configure_from_settings()


@hook("on_shutdown", name="tracing", timeout_seconds=5)
def stop_tracing() -> None:
    """Send the spans that still wait, and take the instruments off."""
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        from cortex.observability.tracing import stop  # noqa: PLC0415

        stop()


@hook("on_ready", name="certificate")
def warn_of_a_certificate_that_is_due() -> None:
    """Say at the start what `/health/ready` says all the time."""
    if certificate_is_young() is False:
        _log.warning("certificate_is_due", remedy="cortex pki check")


@hook("on_ready", name="boot_report", after=("tracing",), processes=SERVING)
def tell_boot_report() -> None:
    """Log what has started, and leave a leaf with its digest."""
    report = compose_report(process=this_process(), at=get(Clock).now())
    _log.info("ready", boot_report=report)
    leave_boot_leaf(report=report)
