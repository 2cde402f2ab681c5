# SPDX-License-Identifier: Apache-2.0
"""Sessions: begun after credentials were given, shown to their person, ended at once when asked for."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from cortex.database.transactions import transactional
from cortex.errors import NotFound
from cortex.identity.accounts import END_SESSION, require_own_account
from cortex.identity.authentication import Vouched, authentication_of, record_authentication
from cortex.identity.devices import address_of, device_of
from cortex.identity.known_devices import note_device
from cortex.identity.models import SignedInSession, User
from cortex.identity.principals import principal_of_user
from cortex.identity.trail import digest_of, leave_leaf
from cortex.ports.principal import Principal

BACKEND = "django.contrib.auth.backends.ModelBackend"


class SessionMustExist(NotFound):
    """The person has no such session, or no longer."""

    code = "identity.session_must_exist"


def begin_session(
    *,
    request: HttpRequest,
    user: User,
    methods: Collection[str],
    at: datetime,
    vouched: Vouched | None = None,
) -> None:
    """Sign the user in under a new session key, and remember how and where."""
    # What an earlier session of this browser knew must not follow into this one.
    request.session.flush()
    is_first = user.last_login is None
    login(request, user, backend=BACKEND)
    record_authentication(session=request.session, methods=methods, at=at, vouched=vouched)
    request.session.save()
    _begin(request, user, at, is_first=is_first)


def confirm_session(
    *,
    request: HttpRequest,
    user: User,
    methods: Collection[str],
    at: datetime,
    vouched: Vouched | None = None,
) -> None:
    """Note that the person of this session gave a credential again; the session gets a new key."""
    before = request.session.session_key
    record_authentication(session=request.session, methods=methods, at=at, vouched=vouched)
    request.session.cycle_key()
    request.session.save()
    _confirm(request, user, before)


def sessions_of(*, user_id: UUID) -> list[SignedInSession]:
    """Return the sessions that can still be used, the one used last first."""
    return _living(user_id)


@transactional
def end_session(*, session_id: UUID, user_id: UUID, actor: Principal) -> None:
    """End one session of this user; raises AccessMustBeGranted, SessionMustExist."""
    require_own_account(user_id=user_id, actor=actor, or_else=END_SESSION)
    found = SignedInSession.objects.filter(id=session_id, user_id=user_id).first()
    if found is None:
        raise SessionMustExist(
            "Session: expected one of this person's, got none. It may be over already.",
            evidence={"object": "session", "got": str(session_id)},
        )
    _end([found], user_id=user_id, actor=actor)


@transactional
def end_sessions(*, user_id: UUID, actor: Principal, but: str | None = None) -> int:
    """End every session of this user but the one with the key `but`; return how many.

    Raises: AccessMustBeGranted.
    """
    require_own_account(user_id=user_id, actor=actor, or_else=END_SESSION)
    found = list(SignedInSession.objects.filter(user_id=user_id).exclude(session_key=but or ""))
    _end(found, user_id=user_id, actor=actor)
    return len(found)


@transactional
def note_sign_out(*, session: Any, actor: Principal) -> None:
    """Forget the session that its person ends, and leave the leaf."""
    found = list(SignedInSession.objects.filter(session_key=session.session_key or ""))
    if actor.user_id is not None:
        _end(found, user_id=actor.user_id, actor=actor)


@transactional
def note_use(*, session_key: str | None, at: datetime) -> None:
    """Remember when the session was used last."""
    SignedInSession.objects.filter(session_key=session_key or "").update(last_used_at=at)


@transactional
def follow_key(*, before: str | None, session: Any) -> None:
    """Remember that a session goes on under another key."""
    SignedInSession.objects.filter(session_key=before or "").update(session_key=str(session.session_key))


@transactional
def forget_ended_sessions() -> int:
    """Delete what is known of sessions that are over, and return how many."""
    living = Session.objects.values("session_key")
    return SignedInSession.objects.exclude(session_key__in=living).delete()[0]


@transactional
def _living(user_id: UUID) -> list[SignedInSession]:
    living = Session.objects.values("session_key")
    return list(SignedInSession.objects.filter(user_id=user_id, session_key__in=living))


def _end(sessions: list[SignedInSession], *, user_id: UUID, actor: Principal) -> None:
    keys = [found.session_key for found in sessions]
    Session.objects.filter(session_key__in=keys).delete()
    SignedInSession.objects.filter(session_key__in=keys).delete()
    for found in sessions:
        leave_leaf(
            verb="identity.session.ended", object_type="identity.session", object_id=found.id, actor=actor
        )


@transactional
def _begin(request: HttpRequest, user: User, at: datetime, *, is_first: bool) -> None:
    known = authentication_of(session=request.session)
    begun = SignedInSession.objects.create(
        user=user,
        session_key=str(request.session.session_key),
        methods=sorted(known.methods),
        device=device_of(request),
        address=address_of(request),
        began_at=at,
        last_used_at=at,
    )
    actor = principal_of_user(user, authentication=known)
    leave_leaf(
        verb="identity.session.began",
        object_type="identity.session",
        object_id=begun.id,
        actor=actor,
        digest=digest_of(*sorted(known.methods)),
    )
    note_device(session=begun, is_first=is_first, actor=actor)


@transactional
def _confirm(request: HttpRequest, user: User, before: str | None) -> None:
    known = authentication_of(session=request.session)
    SignedInSession.objects.filter(session_key=before or "").update(
        session_key=str(request.session.session_key), methods=sorted(known.methods)
    )
    leave_leaf(
        verb="identity.session.confirmed",
        object_id=user.id,
        actor=principal_of_user(user, authentication=known),
        digest=digest_of(*sorted(known.methods)),
    )
