# SPDX-License-Identifier: Apache-2.0
"""Sessions: how long they last, and whether old ones are gone."""

from datetime import timedelta

from django.conf import settings

from apps.audit.adapters.probes.counting import none_of
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe
from cortex.identity.models import OneTimeSignIn, SignedInSession


@probe(
    "identity.session_lifetime",
    title="Sessions end by themselves",
    remedy="Restore SESSION_COOKIE_AGE and SESSION_IDLE_SECONDS of the release.",
    hours=12,
    idle_hours=2,
)
def session_lifetime(asked: Asked) -> Finding:
    """Look at the limits in force."""
    whole, idle = settings.SESSION_COOKIE_AGE, settings.SESSION_IDLE_SECONDS
    return judged(
        whole <= asked["hours"] * 3600 and idle <= asked["idle_hours"] * 3600,
        well=f"Sessions end after {whole} s, and after {idle} s without use.",
        ill=f"Expected {asked['hours']} h, {asked['idle_hours']} h without use; got {whole} s and {idle} s.",
        seconds=whole,
        idle_seconds=idle,
    )


@probe(
    "identity.old_sessions",
    title="No session outlives its time",
    remedy="Look whether the schedule runs (forget-expired-sign-ins); end the sessions under 'Sessions'.",
    grace_hours=24,
)
def old_sessions(asked: Asked) -> Finding:
    """Look for sessions that began before the limit and are still there."""
    sessions = SignedInSession.objects.all()
    limit = timedelta(seconds=settings.SESSION_COOKIE_AGE) + timedelta(hours=asked["grace_hours"])
    return none_of(
        sessions.filter(began_at__lt=asked.now - limit),
        of=sessions.count(),
        well="No session is older than it may be.",
        ill="Sessions that outlived their time",
    )


@probe(
    "identity.one_time_links",
    title="Links that sign in once are short-lived",
    remedy="Withdraw the links; look whether the schedule forgets expired ones.",
    hours=24,
)
def one_time_links(asked: Asked) -> Finding:
    """Look for unused links that count for longer."""
    links = OneTimeSignIn.objects.filter(used_at=None)
    return none_of(
        links.filter(expires_at__gt=asked.now + timedelta(hours=asked["hours"])),
        of=links.count(),
        well="No link counts for long.",
        ill=f"Links that count for more than {asked['hours']} h",
    )
