# SPDX-License-Identifier: Apache-2.0
"""Programs that call the API: OAuth2 clients that act as a service user, and their tokens."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from oauth2_provider.models import get_access_token_model, get_application_model, set_token_value
from oauth2_provider.settings import oauth2_settings

from cortex.database.transactions import transactional
from cortex.errors import Conflict, CortexError, NotFound
from cortex.identity.models import User

TOKEN_BYTES = 32


class ClientMustExist(NotFound):
    """No client has this id."""

    code = "identity.client_must_exist"


class ClientIdMustBeUnique(Conflict):
    """Another client has this id."""

    code = "identity.client_id_must_be_unique"


class ClientMustActAsAService(CortexError):
    """A client is to act as a person, whose rights it would hold without the person's sign-in."""

    code = "identity.client_must_act_as_a_service"


class ScopeMustBeKnown(CortexError):
    """A scope is asked for that no action needs."""

    code = "identity.scope_must_be_known"


@transactional
def create_client(*, client_id: str, name: str, user: User, client_secret: str | None = None) -> str:
    """Create a confidential client that acts as `user`; return its secret, which is stored as a hash.

    Raises: ClientIdMustBeUnique, ClientMustActAsAService.
    """
    if user.kind != User.Kind.SERVICE:
        raise ClientMustActAsAService(
            f"Client {client_id}: expected a user of kind service, got a {user.kind}. Create one with "
            "`create_user --kind service`.",
            evidence={"object": "client", "expected": "service", "got": user.kind},
        )
    model = get_application_model()
    if model.objects.filter(client_id=client_id).exists():
        raise ClientIdMustBeUnique(
            f"Client {client_id}: a client of this id exists.",
            evidence={"object": "client", "got": client_id},
        )
    secret = client_secret or secrets.token_urlsafe(TOKEN_BYTES)
    model.objects.create(
        client_id=client_id,
        client_secret=secret,
        name=name,
        user=user,
        client_type=model.CLIENT_CONFIDENTIAL,
        authorization_grant_type=model.GRANT_CLIENT_CREDENTIALS,
    )
    return secret


@transactional
def issue_token(*, client_id: str, scopes: Iterable[str], known_scopes: Iterable[str], at: datetime) -> str:
    """Return a bearer token of this client; only its SHA-256 is stored.

    Raises: ClientMustExist, ScopeMustBeKnown.
    """
    wanted, known = list(dict.fromkeys(scopes)), frozenset(known_scopes)
    unknown = [scope for scope in wanted if scope not in known]
    if unknown:
        raise ScopeMustBeKnown(
            f"Scope {', '.join(unknown)}: expected some of {', '.join(sorted(known))}.",
            evidence={"object": "scope", "expected": sorted(known), "got": unknown},
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _store_token(application=_client(client_id), token=token, scopes=wanted, at=at)
    return token


def _client(client_id: str) -> Any:
    application = get_application_model().objects.filter(client_id=client_id).first()
    if application is None:
        raise ClientMustExist(
            f"Client {client_id}: expected a client of this id, got none. Create it with `create_client`.",
            evidence={"object": "client", "got": client_id, "remedy": "create the client"},
        )
    return application


def _store_token(*, application: Any, token: str, scopes: list[str], at: datetime) -> None:
    lifetime = timedelta(seconds=oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS)
    stored = get_access_token_model()(application=application, scope=" ".join(scopes), expires=at + lifetime)
    set_token_value(stored, token)
    stored.save(force_insert=True)
