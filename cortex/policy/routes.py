# SPDX-License-Identifier: Apache-2.0
"""Walk every route and find those that nobody declared to the policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from cortex.policy.actions import find_action
from cortex.policy.declarations import Declaration, declaration_of

# Routes whose views cannot carry a declaration, each with who guards it.
DECLARED_HERE = {
    "admin/login/": "leads to the one sign-in of all rooms, which stands before it",
    "static/": "style sheets and scripts",
}
# Of these a path covers all below it; every other is exact.
_COVERING = {"static/"}


@dataclass(frozen=True, slots=True)
class Route:
    """One route as Django will serve it."""

    path: str
    view: Any

    @property
    def declaration(self) -> Declaration | None:
        """Return what its view declares."""
        return declaration_of(self.view)


def all_routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[Route]:
    """Yield every route below a resolver, by default the whole program's."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from all_routes(entry, path)
        elif isinstance(entry, URLPattern):
            yield Route(path=path, view=entry.callback)


def undeclared_routes() -> list[str]:
    """Return the routes that neither declare their access nor stand in DECLARED_HERE."""
    return [
        route.path for route in all_routes() if route.declaration is None and not _is_declared_here(route)
    ]


def unknown_actions() -> list[tuple[str, str]]:
    """Return (route, action) for every declared action that no context declared."""
    return [
        (route.path, action)
        for route in all_routes()
        if route.declaration is not None
        for action in (route.declaration.actions or {}).values()
        if find_action(action) is None
    ]


def _is_declared_here(route: Route) -> bool:
    return route.path in DECLARED_HERE or any(route.path.startswith(known) for known in _COVERING)
