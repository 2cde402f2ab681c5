# SPDX-License-Identifier: Apache-2.0
"""What a provider says about somebody, after its signature, audience, time and nonce were checked."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from cortex.errors import CortexError
from cortex.identity.federation.providers import Provider
from cortex.ports.clock import Clock
from cortex.ports.registry import get

# Asymmetric alone: a client's secret or a public key must never pass as the key of a MAC.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
LEEWAY_SECONDS, GROUPS_MAX = 60, 500
# What the table of links holds. OpenID Connect allows 255; of a longer one no part stands for the whole.
SUBJECT_LENGTH_MAX = 191


class IdTokenMustBeValid(CortexError):
    """The provider's token is another's, too old, forged, or an answer to another question."""

    code = "identity.id_token_must_be_valid"
    status = 403


@dataclass(frozen=True, slots=True)
class Claims:
    """What counts here of a token."""

    subject: str
    email: str
    is_email_verified: bool
    groups: frozenset[str]
    # When the person gave a credential there; None where the provider does not say.
    signed_in_at: datetime | None = None


def read_claims(
    *, id_token: str, jwks: Mapping[str, Any], issuer: str, provider: Provider, nonce: str
) -> Claims:
    """Return the claims of a valid token; raises IdTokenMustBeValid.

    Source: OpenID Connect Core 1.0, section 3.1.3.7.
    """
    try:
        given = jwt.decode(
            id_token,
            key=_key(id_token, jwks),
            algorithms=list(ALGORITHMS),
            audience=provider.client_id,
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise invalid(type(error).__name__) from error
    if not hmac.compare_digest(str(given.get("nonce", "")).encode(), nonce.encode()) or not nonce:
        raise invalid("another nonce")
    if isinstance(given["aud"], list) and len(given["aud"]) > 1 and given.get("azp") != provider.client_id:
        raise invalid("a token made for another client")
    subject = given["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH_MAX:
        raise invalid(f"a subject of none, or of more than {SUBJECT_LENGTH_MAX} characters")
    groups = given.get(provider.groups_claim, [])
    return Claims(
        subject=subject,
        email=str(given.get("email", ""))[:254],
        is_email_verified=given.get("email_verified") is True,
        groups=frozenset(str(group) for group in groups[:GROUPS_MAX])
        if isinstance(groups, list)
        else frozenset(),
        signed_in_at=_signed_in_at(given.get("auth_time")),
    )


def names_key_of(*, id_token: str, jwks: Mapping[str, Any]) -> bool:
    """Return whether the token names a key of this set; of one that cannot be read no set is asked."""
    try:
        kid = jwt.get_unverified_header(id_token).get("kid")
    except (jwt.PyJWTError, ValueError):
        return True
    return len(_fitting(kid, jwks)) == 1


def invalid(got: str) -> IdTokenMustBeValid:
    """Return the refusal; the token itself is not shown."""
    return IdTokenMustBeValid(
        f"Token of the provider: expected a valid one for this sign-in, got {got}. Begin again.",
        evidence={"object": "id token", "got": got, "remedy": "begin again"},
    )


def _signed_in_at(auth_time: Any) -> datetime | None:
    """Return the time of `auth_time`, in seconds; one that is to come is no time. Source: section 2."""
    if auth_time is None:
        return None
    if isinstance(auth_time, bool) or not isinstance(auth_time, int | float):
        raise invalid("a time of sign-in that is no number")
    ahead = get(Clock).now() + timedelta(seconds=LEEWAY_SECONDS)
    if not 0 <= auth_time <= ahead.timestamp():
        raise invalid("a time of sign-in that is to come")
    return datetime.fromtimestamp(auth_time, tz=UTC)


def _key(id_token: str, jwks: Mapping[str, Any]) -> jwt.PyJWK:
    """Return the key that the token names, of the provider's own set: `jku` and `x5u` lead nowhere."""
    header = jwt.get_unverified_header(id_token)
    if header["alg"] not in ALGORITHMS:
        raise ValueError("no algorithm of the list")
    wanted = _fitting(header.get("kid"), jwks)
    if len(wanted) != 1:
        raise ValueError("no such key")
    return jwt.PyJWK(wanted[0], algorithm=header["alg"])


def _fitting(kid: Any, jwks: Mapping[str, Any]) -> list[Any]:
    return [
        key
        for key in jwks.get("keys", [])
        if key.get("use", "sig") == "sig" and key.get("kty") != "oct" and key.get("kid") == kid
    ]
