# SPDX-License-Identifier: Apache-2.0
"""What each view says about its own access, where checks and tests can read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

V = TypeVar("V")
ATTRIBUTE = "policy_declaration"


@dataclass(frozen=True, slots=True)
class Declaration:
    """Who is let in: holders of an action, anybody signed in, everybody, or nobody.

    `actions` maps HTTP methods to action codes where they differ, else has the one key "*".
    """

    kind: Literal["action", "signed_in", "public", "closed"]
    reason: str = ""
    actions: Mapping[str, str] | None = None

    def action_for(self, method: str) -> str | None:
        """Return the action that this HTTP method needs, or None."""
        actions = self.actions or {}
        return actions.get(method.upper(), actions.get("*"))


def policy_action(action: str | None = None, **actions: str) -> Callable[[V], V]:
    """Declare the action of a view: one for all methods, or one by method (`GET="…", POST="…"`)."""
    by_method = {method.upper(): code for method, code in actions.items()}
    if action is not None:
        by_method["*"] = action
    return _declare(Declaration(kind="action", actions=by_method))


def signed_in(reason: str) -> Callable[[V], V]:
    """Declare a view for anybody who is signed in, and say why it needs no action."""
    return _declare(Declaration(kind="signed_in", reason=reason))


def public(reason: str) -> Callable[[V], V]:
    """Declare a view for everybody, and say why."""
    return _declare(Declaration(kind="public", reason=reason))


def closed(reason: str) -> Callable[[V], V]:
    """Declare a view that a library brings and that refuses everybody, and say why."""
    return _declare(Declaration(kind="closed", reason=reason))


def declaration_of(view: Any) -> Declaration | None:
    """Return what a view, a view class or a function made by `as_view` declares."""
    for candidate in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        found = getattr(candidate, ATTRIBUTE, None)
        if isinstance(found, Declaration):
            return found
    return None


def _declare(declaration: Declaration) -> Callable[[V], V]:
    def declared(view: V) -> V:
        setattr(view, ATTRIBUTE, declaration)
        return view

    return declared
