# SPDX-License-Identifier: Apache-2.0
"""Validators inside of postings: all accept, or nothing is done."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounting.services.post_journal_entries import post_journal_entries
from apps.plugins.domain.runtime_errors import ValidatorMustAccept, ValidatorMustAnswer
from apps.plugins.models import Installation
from apps.plugins.services.ask_validators import VALIDATORS
from cortex.database.transactions import transactional
from tests.factories.books import BANK, CONSOLE, RENT, EntryDraftFactory
from tests.factories.people import just_signed_in
from tests.integration.apps.plugins.runtime.conftest import Scene

LARGE = {BANK: -200_000, RENT: 200_000}


def entries(scene: Scene) -> int:
    with scene.books.entered():
        return transactional(_count)()


def _count() -> int:
    from apps.accounting.models import JournalEntry

    return JournalEntry.objects.count()


class TestAValidator:
    def test_lets_pass_what_it_accepts_and_acts_for_whoever_posts(self, scene: Scene) -> None:
        with scene.books.entered():
            post_journal_entries(
                company_id=scene.books.company_id,
                drafts=[EntryDraftFactory()],
                posted_by=just_signed_in(scene.carl),
            )
        (call,) = scene.plugin.calls("validator")
        assert (call.outcome, call.trigger_id) == ("", "accounting.journal_entry.post")
        assert call.called_by == f"plugin:com.example.worker:user:{scene.carl.id}"

    def test_refuses_with_its_reason_and_leaves_nothing_behind(self, scene: Scene) -> None:
        with pytest.raises(ValidatorMustAccept) as refused:
            scene.books.post(EntryDraftFactory(amounts=LARGE, party="Landlord", narration="Rent for years"))
        assert refused.value.message == (
            "Plugin com.example.worker refuses this: Rent for years is above the limit. Ask Alice."
        )
        assert entries(scene) == 0
        # The call is kept although the posting was undone; refusing is no failure.
        (call,) = scene.plugin.calls("validator")
        assert (call.outcome, call.message) == ("", "Rent for years is above the limit")

    @pytest.mark.parametrize(
        ("mode", "outcome"),
        [
            ("fail", "plugins.plugin_must_succeed"),
            ("loop", "plugins.call_must_stay_within_fuel"),
            ("write", "plugins.plugin_must_succeed"),
            ("send", "plugins.plugin_must_succeed"),
        ],
    )
    def test_that_cannot_answer_lets_nothing_pass(self, scene: Scene, mode: str, outcome: str) -> None:
        scene.plugin.mode(mode)
        with pytest.raises(ValidatorMustAnswer) as refused:
            scene.books.post()
        assert "com.example.worker" in refused.value.message
        assert "disable the plugin" in refused.value.message
        assert entries(scene) == 0
        assert [call.outcome for call in scene.plugin.calls("validator")] == [outcome]

    def test_may_neither_write_nor_wait(self, scene: Scene) -> None:
        for mode in ("write", "send"):
            scene.plugin.mode(mode)
            with pytest.raises(ValidatorMustAnswer):
                scene.books.post()
        assert all("plugins.call_must_only_read" in each.message for each in scene.plugin.calls("validator"))
        assert scene.plugin.stored == {}

    def test_in_quarantine_lets_nothing_pass_until_it_is_disabled(self, scene: Scene) -> None:
        scene.plugin.mode("fail")
        for _ in range(5):
            with pytest.raises(ValidatorMustAnswer):
                scene.books.post()
        assert scene.plugin.row.state == "quarantined"
        with pytest.raises(ValidatorMustAnswer, match="in quarantine"):
            scene.books.post()
        scene.plugin.change(state=Installation.State.DISABLED, state_reason="by hand")
        assert scene.books.post().was_posted

    def test_that_was_not_granted_to_refuse_is_not_asked(self, scene: Scene) -> None:
        scene.plugin.mode("fail").change(granted=["storage:4"])
        assert scene.books.post().was_posted

    def test_is_told_of_each_entry_of_a_long_import_in_portions(self, scene: Scene) -> None:
        drafts = [EntryDraftFactory(reference=f"r{number}") for number in range(150)]
        with scene.books.entered():
            post_journal_entries(company_id=scene.books.company_id, drafts=drafts, posted_by=CONSOLE)
        assert len(scene.plugin.calls("validator")) == 2

    def test_is_not_asked_about_what_stands_in_the_books_already(self, scene: Scene) -> None:
        for _ in range(2):
            scene.books.post(EntryDraftFactory(reference="once"))
        assert len(scene.plugin.calls("validator")) == 1

    def test_reads_within_the_posting_and_what_fails_there_undoes_only_the_posting(
        self, scene: Scene
    ) -> None:
        scene.plugin.mode("slow rows")
        scene.books.post()
        (call,) = scene.plugin.calls("validator")
        assert (call.outcome, call.host_calls) == ("", 1)


class TestACompanyWithoutValidators:
    def test_asks_the_database_once_and_then_nothing_for_a_while(self, scene: Scene) -> None:
        scene.plugin.change(state=Installation.State.DISABLED, state_reason="by hand")
        asked: list[int] = []
        for _ in range(3):
            with scene.books.entered(), CaptureQueriesContext(connection) as queries:
                self.ask(scene)
            asked.append(len([each for each in queries if "plugins_installation" in each["sql"]]))
        assert asked == [1, 0, 0]

    @staticmethod
    def ask(scene: Scene) -> None:
        def never() -> list[dict[str, object]]:
            raise AssertionError("nobody is asked, so nothing is made")

        VALIDATORS.require_accepted(
            verb="accounting.journal_entry.post",
            company_id=scene.books.company_id,
            subjects=never,
            asked_by=CONSOLE,
        )


class TestAnInterruption:
    @pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
    def test_within_a_host_function_undoes_the_posting_whole(
        self, scene: Scene, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: object, **__: object) -> None:
            raise error

        scene.plugin.mode("slow rows")
        monkeypatch.setattr("apps.plugins.adapters.runtime.database_backend.within", interrupted)
        with pytest.raises(error):
            scene.books.post()
        monkeypatch.undo()
        assert entries(scene) == 0

    def test_after_the_plugin_accepted_leaves_the_posting_done_or_undone(self, scene: Scene) -> None:
        scene.books.post(EntryDraftFactory(accounting_date=date(2026, 1, 31)))
        assert entries(scene) == 1
