# SPDX-License-Identifier: Apache-2.0
"""Take tokens back at the wish of the client that holds them. Source: RFC 7009."""

from typing import Any
from uuid import UUID

from oauth2_provider.models import get_access_token_model, get_refresh_token_model

from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.families import REVOKED, end_family
from cortex.programs.models import Authorization
from cortex.programs.tokens.random_values import checksum_of


def revoke_for_client(*, token: str, application: Any) -> None:
    """Take back the token with its family; one of another client's counts as one that never was."""
    checksum = checksum_of(token)
    family = _family_of(checksum, application)
    authorization = Authorization.objects.filter(id=family).first() if family else None
    if authorization is not None:
        client = Principal(kind="client", id=application.client_id)
        end_family(authorization=authorization, because=REVOKED, at=get(Clock).now(), ended_by=client)
    get_access_token_model().objects.filter(token_checksum=checksum, application=application).delete()


def _family_of(checksum: str, application: Any) -> UUID | None:
    """Return the family of an access token or a refresh token."""
    refresh_tokens = get_refresh_token_model().objects.filter(application=application)
    by_itself = refresh_tokens.filter(token_checksum=checksum)
    by_access_token = refresh_tokens.filter(access_token__token_checksum=checksum)
    families = (by_itself | by_access_token).values_list("token_family", flat=True)
    found: UUID | None = families.first()
    return found
