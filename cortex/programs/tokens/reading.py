# SPDX-License-Identifier: Apache-2.0
"""Read a signed token, and believe it only if it is one that we signed for this purpose.

The library is told one algorithm and one key. Nothing in the token chooses either: a `kid` can only name a
published key, and any other member of the header (`jku`, `x5u`, `jwk`, `crit` …) is a reason to refuse.
Sources: RFC 8725 sections 3.1 to 3.11, RFC 9068 section 4.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jwcrypto.common import JWException
from jwcrypto.jws import JWS

from cortex.ports.registry import get
from cortex.programs.errors import TokenMustBeAuthentic
from cortex.programs.keys.published import ALGORITHM
from cortex.programs.keys.ring import SigningKeys

# Ours are about a kilobyte; a longer one is read by nobody.
CHARACTERS_MAX = 8192
SKEW_SECONDS = 5
_HEADER = {"alg", "typ", "kid"}


def looks_signed(token: str) -> bool:
    """Tell a JWT from a random token by its form alone."""
    return token.count(".") == 2


def read_signed(*, token: str, typ: str, issuer: str, now: datetime) -> Mapping[str, Any]:
    """Return the claims of a current token of this issuer; raises TokenMustBeAuthentic."""
    claims = read_claims(token=token, typ=typ)
    if claims.get("iss") != issuer:
        raise _refused("one of this issuer")
    instant = now.timestamp()
    if not _is_number(claims.get("exp")) or claims["exp"] + SKEW_SECONDS <= instant:
        raise _refused("one that is not over")
    for name in ("nbf", "iat"):
        if name in claims and not (_is_number(claims[name]) and claims[name] - SKEW_SECONDS <= instant):
            raise _refused("one that has begun")
    return claims


def read_claims(*, token: str, typ: str) -> Mapping[str, Any]:
    """Return the claims of a token that we signed, whether it is over or not; raises TokenMustBeAuthentic."""
    if len(token) > CHARACTERS_MAX or not looks_signed(token):
        raise _refused("three parts")
    signed = JWS()
    signed.allowed_algs = [ALGORITHM]
    try:
        signed.deserialize(token)
        header = signed.jose_header
        _require_our_header(header, typ=typ)
        key = get(SigningKeys).find(kid=header["kid"])
        if key is None:
            raise _refused("one of our keys")
        signed.verify(key.verifier, alg=ALGORITHM)
        claims = json.loads(signed.payload)
    except (JWException, ValueError, TypeError, RecursionError) as error:
        raise _refused("a signature of ours") from error
    if not isinstance(claims, dict):
        raise _refused("claims")
    return claims


def _require_our_header(header: Mapping[str, Any], *, typ: str) -> None:
    if set(header) != _HEADER or header["alg"] != ALGORITHM or not isinstance(header["kid"], str):
        raise _refused("a header of ours")
    if header["typ"] != typ:
        raise _refused(f"the type {typ}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refused(expected: str) -> TokenMustBeAuthentic:
    return TokenMustBeAuthentic(
        f"Token: expected {expected}. Fetch a new one.",
        evidence={"object": "token", "expected": expected, "remedy": "fetch a new one"},
    )
