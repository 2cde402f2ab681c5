# SPDX-License-Identifier: Apache-2.0
"""Issue an access token to a client without asking for its secret: for the console alone."""

from collections.abc import Collection
from datetime import datetime

from cortex.database.transactions import transactional
from cortex.programs.clients.found import client_named
from cortex.programs.scopes import allowed_scopes, known_scopes, require_scopes
from cortex.programs.tokens.access_tokens import signed_access_token, store_access_token


@transactional
def issue_token(*, client_id: str, scopes: Collection[str], at: datetime) -> str:
    """Return a signed access token of this client; only its SHA-256 is stored.

    Raises: ClientMustExist, ScopeMustBeKnown.
    """
    application = client_named(client_id=client_id)
    among = [scope for scope in known_scopes() if scope in allowed_scopes(application)]
    wanted = require_scopes(wanted=scopes, among=among)
    token = signed_access_token(application=application, scopes=wanted)
    store_access_token(token=token, application=application, scopes=wanted, at=at)
    return token
