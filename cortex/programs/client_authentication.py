# SPDX-License-Identifier: Apache-2.0
"""How a client shows that it is itself: its secret, in the header or in the body, and nowhere else.

Source: RFC 6749 section 2.3.1; two ways at once are refused as the section asks.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from django.contrib.auth.hashers import check_password, make_password

from cortex.ports.clock import Clock
from cortex.ports.registry import get

SECRET_LENGTH_MAX = 200
# Of the secret of now, and of the one before it.
HASHES_OF_A_NO = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request shows of a client; no secret stands for none shown."""

    client_id: str
    secret: str | None


def shown_in(request: Any) -> Shown | None:
    """Return the client id and secret of a request, or None where they contradict each other."""
    header = request.headers.get("HTTP_AUTHORIZATION") or ""
    in_body = Shown(request.client_id or "", getattr(request, "client_secret", None) or None)
    if not header:
        return in_body
    in_header = _basic(header)
    if in_header is None or in_body.secret or in_body.client_id not in ("", in_header.client_id):
        return None
    return in_header


def has_shown_its_secret(application: Any, *, secret: str | None) -> bool:
    """Tell whether this is the client's secret, or the one before it while both count.

    Each no takes the time of two hashes, whatever was shown and whether there is a secret before.
    """
    if not secret or len(secret) > SECRET_LENGTH_MAX or not application.client_secret:
        work_as_for_a_known_client(secret)
        return False
    if check_password(secret, application.client_secret):
        return True
    terms = application.program
    if terms.previous_secret_until is None or get(Clock).now() >= terms.previous_secret_until:
        make_password(secret)
        return False
    return check_password(secret, terms.previous_secret)


def work_as_for_a_known_client(secret: str | None) -> None:
    """Take the time that a known client's wrong secret takes: the answer's delay tells no client ids."""
    for _ in range(HASHES_OF_A_NO):
        make_password((secret or "")[:SECRET_LENGTH_MAX])


def _basic(header: str) -> Shown | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    client_id, separator, secret = text.partition(":")
    return Shown(unquote_plus(client_id), unquote_plus(secret)) if separator else None
