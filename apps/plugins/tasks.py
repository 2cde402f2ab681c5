# SPDX-License-Identifier: Apache-2.0
"""What workers do for plugins."""

from celery import shared_task
from prometheus_client import Gauge

from apps.plugins.domain.policy_names import CHECK_VERSIONS
from apps.plugins.services.check_plugins import check_plugins
from cortex.ports.asking import asks
from cortex.ports.principal import Principal

FAILING = Gauge(
    "cortex_plugins_stopped_at_last_check",
    "Versions of plugins that the last nightly check stopped.",
    multiprocess_mode="mostrecent",
)
NOT_CHECKED = Gauge(
    "cortex_plugins_not_checked",
    "Versions of plugins that the last nightly check could not look at.",
    multiprocess_mode="mostrecent",
)


@shared_task(name="apps.plugins.check_plugins", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(CHECK_VERSIONS)
def check_plugins_at_night() -> None:
    """Verify what runs, stop what does not hold, and count both."""
    checked = check_plugins(checked_by=Principal.service("scheduler"))
    FAILING.set(len(checked.stopped))
    NOT_CHECKED.set(len(checked.not_checked))
