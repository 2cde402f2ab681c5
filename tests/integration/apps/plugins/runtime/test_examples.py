# SPDX-License-Identifier: Apache-2.0
"""The example plugins, installed in books: what they find, refuse and propose there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

import apps.plugins
from apps.accounting.models import JournalEntry
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.domain.runtime_errors import ValidatorMustAccept
from apps.plugins.domain.setting import default_values
from apps.plugins.services.answer_endpoint import answer_endpoint
from apps.plugins.services.ask_validators import VALIDATORS
from apps.plugins.services.queue_due_jobs import queue_due_jobs
from cortex.approvals.approve import approve
from cortex.approvals.models import Proposal
from cortex.database.transactions import transactional
from cortex.events.models import OutboxEvent
from cortex.events.received import ReceivedEvent, read_envelope
from tests.factories.books import BANK, RENT, SALES, TAX, Books, EntryDraftFactory, open_books
from tests.factories.installed import Installed, add_version, code_from, install
from tests.factories.people import just_signed_in, let_in, person
from tests.frame import clones
from tests.frame.aliases import connected_to
from tests.frame.server import server
from tests.integration.apps.plugins.runtime.conftest import Scene
from tests.integration.apps.plugins.runtime.hearing import carry_out, hear

pytestmark = pytest.mark.slow
EXAMPLES = Path(apps.plugins.__file__).parent / "sdk" / "examples"
NAMES = ("duplicate_guard", "posting_policy", "accrual_run")
RENT_PAID = {BANK: -90_000, RENT: 90_000}


@dataclass(frozen=True)
class Installations:
    """Alice, controller of the books, installed all three; Carl is a controller, too."""

    books: Books
    people: list[Any]
    plugins: dict[str, Installed]

    def scene(self, name: str, **settings: Any) -> Scene:
        """Return the books with one of the plugins, with its defaults and these settings."""
        plugin = self.plugins[name]
        defaults = default_values(read_manifest(plugin.row.version.manifest_text.encode()).settings)
        return Scene(self.books, *self.people, plugin.change(settings={**defaults, **settings}))


@pytest.fixture(scope="module")
def examples_template(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker, components: Path
) -> Iterator[tuple[str, Installations]]:
    with django_db_blocker.unblock(), clones.copy(server(), template=database_template) as name:
        with connected_to(server(), database=name):
            books = open_books()
            people = []
            for who, role in (("alice", "controller"), ("carl", "controller"), ("vera", "viewer")):
                people.append(person(who))
                let_in(company_id=books.company_id, user_id=people[-1].id, roles=[role])
            plugins = {
                each: install(
                    add_version(components, name=each, within=EXAMPLES),
                    company_id=books.company_id,
                    user_id=people[0].id,
                ).change(settings={})
                for each in NAMES
            }
        yield name, Installations(books, people, plugins)


@pytest.fixture
def examples(
    examples_template: tuple[str, Installations], django_db_blocker: DjangoDbBlocker, components: Path
) -> Iterator[Installations]:
    name, found = examples_template
    VALIDATORS.forget()
    with django_db_blocker.unblock(), clones.clone(server(), template=name), code_from(components):
        yield found


def all_of(scene: Scene, model: Any) -> list[Any]:
    with scene.books.entered():
        return transactional(lambda: list(model.objects.order_by("id")))()


@transactional
def event_about(entry: JournalEntry) -> ReceivedEvent:
    return read_envelope(bytes(OutboxEvent.objects.get(aggregate_id=entry.id).envelope))


class TestDuplicateGuard:
    def test_flags_rent_that_was_posted_twice_and_lists_it(self, examples: Installations) -> None:
        scene = examples.scene("duplicate_guard")
        twice = EntryDraftFactory(amounts=RENT_PAID, party="Landlord", narration="Rent March, invoice 77")
        scene.books.post(twice)
        scene.books.post(replace(twice, accounting_date=date(2026, 3, 17)))
        scene.books.post(EntryDraftFactory(amounts={BANK: 500, SALES: -500}))
        first, second, _third = all_of(scene, JournalEntry)
        for entry in (first, second):
            with scene.books.entered():
                event = event_about(entry)
            hear(scene, event)
        assert [call.outcome for call in scene.plugin.calls("event")] == ["", ""]
        (told,) = scene.plugin.emitted
        found = {
            "entry_id": str(second.id),
            "number": 2,
            "resembles_id": str(first.id),
            "resembles_number": 1,
            "score": 85,
            "reasons": [
                "the same accounts with the same amounts",
                "the same party",
                "the same or a similar narration",
            ],
        }
        assert told["data"] == found
        with scene.books.entered():
            answer = answer_endpoint(
                company_id=scene.books.company_id,
                plugin_id="org.codexion.duplicate-guard",
                method="GET",
                path="findings",
                given={"method": "GET", "path": "findings", "query": {}, "body": None},
                asked_by=just_signed_in(scene.carl),
            )
        assert answer == {"findings": [found], "next": None}


class TestPostingPolicy:
    def test_refuses_what_the_company_forbids_and_posts_the_rest(self, examples: Installations) -> None:
        scene = examples.scene("posting_policy", weekends_closed=True, forbidden_pairs=[f"{RENT}/{BANK}"])
        with pytest.raises(ValidatorMustAccept) as refused:
            scene.books.post(EntryDraftFactory(amounts=RENT_PAID, accounting_date=date(2026, 3, 14)))
        assert refused.value.message == (
            "Plugin org.codexion.posting-policy refuses this: 2026-03-14 is a Saturday; accounts "
            "Expenses:Rent (debit) and Assets:Bank (credit) must not stand in one entry. Change the "
            "entry, or ask who keeps the posting policy."
        )
        assert all_of(scene, JournalEntry) == []
        assert scene.books.post(EntryDraftFactory(accounting_date=date(2026, 3, 16))).was_posted


class TestAccrualRun:
    def test_proposes_accrual_and_reversal_that_a_second_person_posts(self, examples: Installations) -> None:
        plan = f"Insurance | 2026-11 | 2026-12 | {RENT} | {TAX} | 12000"
        scene = examples.scene("accrual_run", schedule=[plan])
        assert queue_due_jobs(at=datetime(2026, 12, 1, 5, 0, 30, tzinfo=UTC)) == 1
        carry_out(scene)
        assert [run.error for run in scene.plugin.runs] == [""]
        for proposal in all_of(scene, Proposal):
            with scene.books.entered():
                approve(
                    company_id=scene.books.company_id,
                    proposal_id=proposal.id,
                    digest=proposal.digest,
                    approved_by=just_signed_in(scene.carl),
                )
        posted = [(entry.reference, entry.accounting_date) for entry in all_of(scene, JournalEntry)]
        assert posted == [
            ("ACCRUAL-Insurance-2026-11-A", date(2026, 11, 30)),
            ("ACCRUAL-Insurance-2026-11-R", date(2026, 12, 1)),
        ]
