# SPDX-License-Identifier: Apache-2.0
"""Passkeys: added by a person who is signed in, and accepted instead of a password or besides it.

Every passkey verifies its person (by PIN or finger), so it is two factors at once. Challenges are made for
one purpose, used once, and good for five minutes. Source: W3C Web Authentication Level 3, sections 7.1, 7.2.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.mfa.models import Authenticator
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.accounts import require_own_account
from cortex.identity.credentials import leave_leaf_of_credentials, lock_credentials
from cortex.identity.models import User
from cortex.identity.notices import tell_owner
from cortex.identity.second_factors.stored import PASSKEY
from cortex.ports.principal import Principal

LIFETIME = timedelta(minutes=5)
PER_PERSON_MAX = 20
NAME_LENGTH_MAX = 60
ANSWER_BYTES_MAX = 20_000
_KEY = "passkey_challenge"
_REQUIRED = UserVerificationRequirement.REQUIRED


class PasskeyMustBeRight(CortexError):
    """The answer of a passkey does not fit the challenge, this site, or any passkey that is known."""

    code = "identity.passkey_must_be_right"


@dataclass(frozen=True, slots=True)
class Site:
    """The site that passkeys belong to, such as `https://cortex.example.org`."""

    origin: str

    @property
    def server(self) -> Fido2Server:
        """Return what makes and checks challenges for exactly this origin."""
        host = urlsplit(self.origin).hostname or ""
        party = PublicKeyCredentialRpEntity(id=host, name="Codexion Cortex")
        return Fido2Server(party, verify_origin=lambda origin: origin == self.origin)


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose passkey answered, and whether its key stays in hardware."""

    user_id: UUID
    is_synced: bool


def options_to_add(*, site: Site, session: Any, user: User, at: datetime) -> dict[str, Any]:
    """Return what the browser needs to make a passkey, and remember the challenge in the session."""
    options, state = site.server.register_begin(
        PublicKeyCredentialUserEntity(
            id=user.id.bytes, name=user.username, display_name=user.get_full_name()
        ),
        credentials=[_credential(row) for row in _rows(user.id)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
    )
    _remember(session, purpose=f"add:{user.id}", state=state, at=at)
    return dict(options)["publicKey"]  # type: ignore[no-any-return]


def options_to_prove(*, site: Site, session: Any, user: User | None, at: datetime) -> dict[str, Any]:
    """Return what the browser needs to answer with a passkey: of this user, or of whoever has one here."""
    known = [_credential(row) for row in _rows(user.id)] if user else None
    options, state = site.server.authenticate_begin(credentials=known, user_verification=_REQUIRED)
    _remember(session, purpose=f"prove:{user.id if user else ''}", state=state, at=at)
    return dict(options)["publicKey"]  # type: ignore[no-any-return]


def add_passkey(
    *, site: Site, session: Any, user: User, name: str, untrusted_answer: str, at: datetime, actor: Principal
) -> None:
    """Add the passkey that the browser made; raises AccessMustBeGranted, PasskeyMustBeRight."""
    state = _recall(session, purpose=f"add:{user.id}", at=at)
    answer = _read(untrusted_answer)
    try:
        made = site.server.register_complete(state, answer)
    except (ValueError, KeyError, TypeError) as error:
        raise _wrong() from error
    if made.credential_data is None:
        raise _wrong()
    _add(
        user=user,
        data={
            "name": " ".join(name.split())[:NAME_LENGTH_MAX] or "Passkey",
            "credential_data": websafe_encode(bytes(made.credential_data)),
            "sign_count": made.counter,
            "is_synced": made.is_backup_eligible(),
        },
        at=at,
        actor=actor,
    )


def prove_with_passkey(
    *, site: Site, session: Any, user: User | None, untrusted_answer: str, at: datetime
) -> Proof:
    """Return whose passkey answered the challenge of this session; raises PasskeyMustBeRight."""
    state = _recall(session, purpose=f"prove:{user.id if user else ''}", at=at)
    answer = _read(untrusted_answer)
    try:
        response = AuthenticationResponse.from_dict(answer)
        user_id = user.id if user else _owner(response)
        proven = site.server.authenticate_complete(
            state, [_credential(row) for row in _rows(user_id)], response
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _wrong() from error
    return _note_use(
        user_id=user_id,
        credential_id=proven.credential_id,
        sign_count=response.response.authenticator_data.counter,
        at=at,
    )


@transactional
def _add(*, user: User, data: dict[str, Any], at: datetime, actor: Principal) -> None:
    require_own_account(user_id=user.id, actor=actor)
    before = lock_credentials(user_id=user.id)
    if len(_rows(user.id)) >= PER_PERSON_MAX:
        raise PasskeyMustBeRight(
            f"Passkey: expected at most {PER_PERSON_MAX} for one person. Remove one first.",
            evidence={"object": "passkey", "expected": PER_PERSON_MAX, "remedy": "remove one first"},
        )
    Authenticator.objects.create(user_id=user.id, type=PASSKEY, data=data, created_at=at)
    leave_leaf_of_credentials(verb="identity.passkey.added", user_id=user.id, actor=actor, before=before)
    tell_owner(user=user, topic="passkey_added")


@transactional
def _note_use(*, user_id: UUID, credential_id: bytes, sign_count: int, at: datetime) -> Proof:
    """Remember the use; a counter that does not grow tells of a copied key. Source: section 6.1.1."""
    rows = Authenticator.objects.select_for_update().filter(user_id=user_id, type=PASSKEY)
    row = next((each for each in rows if _credential(each).credential_id == credential_id), None)
    if row is None:
        raise _wrong()
    known = row.data["sign_count"]
    if (sign_count or known) and sign_count <= known:
        raise _wrong()
    row.data["sign_count"], row.last_used_at = sign_count, at
    row.save(update_fields=["data", "last_used_at"])
    return Proof(user_id=user_id, is_synced=bool(row.data["is_synced"]))


@transactional
def _rows(user_id: UUID) -> list[Any]:
    return list(Authenticator.objects.filter(user_id=user_id, type=PASSKEY).order_by("id"))


def _credential(row: Any) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(row.data["credential_data"]))


def _owner(response: AuthenticationResponse) -> UUID:
    handle = response.response.user_handle
    if handle is None:
        raise ValueError("no user handle")
    return UUID(bytes=bytes(handle))


def _remember(session: Any, *, purpose: str, state: Mapping[str, Any], at: datetime) -> None:
    session[_KEY] = {"purpose": purpose, "state": dict(state), "at": at.isoformat()}


def _recall(session: Any, *, purpose: str, at: datetime) -> Mapping[str, Any]:
    """Take the challenge out of the session: whatever comes of it, it is over."""
    known = session.pop(_KEY, None)
    if not known or known["purpose"] != purpose or at - datetime.fromisoformat(known["at"]) > LIFETIME:
        raise _wrong()
    state: Mapping[str, Any] = known["state"]
    return state


def _read(untrusted_answer: str) -> dict[str, Any]:
    try:
        answer = json.loads(untrusted_answer) if len(untrusted_answer) <= ANSWER_BYTES_MAX else None
    except (ValueError, RecursionError) as error:
        raise _wrong() from error
    if not isinstance(answer, dict):
        raise _wrong()
    return answer


def _wrong() -> PasskeyMustBeRight:
    return PasskeyMustBeRight(
        "Passkey: expected an answer to the challenge of this page by a passkey that is known here. "
        "Try again, or use another way.",
        evidence={"object": "passkey", "remedy": "try again"},
    )
