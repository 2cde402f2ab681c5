# SPDX-License-Identifier: Apache-2.0
"""What this browser asked a provider for: kept in the session, taken out by the answer."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

_KEY = "federation"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that an answer must belong to. `user` is who links the provider to their account."""

    provider_id: str
    nonce: str
    next_url: str
    user: str


def remember_pending(request: HttpRequest, *, provider_id: str, next_url: str, user: str = "") -> str:
    """Remember the question, in place of any former one, and return its nonce."""
    nonce = secrets.token_urlsafe(32)
    request.session[_KEY] = {"provider": provider_id, "nonce": nonce, "next": next_url, "user": user}
    return nonce


def take_pending(request: HttpRequest, *, provider_id: str) -> Asked | None:
    """Return the question that was asked of this provider and forget it."""
    known: dict[str, Any] | None = request.session.pop(_KEY, None)
    if not known or known["provider"] != provider_id:
        return None
    return Asked(provider_id, known["nonce"], known["next"], known["user"])
