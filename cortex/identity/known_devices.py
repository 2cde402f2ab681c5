# SPDX-License-Identifier: Apache-2.0
"""Devices from which somebody signed in before: a sign-in from another one is told by letter."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings

from cortex.database.transactions import transactional
from cortex.identity.devices import network_of
from cortex.identity.models import KnownDevice, Membership, SignedInSession
from cortex.identity.trail import digest_of, leave_leaf
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.legal_holds import HeldNow, LegalHolds
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.retention import Forgotten
from cortex.ports.vault import VaultMustBeReachable
from cortex.tenancy.scope import scope

NEW_DEVICE = "identity.session.new_device"
SUBJECT = "A sign-in from a new device"
LETTER_LIFETIME = timedelta(days=2)
# Whoever comes back after that is told of as somebody new.
KEPT_FOR = timedelta(days=180)
_BODY = """\
Account {username} at {where}: somebody signed in from a device or network that is new for it.

When:   {at} UTC
Device: {device}
From:   {network}

If it was not you, end all sessions, change your password and tell an administrator.
"""
_log = structlog.get_logger(__name__)


def note_device(*, session: SignedInSession, is_first: bool, actor: Principal) -> None:
    """Remember the device of a session that begins, and tell its person of one that is new.

    The first sign-in of an account is not told: there is nothing that it could differ from.
    """
    fingerprint = _fingerprint(session)
    known = KnownDevice.objects.filter(user_id=session.user_id, fingerprint=fingerprint)
    if known.update(last_seen_at=session.began_at) or not (is_first or _is_told(session, actor)):
        return
    device = KnownDevice(
        id=uuid7(),
        user_id=session.user_id,
        fingerprint=fingerprint,
        first_seen_at=session.began_at,
        last_seen_at=session.began_at,
    )
    # Two sign-ins at once from a new device remember it once.
    KnownDevice.objects.bulk_create([device], ignore_conflicts=True)


def forget_old_devices(*, forgotten_by: Principal) -> Forgotten:
    """Delete devices that were not seen for long, and return how many; those of held people stay.

    A device is its person's and no company's: whoever is held in any company, or belongs to one that is held
    as a whole, keeps theirs.
    """
    before = get(Clock).now() - KEPT_FOR
    with get(LegalHolds).in_force() as held, scope(held.companies):
        forgotten = _forget_before(before, held)
    if forgotten.done:
        _log.info(
            "devices_forgotten", forgotten_by=forgotten_by.urn, done=forgotten.done, held=forgotten.held
        )
    return forgotten


@transactional
def _forget_before(before: datetime, held: HeldNow) -> Forgotten:
    due = KnownDevice.objects.filter(last_seen_at__lt=before)
    of_companies = Membership.objects.filter(company_id__in=held.companies).values("user_id")
    done, _kinds = due.exclude(user_id__in=held.subjects).exclude(user_id__in=of_companies).delete()
    return Forgotten(done, due.count())


def _is_told(session: SignedInSession, actor: Principal) -> bool:
    """Write the leaf and the letter; return whether it was queued, or nobody could get one."""
    leave_leaf(verb=NEW_DEVICE, object_type="identity.session", object_id=session.id, actor=actor)
    if not session.user.email:
        return True
    try:
        get(Letters).queue(
            to=LetterTo(user_id=session.user_id),
            topic="identity.new_device",
            about=session.id,
            subject=SUBJECT,
            body=_body(session),
            ends_at=session.began_at + LETTER_LIFETIME,
        )
    except VaultMustBeReachable as error:
        # Nobody is kept out for want of a letter. The device stays new, so that its next sign-in is told.
        _log.warning("new_device_not_told", session_id=str(session.id), exc_info=error)
        return False
    return True


def _body(session: SignedInSession) -> str:
    return _BODY.format(
        username=session.user.username,
        where=settings.PUBLIC_URL or "this program",
        at=session.began_at.strftime("%Y-%m-%d %H:%M"),
        device=session.device,
        network=network_of(session.address) or "an unknown network",
    )


def _fingerprint(session: SignedInSession) -> str:
    return digest_of(str(session.user_id), session.device, network_of(session.address))
