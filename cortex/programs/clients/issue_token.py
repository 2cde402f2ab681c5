# SPDX-License-Identifier: Apache-2.0
"""Issue an access token to a client without asking for its secret: for the console alone."""

from collections.abc import Collection
from datetime import datetime

from cortex.database.transactions import transactional
from cortex.ports.principal import Principal
from cortex.programs.actions import ISSUE_TOKEN
from cortex.programs.asking import require
from cortex.programs.clients.found import client_named
from cortex.programs.log import log_client
from cortex.programs.scopes import allowed_scopes, known_scopes, require_scopes
from cortex.programs.tokens.access_tokens import signed_access_token, store_access_token

CONSOLE = Principal.service("console")


@transactional
def issue_token(
    *, client_id: str, scopes: Collection[str], at: datetime, issued_by: Principal = CONSOLE
) -> str:
    """Return a signed access token of this client; only its SHA-256 is stored.

    Raises: ClientMustExist, ScopeMustBeKnown.
    """
    require(principal=issued_by, action=ISSUE_TOKEN)
    application = client_named(client_id=client_id)
    among = [scope for scope in known_scopes() if scope in allowed_scopes(application)]
    wanted = require_scopes(wanted=scopes, among=among)
    token = signed_access_token(application=application, scopes=wanted)
    log_client("programs.client.token_issued", program=application.program, by=issued_by)
    store_access_token(token=token, application=application, scopes=wanted, at=at)
    return token
