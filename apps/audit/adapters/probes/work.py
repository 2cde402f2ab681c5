# SPDX-License-Identifier: Apache-2.0
"""Work that goes on by itself: the schedule, jobs, mail."""

from datetime import timedelta

from django.conf import settings
from django_celery_beat.models import PeriodicTask

from apps.audit.adapters.probes.counting import days_before, none_in, none_of
from apps.audit.domain.compliance.probe import Asked, Finding, probe, unknown
from cortex.jobs.models import Job
from cortex.mail.models import OutgoingMail


@probe(
    "work.schedule",
    title="Everything on the schedule is switched on",
    remedy="Switch it on again under 'Periodic tasks'.",
)
def schedule(asked: Asked) -> Finding:
    """Look for entries of the release that are off; before beat has run once there are none."""
    wanted = set(settings.CELERY_BEAT_SCHEDULE)
    known = dict(PeriodicTask.objects.filter(name__in=wanted).values_list("name", "enabled"))
    if not known:
        return unknown("The schedule was never started.")
    off = sorted(wanted - {name for name, is_on in known.items() if is_on})
    return none_in(
        off, of=len(wanted), well="Everything on the schedule is on.", ill="Entries that are off or missing"
    )


@probe(
    "work.jobs",
    title="No job is stuck, and few fail",
    remedy="Look at 'Jobs': why it failed, and whether a worker runs.",
    days=7,
    failed=10,
)
def jobs(asked: Asked) -> Finding:
    """Look for running jobs without a lease for an hour, and count those that failed lately."""
    recent = Job.objects.filter(created_at__gte=days_before(asked))
    failed = recent.filter(state=Job.State.FAILED).count()
    stuck = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=asked.now - timedelta(hours=1))
    if failed > asked["failed"]:
        return none_of(
            recent.filter(state=Job.State.FAILED), of=recent.count(), well="", ill="Jobs that failed lately"
        )
    return none_of(
        stuck, of=recent.count(), well="No job is stuck.", ill="Jobs that are stuck", failed_lately=failed
    )


@probe(
    "work.mail",
    title="Mail reaches people",
    remedy="Look at 'Outgoing mail' for the reason; mend the mail server or the address.",
    days=7,
)
def mail(asked: Asked) -> Finding:
    """Look for messages that were given up lately."""
    recent = OutgoingMail.objects.filter(created_at__gte=days_before(asked))
    return none_of(
        recent.filter(state=OutgoingMail.State.FAILED),
        of=recent.count(),
        well="No message was given up lately.",
        ill="Messages that were given up",
    )
