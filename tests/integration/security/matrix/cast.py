# SPDX-License-Identifier: Apache-2.0
"""A company with something behind every door, and one person of each role who has just signed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.apps import apps
from django.test import Client
from psycopg import sql

from apps.accounting.domain.journal_entry import LineDraft
from apps.accounting.selectors.accounts import get_account
from apps.accounting.services.post_or_propose_entries import post_or_propose_entries
from apps.audit.services.advance_log import advance_log
from cortex import clock
from cortex.access_reviews.open_review import open_review
from cortex.approvals.set_entry_limit import set_entry_limit
from cortex.break_glass.open_access import open_access
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.policy.actions import declared_scopes
from cortex.programs.clients.issue_token import issue_token
from tests.factories.books import BANK, CONSOLE, SALES, Books, EntryDraftFactory, open_books
from tests.factories.log import LocalSigner, LocalWitnesses
from tests.factories.people import create_user, let_in, person, service_client
from tests.factories.programs import Web
from tests.factories.sessions import sign_in, with_factor
from tests.frame.clones import Clone
from tests.integration.cortex.policy_versions.people import drafted, fresh
from tests.integration.isolation.test_scope import DELIVERY, INVITATION, JOB

MEMBERS = ("viewer", "clerk", "accountant", "controller", "auditor", "administrator")
PLATFORM = {"platform-admin": "is_superuser", "plugin-reviewer": "is_plugin_reviewer"}
# Of these a second factor is asked.
OBLIGED = {"administrator", *PLATFORM}
PEOPLE = (*MEMBERS, *PLATFORM, "outsider")
ROLES = (*PEOPLE, "service", "anonymous")
LIMIT_MINOR = 100_00


@dataclass(frozen=True, kw_only=True)
class Who:
    """One role with what it shows at a door: a session at pages, a token at the API."""

    session: Client
    token: str | None = None

    def headers_for(self, path: str) -> Mapping[str, str]:
        shown = {"Idempotency-Key": str(uuid4())}
        if self.token is not None and not path.startswith(("/books/", "/admin/", "/accounts/")):
            shown["Authorization"] = f"Bearer {self.token}"
        return shown


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Who is there, and a value for each parameter of an address."""

    who: Mapping[str, Who]
    users: Mapping[str, User]
    values: Mapping[str, str]
    own: Books
    clone: Clone
    # What a situation sends to doors that end so, and the words by which its pages turn somebody away.
    bodies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    refusal: str | None = None

    @property
    def company_id(self) -> UUID:
        return self.own.company_id

    def row_of(self, label: str) -> str | None:
        """Return the key of a row of the company, or of the platform, for a page of the administration."""
        model = apps.get_model(label)
        if label == "tenancy.company":
            return str(self.company_id)
        of_the_company = any(field.column == "company_id" for field in model._meta.concrete_fields)
        query = sql.SQL("SELECT {key} FROM {table} WHERE {here} ORDER BY 1 LIMIT 1").format(
            key=sql.Identifier(model._meta.pk.column),
            table=sql.Identifier(model._meta.db_table),
            here=sql.SQL("company_id = %s" if of_the_company else "%s::uuid IS NOT NULL"),
        )
        with psycopg.connect(self.clone.admin_dsn) as admin:
            found = admin.execute(query, [self.company_id]).fetchone()
        return None if found is None else str(found[0])


def set_stage(clone: Clone) -> Stage:
    """Open the books of two companies and let everybody sign in."""
    own, other = open_books(code="ACME"), open_books(code="RIVAL")
    users = {role: _user(role, own, other) for role in PEOPLE}
    return Stage(who=_signed_in(users, own), users=users, values=_values(own, clone), own=own, clone=clone)


def _user(role: str, own: Books, other: Books) -> User:
    user = person(role)
    place, held = (other, "controller") if role == "outsider" else (own, role)
    if role in PLATFORM:
        setattr(user, PLATFORM[role], True)
    else:
        let_in(company_id=place.company_id, user_id=user.id, roles=[held])
    # Into the administration comes staff alone: what each sees there is what is asked here.
    user.is_staff = True
    user.save(update_fields=["is_staff", *PLATFORM.values()])
    return with_factor(user) if role in OBLIGED else user


