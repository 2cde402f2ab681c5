# SPDX-License-Identifier: Apache-2.0
"""How and when the person of a session proved who they are, kept in the session on the server's side."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from cortex.ports.principal import Authentication

KEY = "authentication"
PASSWORD = "pwd"  # noqa: S105 - a name of RFC 8176
ONE_TIME_PASSWORD = "otp"  # noqa: S105 - a name of RFC 8176
HARDWARE_KEY, SOFTWARE_KEY = "hwk", "swk"
# A link or a code that came by mail or from the console: possession of a channel, and no second factor.
LINK = "link"


def record_authentication(*, session: Any, methods: Collection[str], at: datetime) -> None:
    """Remember that the person gave these credentials now; those given before in this session stay."""
    known = authentication_of(session=session).methods
    session[KEY] = {"methods": sorted({*known, *methods}), "at": at.isoformat()}


def authentication_of(*, session: Any) -> Authentication:
    """Return what the session knows; one that knows nothing proves nothing."""
    known = session.get(KEY) or {}
    at = known.get("at")
    return Authentication(
        methods=frozenset(known.get("methods", ())), at=datetime.fromisoformat(at) if at else None
    )
