# SPDX-License-Identifier: Apache-2.0
"""Who acts in a request: the signed-in person, or the service user behind an OAuth2 token."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

from cortex.errors import CortexError
from cortex.identity.authentication import authentication_of
from cortex.identity.models import User
from cortex.identity.peer_certificates import peer_certificate
from cortex.ports.principal import Authentication, Principal


class SignInMustComeFirst(CortexError):
    """Nobody is signed in and no valid token was given."""

    code = "identity.sign_in_must_come_first"
    status = 401


@dataclass(frozen=True, slots=True)
class PeerService:
    """A service of ours that its certificate let in; it stands for `request.user` as well."""

    service: str
    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    pk: ClassVar[None] = None
    id: ClassVar[None] = None


def principal_of(request: Any) -> Principal:
    """Return the actor of a Django or REST request; raises SignInMustComeFirst.

    A REST request carries what its access token stands for in `auth`; a session has none and no scopes.
    Whoever it is, the certificate of the connection is told beside it: policies may ask for one.
    """
    principal, peer = _actor(request), peer_certificate(request)
    if peer is None or peer.spiffe_id is None:
        return principal
    shown = replace(principal.authentication, certificate=peer.spiffe_id)
    return replace(principal, authentication=shown)


def _actor(request: Any) -> Principal:
    token = getattr(request, "auth", None)
    if isinstance(token, PeerService):
        return Principal.service(token.service)
    if token is not None:
        return cast(Principal, token.principal)
    user = request.user
    if not user.is_authenticated or not user.is_active:
        raise _nobody()
    session = getattr(request, "session", None)
    if session is None:
        return principal_of_user(user)
    return principal_of_user(user, authentication=authentication_of(session=session))


def principal_of_user(user: User, *, authentication: Authentication | None = None) -> Principal:
    """Return the actor that stands for this user, and how they proved it where that is known."""
    return Principal(
        kind="user",
        id=str(user.id),
        user_id=user.id,
        authentication=authentication or Authentication(),
    )


def _nobody() -> SignInMustComeFirst:
    return SignInMustComeFirst(
        "Request: expected somebody signed in or a valid access token, got neither. "
        "Sign in, or send `Authorization: Bearer …`.",
        evidence={"object": "request", "remedy": "sign in"},
    )
