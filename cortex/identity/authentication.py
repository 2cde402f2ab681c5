# SPDX-License-Identifier: Apache-2.0
"""How and when the person of a session proved who they are, kept in the session on the server's side."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cortex.ports.principal import SECOND_FACTORS, Authentication

KEY = "authentication"
PASSWORD = "pwd"  # noqa: S105 - a name of RFC 8176
ONE_TIME_PASSWORD = "otp"  # noqa: S105 - a name of RFC 8176
HARDWARE_KEY, SOFTWARE_KEY = "hwk", "swk"
# A link or a code that came by mail or from the console: possession of a channel, and no second factor.
LINK = "link"
# Another provider vouches for the person.
FEDERATED = "fed"


@dataclass(frozen=True, slots=True)
class Vouched:
    """What another system says of when the person gave a credential there; None where it does not say."""

    at: datetime | None


def record_authentication(
    *, session: Any, methods: Collection[str], at: datetime, vouched: Vouched | None = None
) -> None:
    """Remember that the person gave these credentials now; those given before in this session stay.

    What another system vouches for was given when that says so, and at no known time where it does not.
    """
    known = session.get(KEY) or {}
    given_at = at if vouched is None else _latest(_instant(session, "at"), vouched.at, not_after=at)
    factor_at = at.isoformat() if SECOND_FACTORS & set(methods) else known.get("factor_at")
    session[KEY] = {
        "methods": sorted({*known.get("methods", ()), *methods}),
        "at": None if given_at is None else given_at.isoformat(),
        "factor_at": factor_at,
        "began_at": known.get("began_at", at.isoformat()),
        "used_at": at.isoformat(),
    }


def forget_second_factors(*, session: Any) -> None:
    """Let the session prove no second factor any more: the one that it showed is removed."""
    known = session.get(KEY) or {}
    kept = [each for each in known.get("methods", ()) if each not in SECOND_FACTORS]
    session[KEY] = {**known, "methods": kept, "factor_at": None}


def record_use(*, session: Any, at: datetime) -> None:
    """Remember when the session was used last."""
    session[KEY] = {**session[KEY], "used_at": at.isoformat()}


def authentication_of(*, session: Any) -> Authentication:
    """Return what the session knows; one that knows nothing proves nothing."""
    known = session.get(KEY) or {}
    return Authentication(
        methods=frozenset(known.get("methods", ())),
        at=_instant(session, "at"),
        factor_at=_instant(session, "factor_at"),
    )


def began_at(*, session: Any) -> datetime | None:
    """Return when the session began, or None where that is not known."""
    return _instant(session, "began_at")


def last_used_at(*, session: Any) -> datetime | None:
    """Return when the session was used last, to a minute, or None where that is not known."""
    return _instant(session, "used_at")


def _instant(session: Any, name: str) -> datetime | None:
    text = (session.get(KEY) or {}).get(name)
    return datetime.fromisoformat(text) if text else None


def _latest(*instants: datetime | None, not_after: datetime) -> datetime | None:
    """Return the latest of those that are known; clocks that run ahead say no more than now."""
    return max((min(each, not_after) for each in instants if each is not None), default=None)
