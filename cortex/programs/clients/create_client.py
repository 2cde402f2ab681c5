# SPDX-License-Identifier: Apache-2.0
"""Create an OAuth2 client: a program that acts by itself, or for people who let it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from oauth2_provider.models import get_application_model

from cortex.database.transactions import attempt, constraint_name, transactional
from cortex.identity.models import User
from cortex.ports.principal import Principal
from cortex.programs.actions import CREATE
from cortex.programs.asking import require
from cortex.programs.clients.terms import Terms, require_good_terms
from cortex.programs.clients.told_companies import log_and_tell
from cortex.programs.errors import ClientIdMustBeUnique, ClientMustActAsAService
from cortex.programs.models import Program
from cortex.programs.tokens.random_values import random_token

SERVICE, WEB, NATIVE, DEVICE = "service", "web", "native", "device"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of client means to the library."""

    client_type: str
    grant: str
    has_secret: bool


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client as it was created; the secret is shown this once, and None for a public client."""

    client_id: str
    secret: str | None = field(repr=False)


def kinds() -> dict[str, Kind]:
    """Return the kinds of clients: a service, a web server, an app on somebody's machine, a device."""
    model = get_application_model()
    confidential, public = model.CLIENT_CONFIDENTIAL, model.CLIENT_PUBLIC
    return {
        SERVICE: Kind(confidential, model.GRANT_CLIENT_CREDENTIALS, has_secret=True),
        WEB: Kind(confidential, model.GRANT_AUTHORIZATION_CODE, has_secret=True),
        NATIVE: Kind(public, model.GRANT_AUTHORIZATION_CODE, has_secret=False),
        DEVICE: Kind(public, model.GRANT_DEVICE_CODE, has_secret=False),
    }


@transactional
def create_client(
    *,
    client_id: str,
    name: str,
    created_by: Principal,
    scopes: Collection[str],
    kind: str = SERVICE,
    user: User | None = None,
    client_secret: str | None = None,
    redirect_uris: Collection[str] = (),
    post_logout_redirect_uris: Collection[str] = (),
    certificate_id: str = "",
) -> NewClient:
    """Create a client and return it with its secret, which is stored as a hash.

    Raises: ClientIdMustBeUnique, ClientMustActAsAService, ClientMustBeWellFormed, ScopeMustBeKnown,
    VaultMustBeReachable.
    """
    require(principal=created_by, action=CREATE)
    terms = Terms(
        client_id=client_id,
        name=name,
        kind=kind,
        scopes=tuple(scopes),
        redirect_uris=tuple(redirect_uris),
        post_logout_redirect_uris=tuple(post_logout_redirect_uris),
        certificate_id=certificate_id,
    )
    require_good_terms(terms, secret=client_secret)
    _require_service(terms, user)
    meant = kinds()[kind]
    secret = (client_secret or random_token()) if meant.has_secret else None
    application = _insert(terms, meant, user=user, secret=secret)
    program = Program.objects.create(
        application=application,
        allowed_scopes=list(terms.scopes),
        requires_certificate=bool(certificate_id),
        certificate_id=certificate_id,
    )
    log_and_tell(
        "programs.client.created",
        program=program,
        before=None,
        done="A client was created",
        by=created_by,
    )
    return NewClient(client_id=client_id, secret=secret)


def _insert(terms: Terms, meant: Kind, *, user: User | None, secret: str | None) -> Any:
    model = get_application_model()
    row = model(
        client_id=terms.client_id,
        client_secret=secret or "",
        name=terms.name,
        user=user,
        client_type=meant.client_type,
        authorization_grant_type=meant.grant,
        redirect_uris=" ".join(terms.redirect_uris),
        post_logout_redirect_uris=" ".join(terms.post_logout_redirect_uris),
    )
    try:
        attempt(lambda: row.save(force_insert=True))
    except IntegrityError as error:
        if "client_id" not in constraint_name(error):
            raise
        raise ClientIdMustBeUnique(
            f"Client {terms.client_id}: a client of this id exists.",
            evidence={"object": "client", "got": terms.client_id},
        ) from error
    return row


def _require_service(terms: Terms, user: User | None) -> None:
    """Only what acts by itself has a user of its own, and that user is no person."""
    expected = User.Kind.SERVICE if terms.kind == SERVICE else None
    got = user.kind if user else None
    if got != expected:
        raise ClientMustActAsAService(
            f"Client {terms.client_id}: expected a user of kind {expected or 'none'}, got {got or 'none'}. "
            "A service acts as a user made with `create_user --kind service`; others act for people who let "
            "them.",
            evidence={"object": "client", "expected": expected, "got": got},
        )
