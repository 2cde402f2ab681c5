# SPDX-License-Identifier: Apache-2.0
"""Clients, their tokens and what people allow them, as administrators see them. No secret is in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from oauth2_provider.models import get_access_token_model, get_application_model

from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import END_OWN_AUTHORIZATION, READ
from cortex.programs.asking import require
from cortex.programs.clients.terms import kind_of
from cortex.programs.families import ends_at, living
from cortex.programs.models import Authorization

ROWS_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedClient:
    """A client and its terms."""

    program_id: UUID
    client_id: str
    name: str
    kind: str
    username: str | None
    is_enabled: bool
    scopes: tuple[str, ...]
    certificate_id: str
    redirect_uris: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAuthorization:
    """What one person allows one client."""

    id: UUID
    client_id: str
    client_name: str
    username: str
    scopes: tuple[str, ...]
    granted_at: datetime
    # When it ends by itself.
    ends_at: datetime
    ended_at: datetime | None
    ended_because: str


def list_clients(*, asked_by: Principal) -> list[ListedClient]:
    """Return the clients by their id, a thousand at most."""
    require(principal=asked_by, action=READ)
    rows = get_application_model().objects.select_related("program", "user").filter(program__isnull=False)
    return [_listed_client(row) for row in rows.order_by("client_id")[:ROWS_MAX]]


def list_authorizations(
    *,
    asked_by: Principal,
    client_id: str | None = None,
    user_id: UUID | None = None,
    is_living: bool = False,
) -> list[ListedAuthorization]:
    """Return what people allow programs, or what of it still counts, the newest first.

    Everybody may see what is theirs.
    """
    is_own = asked_by.kind == "user" and user_id is not None and asked_by.user_id == user_id
    require(principal=asked_by, action=END_OWN_AUTHORIZATION if is_own else READ)
    rows = Authorization.objects.select_related("application", "user")
    if client_id is not None:
        rows = rows.filter(application__client_id=client_id)
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    if is_living:
        rows = living(rows, at=get(Clock).now())
    return [_listed_authorization(row) for row in rows.order_by("-granted_at", "-id")[:ROWS_MAX]]


def count_tokens(*, client_id: str, asked_by: Principal) -> int:
    """Return how many access tokens of the client still count."""
    require(principal=asked_by, action=READ)
    tokens = get_access_token_model().objects.filter(application__client_id=client_id)
    return int(tokens.filter(expires__gt=get(Clock).now()).count())


def _listed_client(row: Any) -> ListedClient:
    return ListedClient(
        program_id=row.program.id,
        client_id=row.client_id,
        name=row.name,
        kind=kind_of(row),
        username=row.user.username if row.user else None,
        is_enabled=row.program.is_enabled,
        scopes=tuple(row.program.allowed_scopes),
        certificate_id=row.program.certificate_id,
        redirect_uris=tuple(row.redirect_uris.split()),
        created_at=row.created,
    )


def _listed_authorization(row: Authorization) -> ListedAuthorization:
    return ListedAuthorization(
        id=row.id,
        client_id=row.application.client_id,
        client_name=row.application.name,
        username=row.user.username,
        scopes=tuple(row.scopes),
        granted_at=row.granted_at,
        ends_at=ends_at(row),
        ended_at=row.ended_at,
        ended_because=row.ended_because,
    )
