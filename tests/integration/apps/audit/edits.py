# SPDX-License-Identifier: Apache-2.0
"""What a superuser may do to rows that verbs change: each statement returns the id that leaves name."""

from collections.abc import Callable
from dataclasses import dataclass

from django.test import override_settings

from apps.accounting.services.close_period import close_period
from apps.audit.domain.policy_names import PLACE_HOLD
from apps.audit.services.privacy.place_hold import place_hold
from cortex.identity.change_address import change_address
from cortex.identity.invitations.invite import invite
from cortex.identity.one_time_sign_in import issue_one_time_sign_in
from cortex.ids import uuid7
from cortex.ports.authorizer import Consent, consented
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.factories.books import BANK, CONSOLE
from tests.factories.people import just_signed_in
from tests.factories.scene import Scene, books_change, programs_change, rules_change, webhooks_change


def nothing_changes(scene: Scene) -> None:
    """Leave the scene as it was opened."""


def hold_is_placed(scene: Scene) -> None:
    given = Consent(uuid7(), PLACE_HOLD, scene.company_id, given_by=just_signed_in(scene.bob))
    by = just_signed_in(scene.alice)
    with scene.books.entered(), consented(given):
        place_hold(company_id=scene.company_id, subject_id=None, reason="suit", placed_by=by)


def somebody_is_invited(scene: Scene) -> None:
    with scene.books.entered(), override_settings(PUBLIC_URL="https://books.example"):
        invite(company_id=scene.company_id, email="n@example.org", roles=["viewer"], invited_by=CONSOLE)


def bob_has_an_address(scene: Scene) -> None:
    change_address(user_id=scene.bob.id, address="bob@example.org", changed_by=CONSOLE)


def a_link_is_issued(scene: Scene) -> None:
    issue_one_time_sign_in(user=scene.bob, at=get(Clock).now())


def january_is_closed(scene: Scene) -> None:
    with scene.books.entered():
        close_period(company_id=scene.company_id, period_code="2026-01", closed_by=CONSOLE)


@dataclass(frozen=True)
class Edit:
    """One edit of a row of `table`; `verb` is that of the newest leaf about its object."""

    table: str
    change: str
    type: str
    verb: str
    where: str = "true"
    key: str = "id"
    first: Callable[[Scene], None] = nothing_changes

    @property
    def statement(self) -> str:
        """Return it as SQL."""
        return f"UPDATE {self.table} SET {self.change} WHERE {self.where} RETURNING {self.key}"


ACCOUNT, PERIOD, LEDGER = "accounting.account", "accounting.fiscal_period", "accounting.ledger"
YEAR, USER = "accounting.fiscal_year", "identity.user"
_BANK, _JANUARY, _BOB = f"code = '{BANK}'", "code = '2026-01'", "username = 'bob'"
_OF_BOB = f"user_id = (SELECT id FROM identity_user WHERE {_BOB})"

EDITS = {
    "an account's type": Edit(
        "accounting_account", "type = 'expense'", ACCOUNT, f"{ACCOUNT}.create", where=_BANK
    ),
    "an account that was changed since": Edit(
        "accounting_account",
        "is_bank_or_cash = NOT is_bank_or_cash",
        ACCOUNT,
        f"{ACCOUNT}.update",
        where=_BANK,
        first=books_change,
    ),
    "a period's days": Edit(
        "accounting_fiscal_period", "end_date = end_date - 1", PERIOD, f"{YEAR}.open", where=_JANUARY
    ),
    "a closed period": Edit(
        "accounting_fiscal_period",
        "state = 'open'",
        PERIOD,
        f"{PERIOD}.close",
        where=_JANUARY,
        first=january_is_closed,
    ),
    "a year's days": Edit(
        "accounting_fiscal_year", "end_date = end_date + 1", YEAR, f"{YEAR}.open", where="code = '2026'"
    ),
    "a ledger's currency": Edit("accounting_ledger", "base_currency = 'USD'", LEDGER, f"{LEDGER}.create"),
    "a journal": Edit(
        "accounting_journal",
        "code = 'OTHER'",
        LEDGER,
        f"{LEDGER}.create",
        where="code = 'GENERAL'",
        key="ledger_id",
    ),
    "a member's roles": Edit(
        "identity_membership",
        "roles = '{administrator}', roles_by_hand = '{administrator}'",
        USER,
        "identity.membership.granted",
        where=_OF_BOB,
        key="user_id",
    ),
    "a role on the platform": Edit(
        "identity_user", "is_superuser = true", USER, "identity.user.created", where=_BOB
    ),
    "a hold": Edit(
        "audit_hold",
        "lifted_at = placed_at, lifted_by = 'user:x'",
        "audit.hold",
        "audit.hold.place",
        first=hold_is_placed,
    ),
    "a limit": Edit(
        "approvals_entry_limit",
        "entry_limit_minor = 1000000",
        "approvals.entry_limit",
        "approvals.limit.change",
        first=rules_change,
    ),
    "the rule of the second person": Edit(
        "approvals_company_rule",
        "requires_second_person = true",
        "approvals.company_rule",
        "approvals.limit.change",
        key="company_id",
        first=rules_change,
    ),
    "a delegation": Edit(
        "approvals_delegation",
        "ends_at = ends_at + interval '1 year'",
        "approvals.delegation",
        "approvals.delegation.end",
        first=rules_change,
    ),
    "a client's scopes": Edit(
        "programs_program",
        "allowed_scopes = '{platform:write}'",
        "programs.client",
        "programs.client.enabled",
        first=programs_change,
    ),
    "a webhook's address": Edit(
        "events_webhook_endpoint",
        "url = 'https://evil.example'",
        "events.webhook_endpoint",
        "events.webhook.change",
        first=webhooks_change,
    ),
    "a company's code": Edit(
        "tenancy_company", "code = 'OTHER'", "tenancy.company", "tenancy.company.created"
    ),
    "a client's secret": Edit(
        "oauth2_provider_application",
        "client_secret = 'pbkdf2_sha256$1$x$y'",
        "programs.client",
        "programs.client.enabled",
        key="(SELECT program.id FROM programs_program program WHERE program.application_id ="
        " oauth2_provider_application.id)",
        first=programs_change,
    ),
    "the secret that a client had before": Edit(
        "programs_program",
        "previous_secret_until = now() + interval '1 year'",
        "programs.client",
        "programs.client.enabled",
        first=programs_change,
    ),
    "a person's address": Edit(
        "identity_user",
        "email = 'mallory@example.org'",
        "identity.credentials",
        "identity.user.address_changed",
        where=_BOB,
        first=bob_has_an_address,
    ),
    "an invitation's link": Edit(
        "identity_invitation",
        "digest = sha256('mallory')",
        "identity.invitation",
        "identity.invitation.sent",
        first=somebody_is_invited,
    ),
    "a link that signs in": Edit(
        "identity_one_time_sign_in",
        "digest = sha256('mallory')",
        "identity.one_time_link",
        "identity.one_time_link.issued",
        first=a_link_is_issued,
    ),
    "a text that a release brought along": Edit(
        "policy_packaged_text",
        "text = text || ' // and more'",
        "policy.packaged",
        "policy.packaged.changed",
        key="'00000000-0000-0000-0000-000000000000'::uuid",
    ),
}
