# SPDX-License-Identifier: Apache-2.0
"""The tasks of plugins, thin shells: each may be lost or run twice."""

from uuid import UUID

import structlog
from celery import shared_task
from prometheus_client import Gauge

from apps.plugins.domain.marketplace.policy_names import REFRESH_REPOSITORIES, RENEW_METADATA
from apps.plugins.domain.policy_names import CHECK_VERSIONS
from apps.plugins.services.check_plugins import check_plugins
from apps.plugins.services.marketplace.begin_review import TASK as REVIEW
from apps.plugins.services.marketplace.release_submission import TASK as PUBLISH
from apps.plugins.services.marketplace.run_review import run_review
from apps.plugins.services.marketplace.take_up_reviews import take_up_reviews
from apps.plugins.services.queue_due_jobs import queue_due_jobs
from apps.plugins.services.send_runs import RUN
from apps.plugins.services.send_waiting_runs import send_waiting_runs
from cortex.database.transactions import DatabaseMustBeReachable
from cortex.ports.asking import asks, asks_nothing
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_log = structlog.get_logger(__name__)
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
NOT_REFRESHED = Gauge(
    "cortex_plugins_repositories_not_refreshed",
    "Trusted repositories that refused or were away when they were last asked what was withdrawn.",
    multiprocess_mode="mostrecent",
)
LAST_RENEWAL = Gauge(
    "cortex_plugins_metadata_last_renewal_seconds",
    "When metadata of the own marketplace was last found or made to hold, in seconds since 1970.",
    multiprocess_mode="mostrecent",
)


@shared_task(name="apps.plugins.check_plugins", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(CHECK_VERSIONS)
def check_plugins_at_night() -> None:
    """Verify what runs, stop what does not hold, and count both."""
    checked = check_plugins(checked_by=Principal.service("scheduler"))
    FAILING.set(len(checked.stopped))
    NOT_CHECKED.set(len(checked.not_checked))


@shared_task(name=RUN, acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("a plugin acts with the rights of whoever installed it, which each of its requests asks for")
def run(company_id: str, run_id: str) -> None:
    """Carry out one run."""
    # Only a process that calls plugins loads what they run in.
    from apps.plugins.services.run_queued import run_queued  # noqa: PLC0415

    run_queued(company_id=UUID(company_id), run_id=UUID(run_id))


@shared_task(name="apps.plugins.queue_due_jobs", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it queues what somebody was let install; each call asks for itself")
def queue_jobs() -> None:
    """Queue jobs whose minute has come, and send runs again that wait too long."""
    now = get(Clock).now()
    try:
        queue_due_jobs(at=now)
        send_waiting_runs(at=now)
    except DatabaseMustBeReachable as error:
        _log.warning("plugin_jobs_not_queued", reason=error.message)


@shared_task(name="apps.plugins.renew_metadata", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(RENEW_METADATA)
def renew_metadata_in_time() -> None:
    """Sign what comes to its end anew; while the signing service is away the gauge stands still."""
    # Loads libraries of metadata that most tasks never need.
    from apps.plugins.services.marketplace.renew_metadata import renew_metadata  # noqa: PLC0415

    renew_metadata(renewed_by=Principal.service("scheduler"))
    LAST_RENEWAL.set_to_current_time()


@shared_task(name="apps.plugins.refresh_repositories", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(REFRESH_REPOSITORIES)
def refresh_trusted_repositories() -> None:
    """Ask what was withdrawn, and count who did not say."""
    # Loads libraries of metadata, too.
    from apps.plugins.services.repositories.refresh_repositories import refresh_repositories  # noqa: PLC0415

    refreshed = refresh_repositories(refreshed_by=Principal.service("scheduler"))
    NOT_REFRESHED.set(sum(bool(each.refusal) for each in refreshed))


@shared_task(name=REVIEW, acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("who sent it in, or has it checked again, was asked; checks decide nothing but what they find")
def review(run_id: str) -> None:
    """Check one submission."""
    run_review(run_id=UUID(run_id))


@shared_task(name="apps.plugins.take_up_reviews", ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it sends what is asked for again")
def take_up() -> None:
    """Send abandoned checks again."""
    take_up_reviews(at=get(Clock).now())


@shared_task(name=PUBLISH, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing(
    "who decided was asked; where something waits, publishing asks again as the service marketplace"
)
def publish() -> None:
    """Put releases into the repository, and take withdrawn ones out."""
    # Loads libraries of metadata, too.
    from apps.plugins.services.marketplace.publish_releases import publish_releases  # noqa: PLC0415

    publish_releases()
