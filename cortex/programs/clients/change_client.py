# SPDX-License-Identifier: Apache-2.0
"""Change the terms of an OAuth2 client; what it is never changes."""

from collections.abc import Collection

from cortex.database.transactions import transactional
from cortex.ports.principal import Principal
from cortex.programs.actions import CHANGE
from cortex.programs.asking import require
from cortex.programs.clients.found import client_named
from cortex.programs.clients.terms import Terms, kind_of, require_good_terms
from cortex.programs.clients.told_companies import log_and_tell
from cortex.programs.log import client_digest
from cortex.programs.models import Program


@transactional
def change_client(
    *,
    client_id: str,
    changed_by: Principal,
    name: str | None = None,
    scopes: Collection[str] | None = None,
    redirect_uris: Collection[str] | None = None,
    post_logout_redirect_uris: Collection[str] | None = None,
    certificate_id: str | None = None,
) -> None:
    """Change what is named and keep the rest; an empty `certificate_id` asks for no certificate any more.

    Raises: ClientMustExist, ClientMustBeWellFormed, ScopeMustBeKnown, VaultMustBeReachable.
    """
    require(principal=changed_by, action=CHANGE)
    application = client_named(client_id=client_id, is_locked=True)
    program: Program = application.program
    terms = Terms(
        client_id=client_id,
        kind=kind_of(application),
        name=application.name if name is None else name,
        scopes=tuple(program.allowed_scopes if scopes is None else scopes),
        redirect_uris=tuple(application.redirect_uris.split() if redirect_uris is None else redirect_uris),
        post_logout_redirect_uris=tuple(
            application.post_logout_redirect_uris.split()
            if post_logout_redirect_uris is None
            else post_logout_redirect_uris
        ),
        certificate_id=program.certificate_id if certificate_id is None else certificate_id,
    )
    require_good_terms(terms)
    before = client_digest(program)
    application.name = terms.name
    application.redirect_uris = " ".join(terms.redirect_uris)
    application.post_logout_redirect_uris = " ".join(terms.post_logout_redirect_uris)
    application.save(update_fields=["name", "redirect_uris", "post_logout_redirect_uris", "updated"])
    program.allowed_scopes = list(terms.scopes)
    program.certificate_id, program.requires_certificate = terms.certificate_id, bool(terms.certificate_id)
    program.save(update_fields=["allowed_scopes", "certificate_id", "requires_certificate"])
    log_and_tell(
        "programs.client.changed",
        program=program,
        before=before,
        done="A client was changed",
        by=changed_by,
    )
