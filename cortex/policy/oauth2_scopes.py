# SPDX-License-Identifier: Apache-2.0
"""The scopes that a token can carry: those that declared actions need."""

from typing import Any

from oauth2_provider.scopes import BaseScopes

from cortex.policy.actions import declared_scopes


class DeclaredScopes(BaseScopes):  # type: ignore[misc] # the library has no types
    """Answers the OAuth2 server from the declarations."""

    def get_all_scopes(self) -> dict[str, str]:
        """Return each scope with its title."""
        return declared_scopes()

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return what a client may ask for; the membership of its user still bounds what it may do."""
        return list(declared_scopes())

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return nothing: a token that asked for no scope can do nothing."""
        return []
