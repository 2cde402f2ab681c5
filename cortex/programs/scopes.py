# SPDX-License-Identifier: Apache-2.0
"""The scopes that a token can carry: those that actions need, and those that tell who somebody is."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from oauth2_provider.scopes import BaseScopes

from cortex.policy.actions import declared_scopes
from cortex.programs.errors import ScopeMustBeKnown

# They open no door but userinfo. Source: OpenID Connect Core 1.0 section 5.4.
OF_IDENTITY = {
    "openid": "Know who you are",
    "profile": "Know your name",
    "email": "Know your e-mail address",
}
_VERBS = {"read": "See", "write": "Change"}


class DeclaredScopes(BaseScopes):  # type: ignore[misc] # the library has no types
    """Answers the OAuth2 server from the declarations and from the client's terms."""

    def get_all_scopes(self) -> dict[str, str]:
        """Return each scope in words that a person can say yes or no to."""
        return known_scopes()

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return what a client may ask for; the roles of its user still bound what it may do."""
        known = known_scopes()
        if application is None:
            return list(known)
        return [scope for scope in known if scope in allowed_scopes(application)]

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return nothing: a token that asked for no scope can do nothing."""
        return []


def known_scopes() -> dict[str, str]:
    """Return every scope with its words."""
    return OF_IDENTITY | {scope: in_words(scope) for scope in declared_scopes()}


def usual_scopes() -> tuple[str, ...]:
    """Return what a client may ask for unless somebody says otherwise: nothing of the platform's own."""
    return tuple(scope for scope in declared_scopes() if not scope.startswith("platform:"))


def in_words(scope: str) -> str:
    """Return what a scope of actions lets a program do, such as `Change accounting`."""
    subject, _, kind = scope.partition(":")
    if kind not in _VERBS:
        return f"Use {subject.replace('_', ' ')}"
    return f"{_VERBS[kind]} {subject.replace('_', ' ')}"


def allowed_scopes(application: Any) -> frozenset[str]:
    """Return what the client's terms allow; without terms nothing."""
    try:
        return frozenset(application.program.allowed_scopes)
    except ObjectDoesNotExist:
        return frozenset()


def require_scopes(*, wanted: Collection[str], among: Collection[str]) -> list[str]:
    """Return the wanted scopes, each once; raises ScopeMustBeKnown."""
    unknown = [scope for scope in wanted if scope not in among]
    if unknown:
        raise ScopeMustBeKnown(
            f"Scope {', '.join(unknown)[:200]}: expected some of {', '.join(sorted(among))}.",
            evidence={"object": "scope", "expected": sorted(among), "got": unknown[:20]},
        )
    return list(dict.fromkeys(wanted))
