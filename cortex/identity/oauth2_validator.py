# SPDX-License-Identifier: Apache-2.0
"""Which OAuth2 flows are open: client credentials, and nothing else yet."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class ClientCredentialsOnly(OAuth2Validator):  # type: ignore[misc] # the library has no types
    """Refuses every grant but client credentials, whatever a client's row says."""

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Allow machines to fetch tokens; people sign in with a session."""
        if grant_type != "client_credentials":
            return False
        return bool(super().validate_grant_type(client_id, grant_type, client, request, *args, **kwargs))
