# SPDX-License-Identifier: Apache-2.0
"""Rows of every type whose lists are filtered, in one company, as different as their columns allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from guardian.models import UserObjectPermission

from apps.accounting.models import Account, FiscalPeriod, JournalEntry
from apps.accounting.services.close_period import close_period
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.post_journal_entry import post_journal_entry
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from apps.audit.models import AuditEntry
from cortex.approvals.models import Proposal
from cortex.database.transactions import transactional
from cortex.events.models import HeldDelivery, WebhookDelivery, WebhookEndpoint
from cortex.identity.models import Membership, User
from cortex.jobs.models import Job
from cortex.ports.principal import Principal
from tests.factories.books import CONSOLE, AccountDraftFactory, Books, EntryDraftFactory
from tests.factories.people import let_in, person
from tests.integration.cortex.policy.filters.planted_work import plant_work

MODELS: dict[str, type[Model]] = {
    "Accounting::Account": Account,
    "Accounting::FiscalPeriod": FiscalPeriod,
    "Accounting::JournalEntry": JournalEntry,
    "Audit::Entry": AuditEntry,
    "Cortex::Proposal": Proposal,
    "Events::HeldDelivery": HeldDelivery,
    "Events::WebhookDelivery": WebhookDelivery,
    "Events::WebhookEndpoint": WebhookEndpoint,
    "Jobs::Job": Job,
    "People::Membership": Membership,
}


@dataclass(frozen=True, kw_only=True)
class Planting:
    """A company with its people, who are given rows of each type, about `size` of them."""

    books: Books
    people: Sequence[UUID]
    posters: Sequence[Principal]
    size: int

    @property
    def company_id(self) -> UUID:
        return self.books.company_id

    def plant(self) -> None:
        """Leave rows of every type."""
        with self.books.entered():
            self._books()
            self._members()
            plant_work(company_id=self.company_id, people=self.people, size=self.size)

    def words(self, *, another: UUID) -> dict[str, str]:
        """Return what the grammar's words in capitals stand for."""
        found: dict[str, Any] = {
            "COMPANY": self.company_id,
            "ANOTHER": another,
            "SOMEBODY": self.people[0],
            "PERIOD": FiscalPeriod.objects.get(company_id=self.company_id, code="2026-02").id,
            "OBJECT": AuditEntry.objects.filter(company_id=self.company_id)[0].object_id,
            "ENDPOINT": WebhookEndpoint.objects.filter(company_id=self.company_id)[0].id,
        }
        return {word: str(value) for word, value in found.items()}

    @transactional
    def _books(self) -> None:
        self._entries()
        self._accounts()

    def _entries(self) -> None:
        for number in range(self.size - 2):
            draft = EntryDraftFactory(
                accounting_date=date(2026, 1 + number % 12, 5),
                reference=f"R-{number}" if number % 3 else None,
            )
            poster = self.posters[number % len(self.posters)]
            posted = post_journal_entry(company_id=self.company_id, draft=draft, posted_by=poster)
            if number % 4 == 0:
                share(JournalEntry, "view_journalentry", posted.id, self._somebody(number))
        for entry in JournalEntry.objects.filter(company_id=self.company_id)[:2]:
            reverse_journal_entry(
                company_id=self.company_id, entry_id=entry.id, reversed_by=CONSOLE, is_cancellation=True
            )
        for month, is_soft in (("2026-01", False), ("2026-02", True), ("2026-03", False)):
            close_period(
                company_id=self.company_id,
                period_code=month,
                closed_by=CONSOLE,
                is_soft=is_soft,
                reason="The month is over",
            )

    def _accounts(self) -> None:
        drafts = [
            AccountDraftFactory(
                code=f"{'Assets' if number % 2 else 'Income'}:Account-{number:02d}",
                type="asset" if number % 2 else "income",
            )
            for number in range(self.size)
        ]
        create_accounts(company_id=self.company_id, drafts=drafts, created_by=CONSOLE)
        for number, account in enumerate(Account.objects.filter(company_id=self.company_id)):
            Account.objects.filter(id=account.id).update(
                is_active=number % 3 != 0, is_bank_or_cash=number % 5 == 0
            )
            if number % 4 == 0:
                share(Account, "view_account", account.id, self._somebody(number))

    def _members(self) -> None:
        several = (["viewer"], ["clerk", "controller"], ["auditor"], ["clerk"], ["accountant", "viewer"])
        for number in range(self.size // 2):
            user = person(f"member-{number}-{self.books.code.lower()}")
            let_in(company_id=self.company_id, user_id=user.id, roles=several[number % len(several)])
            if number % 3 == 0:
                User.objects.filter(id=user.id).update(is_active=False)

    def _somebody(self, number: int) -> UUID:
        return self.people[number % len(self.people)]


def share(model: type[Model], codename: str, object_id: UUID, user_id: UUID) -> None:
    """Grant somebody a permission on one object."""
    content_type = ContentType.objects.get_for_model(model)
    permission, _ = Permission.objects.get_or_create(
        codename=codename, content_type=content_type, defaults={"name": codename}
    )
    UserObjectPermission.objects.create(
        permission=permission, content_type=content_type, object_pk=str(object_id), user_id=user_id
    )
