# SPDX-License-Identifier: Apache-2.0
"""Take back one access token, found by its row: nobody but its holder knows its text."""

from oauth2_provider.models import get_access_token_model, get_refresh_token_model

from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import END_AUTHORIZATION
from cortex.programs.asking import require
from cortex.programs.errors import TokenMustExist
from cortex.programs.families import WITHDRAWN, end_family
from cortex.programs.log import log_client
from cortex.programs.models import Authorization


@transactional
def revoke_token(*, token_id: int, revoked_by: Principal) -> None:
    """Take back the token, and with it the family that it came of, which would bring the next one.

    Raises: TokenMustExist.
    """
    require(principal=revoked_by, action=END_AUTHORIZATION)
    tokens = get_access_token_model().objects.select_related("application__program")
    found = tokens.filter(id=token_id).first()
    if found is None:
        raise TokenMustExist(
            "Access token: expected one that counts, got none. It may be over already.",
            evidence={"object": "access token", "got": str(token_id)},
        )
    refresh_tokens = get_refresh_token_model().objects.filter(access_token=found)
    family = refresh_tokens.values_list("token_family", flat=True).first()
    authorization = Authorization.objects.filter(id=family).first() if family else None
    if authorization is not None:
        end_family(authorization=authorization, because=WITHDRAWN, at=get(Clock).now(), ended_by=revoked_by)
    get_access_token_model().objects.filter(id=token_id).delete()
    log_client("programs.client.token_revoked", program=found.application.program, by=revoked_by)
