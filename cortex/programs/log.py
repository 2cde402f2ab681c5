# SPDX-License-Identifier: Apache-2.0
"""The audit leaves of clients, and of what is given to them and taken from them."""

from uuid import UUID

from cortex.canonical_json import canonical_digest
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.models import Authorization, Program

CLIENT, AUTHORIZATION = "programs.client", "programs.authorization"


def log_client(
    verb: str,
    *,
    program: Program,
    by: Principal,
    company_id: UUID | None = None,
    before: str | None = None,
    is_new: bool = False,
) -> None:
    """Append a leaf about a client as it is now: the platform's, or a company's in its scope."""
    record = AuditRecord(
        verb=verb,
        object_type=CLIENT,
        object_id=program.id,
        digest=client_digest(program),
        before=before,
        is_new=is_new,
    )
    get(AuditLog).append(company_id=company_id, actor=by, records=[record])


def log_authorization(
    verb: str, *, authorization: Authorization, by: Principal, before: str | None = None
) -> None:
    """Append a leaf about what a person allows a client, as it is now; one without a before is new."""
    digest = authorization_digest(authorization)
    log_platforms(
        verb, object_type=AUTHORIZATION, object_id=authorization.id, digest=digest, before=before, by=by
    )


def log_platforms(
    verb: str, *, object_type: str, object_id: UUID, digest: str, before: str | None, by: Principal
) -> None:
    """Append a leaf of the platform about an object as it is now; one without a before is new."""
    record = AuditRecord(
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        digest=digest,
        before=before,
        is_new=before is None,
    )
    get(AuditLog).append(company_id=None, actor=by, records=[record])


def client_digest(program: Program) -> str:
    """Return the digest of a client's terms and of its secrets as they are stored."""
    return canonical_digest(_content(program))


def authorization_digest(authorization: Authorization) -> str:
    """Return the digest of a yes: whose, to which client, to what, since when, and why it ended."""
    content = {
        "client": authorization.application_id,
        "user": str(authorization.user_id),
        "scopes": sorted(authorization.scopes),
        "granted_at": authorization.granted_at.isoformat(timespec="microseconds"),
        "ended_because": authorization.ended_because,
    }
    return canonical_digest(content)


def _content(program: Program) -> dict[str, object]:
    """Return what the digest of a leaf is made of: the terms, and secrets as they are stored.

    That is a slow hash with a random salt, which stands in the row alone: nobody can test a guess.
    """
    application, until = program.application, program.previous_secret_until
    return {
        "client_id": application.client_id,
        "name": application.name,
        "user_id": str(application.user_id) if application.user_id else None,
        "client_type": application.client_type,
        "grant": application.authorization_grant_type,
        "redirect_uris": application.redirect_uris.split(),
        "post_logout_redirect_uris": application.post_logout_redirect_uris.split(),
        "is_enabled": program.is_enabled,
        "allowed_scopes": sorted(program.allowed_scopes),
        "certificate_id": program.certificate_id,
        "requires_certificate": program.requires_certificate,
        "secret": application.client_secret,
        "previous_secret": program.previous_secret,
        "previous_secret_until": until.isoformat(timespec="microseconds") if until else None,
    }
