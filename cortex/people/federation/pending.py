# SPDX-License-Identifier: Apache-2.0
"""What this browser asked a provider for: kept in the session, taken out by the answer."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from cortex.ports.clock import Clock
from cortex.ports.registry import get

_KEY = "federation"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that an answer must belong to.

    `user` is who links the provider to their account or, with `confirms`, gives a credential there again.
    """

    provider_id: str
    nonce: str
    next_url: str
    user: str
    confirms: bool
    at: datetime


def remember_pending(
    request: HttpRequest, *, provider_id: str, next_url: str, user: str = "", confirms: bool = False
) -> str:
    """Remember the question, in place of any former one, and return its nonce."""
    nonce = secrets.token_urlsafe(32)
    request.session[_KEY] = {
        "provider": provider_id,
        "nonce": nonce,
        "next": next_url,
        "user": user,
        "confirms": confirms,
        "at": get(Clock).now().isoformat(),
    }
    return nonce


def take_pending(request: HttpRequest, *, provider_id: str) -> Asked | None:
    """Return the question that was asked of this provider and forget it."""
    known: dict[str, Any] | None = request.session.pop(_KEY, None)
    # What an older release remembered is asked anew.
    if not known or known["provider"] != provider_id or "at" not in known:
        return None
    at = datetime.fromisoformat(known["at"])
    return Asked(provider_id, known["nonce"], known["next"], known["user"], known["confirms"], at)