def _signed_in(users: Mapping[str, User], own: Books) -> dict[str, Who]:
    scopes = tuple(declared_scopes())
    program = Web(client_id="matrix", scopes=("openid", *scopes))
    found = {"anonymous": Who(session=browser())}
    for role, user in users.items():
        session = sign_in(browser(), user, methods=("pwd", "otp"))
        tokens = program.tokens_from(session, scope=" ".join(("openid", *scopes)))
        found[role] = Who(session=session, token=tokens["access_token"])
    machine = create_user(username="service", kind=User.Kind.SERVICE)
    let_in(company_id=own.company_id, user_id=machine.id, roles=["service"])
    service_client(machine)
    token = issue_token(client_id="service", scopes=scopes, at=clock.now())
    return {**found, "service": Who(session=browser(), token=token)}


def browser() -> Client:
    return Client(raise_request_exception=False)


def _values(own: Books, clone: Clone) -> dict[str, str]:
    entry = own.post()
    victim, dana = person("victim"), person("dana")
    User.objects.filter(username="dana").update(is_superuser=True, is_plugin_reviewer=False)
    for user, role in ((victim, "viewer"), (dana, "controller")):
        let_in(company_id=own.company_id, user_id=user.id, roles=[role, "clerk"])
    dana.refresh_from_db()
    with own.entered():
        rules = {"company_id": own.company_id, "set_by": CONSOLE}
        set_entry_limit(role="clerk", entry_limit_minor=LIMIT_MINOR, **rules)
        set_entry_limit(role="controller", entry_limit_minor=LIMIT_MINOR, **rules)
        proposal: Any = post_or_propose_entries(
            company_id=own.company_id, drafts=[above_the_limit()], posted_by=principal_of_user(victim)
        )
        account = get_account(company_id=own.company_id, reader=None, code=BANK).id
        access = open_access(
            company_id=own.company_id, reason="The clerk is ill today", opened_by=fresh(dana)
        )
        today = clock.now().date()
        open_review(company_id=own.company_id, due_date=today, reason="testing", opened_by=CONSOLE)
    drafted(fresh(dana))
    known: dict[str, Any] = {"id": uuid4(), "company": own.company_id}
    with psycopg.connect(clone.admin_dsn) as admin:
        admin.execute(JOB, [known["id"], own.company_id])
        for statement in (*DELIVERY, INVITATION, DELEGATION):
            admin.execute(statement, known)
    size = advance_log(signer=LocalSigner(), witnesses=LocalWitnesses()) or 0
    planted = ("job_id", "webhook_id", "delivery_id", "invitation_id", "delegation_id")
    return {
        **{name: str(known["id"]) for name in planted},
        "company_code": own.code,
        "account_code": BANK,
        "account_id": str(account),
        "access_id": str(access.id),
        "entry_id": str(entry.id),
        "ledger_id": str(own.ledger_id),
        "level": "0",
        "tile_name": f"000.p/{size}" if size < 256 else "000",
        "number": "1",
        "period_code": "2026-02",
        "proposal_id": str(proposal.id),
        "digest": proposal.digest,
        "schema_id": "1",
        "subject": "accounting.journal_entry.posted.v1",
        "user_id": str(victim.id),
        "username": "victim",
        "version": "1",
    }


DELEGATION = """
INSERT INTO approvals_delegation (id, company_id, from_user_id, to_user_id, starts_at, ends_at, created_at)
SELECT %(id)s, %(company)s, min(id::text)::uuid, max(id::text)::uuid, now(), now(), now() FROM identity_user
"""


def above_the_limit() -> Any:
    amount = LIMIT_MINOR + 1
    return EntryDraftFactory(
        lines=[LineDraft(BANK, amount, "EUR", None), LineDraft(SALES, -amount, "EUR", None)]
    )
