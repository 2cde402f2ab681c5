# SPDX-License-Identifier: Apache-2.0
"""What a bearer token that was sent to us stands for.

A signed token is read before anything is asked: what we did not sign costs no query. Then one query finds
its row by its digest, with client, terms and user: a token that was taken back has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from oauth2_provider.models import get_access_token_model

from cortex.identity.models import User
from cortex.identity.peer_certificates import PeerCertificate
from cortex.ports.clock import Clock
from cortex.ports.principal import SECOND_FACTORS, Authentication, Principal
from cortex.ports.registry import get
from cortex.ports.second_factors import SecondFactorMustBeAdded
from cortex.programs.errors import TokenMustBeAuthentic
from cortex.programs.tokens.access_tokens import TYPE
from cortex.programs.tokens.random_values import checksum_of
from cortex.programs.tokens.reading import read_signed
from cortex.programs.usable import acting_user, counts, has_its_certificate, owes_second_factor

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BearerToken:
    """A token that counts: who acts with it, and in whose name."""

    principal: Principal
    user: User
    scopes: frozenset[str]
    client_id: str


def accepted(value: str, *, path: str, peer: PeerCertificate | None = None) -> BearerToken | None:
    """Return what the token stands for at this path, or None for one that does not count here.

    Raises: SecondFactorMustBeAdded where the person behind it could not do in a session what it does.
    """
    claims = _claims(value)
    if claims is None:
        return None
    token = _stored(value)
    if token is None or not counts(token, at=get(Clock).now()) or not _is_meant_for(token, path):
        return None
    if claims.get("client_id") != token.application.client_id:
        return None
    if not (has_its_certificate(token.application, peer) and _is_shown_by_its_holder(claims, peer)):
        return None
    if owes_second_factor(token):
        raise SecondFactorMustBeAdded.asked_of("access token")
    return _bearer(token, claims)


def _claims(value: str) -> Claims | None:
    """Return what a token claims that we signed for us, or None: a random one is of no use here."""
    try:
        claims = read_signed(token=value, typ=TYPE, issuer=settings.TOKEN_ISSUER, now=get(Clock).now())
    except TokenMustBeAuthentic:
        return None
    return claims if _is_for_us(claims.get("aud")) else None


def _is_for_us(audience: object) -> bool:
    ours = settings.TOKEN_AUDIENCE
    listed = audience if isinstance(audience, list) else [audience]
    return any(isinstance(each, str) and (each == ours or each.startswith(f"{ours}/")) for each in listed)


def _stored(value: str) -> Any:
    tokens = get_access_token_model().objects.select_related(
        "application__user", "application__program", "user"
    )
    return tokens.filter(token_checksum=checksum_of(value)).first()


def _is_meant_for(token: Any, path: str) -> bool:
    # RFC 8707: a token may be bound to resources. The Host header says nothing about where we are.
    return not token.resource or bool(token.allows_audience(f"{settings.TOKEN_AUDIENCE}{path}"))


def _is_shown_by_its_holder(claims: Claims, peer: PeerCertificate | None) -> bool:
    """Tell whether a token that is bound to a certificate came with it. Source: RFC 8705 section 3."""
    confirmation = claims.get("cnf")
    if confirmation is None:
        return True
    bound = confirmation.get("x5t#S256") if isinstance(confirmation, dict) else None
    return peer is not None and bound == peer.thumbprint


def _bearer(token: Any, claims: Claims) -> BearerToken | None:
    user = acting_user(token)
    if user is None:
        return None
    scopes = frozenset(token.scope.split())
    program = token.application.program
    principal = Principal(
        kind="client",
        id=token.application.client_id,
        user_id=user.id,
        scopes=scopes,
        acts_for_person=token.user is not None,
        bound_to=program.certificate_id if program.requires_certificate else None,
        authentication=_authentication(claims) if token.user else Authentication(),
    )
    return BearerToken(principal, user, scopes, token.application.client_id)


def _authentication(claims: Claims) -> Authentication:
    """Return how the person had signed in when it let the client act."""
    methods, seconds = frozenset(claims.get("amr", ())), claims.get("auth_time")
    at = datetime.fromtimestamp(seconds, tz=UTC) if seconds is not None else None
    return Authentication(methods=methods, at=at, factor_at=at if methods & SECOND_FACTORS else None)
