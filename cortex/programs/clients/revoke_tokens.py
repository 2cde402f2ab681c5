# SPDX-License-Identifier: Apache-2.0
"""Take back every token of a client, or what a person allows one."""

from uuid import UUID

from oauth2_provider.models import get_access_token_model, get_grant_model

from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import END_AUTHORIZATION, END_OWN_AUTHORIZATION
from cortex.programs.asking import require
from cortex.programs.clients.found import client_named
from cortex.programs.errors import AuthorizationMustExist
from cortex.programs.families import WITHDRAWN, end_all, end_family
from cortex.programs.log import log_client
from cortex.programs.models import Authorization


@transactional
def revoke_tokens_of_client(*, client_id: str, revoked_by: Principal) -> int:
    """Take back all tokens, codes and permissions of the client; return how many people's yes ended.

    Raises: ClientMustExist.
    """
    require(principal=revoked_by, action=END_AUTHORIZATION)
    application = client_named(client_id=client_id)
    ended = end_all(Authorization.objects.filter(application=application), ended_by=revoked_by)
    get_access_token_model().objects.filter(application=application).delete()
    get_grant_model().objects.filter(application=application).delete()
    log_client("programs.client.tokens_revoked", program=application.program, by=revoked_by)
    return ended


@transactional
def end_authorization(*, authorization_id: UUID, ended_by: Principal) -> None:
    """Take back one yes; raises AuthorizationMustExist."""
    found = Authorization.objects.filter(id=authorization_id).first()
    is_own = found is not None and ended_by.kind == "user" and ended_by.user_id == found.user_id
    require(principal=ended_by, action=END_OWN_AUTHORIZATION if is_own else END_AUTHORIZATION)
    if found is None:
        raise AuthorizationMustExist(
            f"Authorization {authorization_id}: expected one that is stored, got none.",
            evidence={"object": "authorization", "got": str(authorization_id)},
        )
    end_family(authorization=found, because=WITHDRAWN, at=get(Clock).now(), ended_by=ended_by)
