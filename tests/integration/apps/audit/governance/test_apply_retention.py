# SPDX-License-Identifier: Apache-2.0
"""The night deletes what is due, keeps what is held, ends in time, and writes down what it did."""

from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError
from structlog.testing import capture_logs

from apps.audit.domain.governance.errors import RetentionMustBeApplied
from apps.audit.selectors.governance.due_rows import Due
from apps.audit.services.governance import apply_retention as applying
from apps.audit.services.governance.apply_retention import apply_retention
from apps.audit.services.governance.record_night import Night
from apps.audit.services.governance.record_run import Applied
from apps.audit.tasks import LAST_NIGHT, apply_retention_at_night
from cortex.canonical_json import canonical_digest
from cortex.container.override import override
from cortex.ids import uuid7
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.books import EntryDraftFactory
from tests.factories.clocks import ClockAhead
from tests.factories.evidence_log import verdict
from tests.factories.policies import without
from tests.frame.census import census
from tests.integration.apps.audit.privacy.conftest import Bureau, bureau

__all__ = ["bureau"]
SCHEDULER = Principal.service("scheduler")
FIXED = {"identity.known_device", "plugins.call", "policy.decision"}
TWELVE_YEARS, YEAR = timedelta(days=12 * 366), timedelta(days=366)
TEXTS = "SELECT narration FROM accounting_journal_entry_text ORDER BY narration"
LEAVES = "SELECT actor FROM audit_entry WHERE verb LIKE 'audit.retention.%'"
JOB = """
INSERT INTO jobs_job (id, company_id, kind, owner_kind, owner_id, state, done, message, input, files,
                      attempts, created_at, finished_at)
VALUES (%s, %s, 'testing', 'service', 'console', %s, 0, '', '{}', '{}', 0, now(), %s)
"""


def later(bureau: Bureau, by: timedelta, **given: int) -> dict[str, Applied]:
    with override(Clock, ClockAhead(by=by)):
        night = apply_retention(applied_by=SCHEDULER, **given)
    return {each.data: each for each in night.applied}


class TestNight:
    def test_does_nothing_while_nothing_is_due(self, bureau: Bureau) -> None:
        besides = ("policy_decision", "audit_entry", "audit_retention_night")
        before = census(bureau.clone.admin_dsn, besides=besides)
        assert later(bureau, YEAR) == {}
        assert census(bureau.clone.admin_dsn, besides=besides) == before

    def test_deletes_texts_of_the_books_and_of_the_log_and_no_proof(self, bureau: Bureau) -> None:
        bureau.close_january()
        applied = later(bureau, TWELVE_YEARS)
        assert bureau.rows(TEXTS) == []
        texts, details = applied["accounting.journal_entry_text"], applied["audit.detail"]
        assert (texts.done, texts.held, texts.left, details.left) == (2, 0, 0, 0)
        assert details.done > 0
        assert bureau.rows("SELECT count(*) FROM audit_detail") == [(0,)]
        assert bureau.rows("SELECT count(*) FROM accounting_journal_entry") == [(2,)]
        assert verdict(bureau.evidence(), keys=bureau.keys).refused is None
        leaves = bureau.rows(LEAVES)
        assert leaves == [("service:scheduler",)] * 3
        runs = bureau.rows("SELECT data, version_number, done_count FROM audit_retention_run ORDER BY data")
        assert runs == [("accounting.journal_entry_text", 0, 2), ("audit.detail", 0, details.done)]

    def test_deletes_jobs_that_ended_long_ago_and_no_others(self, bureau: Bureau) -> None:
        with psycopg.connect(bureau.clone.admin_dsn) as admin:
            now = admin.execute("SELECT now()").fetchone()
            for state, at in (("succeeded", now), ("queued", None)):
                admin.execute(JOB, [uuid7(), bureau.books.company_id, state, at and at[0]])
        assert later(bureau, YEAR) == {}
        assert later(bureau, 3 * YEAR)["jobs.job"].done == 1
        assert bureau.rows("SELECT state FROM jobs_job") == [("queued",)]

    @pytest.mark.parametrize("what", ["party", "entry"])
    def test_keeps_what_is_held_and_counts_it(self, bureau: Bureau, what: str) -> None:
        bureau.held({"party": bureau.party, "entry": bureau.entry}[what])
        texts = later(bureau, TWELVE_YEARS)["accounting.journal_entry_text"]
        assert (texts.done, texts.held) == (1, 1)
        assert bureau.rows(TEXTS) == [("Repair of the flat of Erika",)]

    def test_keeps_what_the_log_says_of_entries_of_a_held_party(self, bureau: Bureau) -> None:
        bureau.note_on(bureau.entry)
        query = f"""SELECT count(*) FROM audit_detail d JOIN audit_entry e ON e.leaf_id = d.leaf_id
                     WHERE e.object_id = '{bureau.entry}'"""
        (kept,) = bureau.rows(query)
        bureau.held(bureau.party)
        assert later(bureau, TWELVE_YEARS)["audit.detail"].held == kept[0] > 0
        assert bureau.rows(query) == [kept]

    def test_keeps_all_of_a_company_that_is_held(self, bureau: Bureau) -> None:
        bureau.held(None)
        applied = later(bureau, TWELVE_YEARS)
        assert {each.done for each in applied.values()} == {0}
        assert applied["accounting.journal_entry_text"].held == 2

    def test_ends_in_time_and_tells_what_is_left(self, bureau: Bureau) -> None:
        for _number in range(3):
            bureau.books.post(EntryDraftFactory())
        texts = later(bureau, TWELVE_YEARS, batch=2, batches_max=2)["accounting.journal_entry_text"]
        assert (texts.done, texts.left) == (4, 1)
        assert later(bureau, TWELVE_YEARS)["accounting.journal_entry_text"].done == 1

    def test_tells_the_logs_of_the_program(self, bureau: Bureau) -> None:
        with override(Clock, ClockAhead(by=TWELVE_YEARS)), capture_logs() as told:
            apply_retention_at_night()
        applied = [line for line in told if line["event"] == "retention_applied"]
        assert {line["data"] for line in applied} == {*FIXED, "accounting.journal_entry_text", "audit.detail"}


class TestHeartbeat:
    """Each night leaves a row, so that one that ran and one that did not are told apart."""

    NIGHTS = (
        "SELECT company_count, failed_count, done_count, held_count, left_count FROM audit_retention_night"
    )

    def test_is_written_down_where_nothing_was_due(self, bureau: Bureau) -> None:
        later(bureau, YEAR)
        assert bureau.rows(self.NIGHTS) == [(1, 0, 0, 0, 0)]
        ((counts,),) = bureau.rows("SELECT counts FROM audit_retention_night")
        assert counts == {data: {"done": 0, "held": 0, "left": 0} for data in FIXED}
        content = {"rules": 0, "companies": 1, "refused": 0, "failed": 0, "counts": counts}
        digest = "SELECT convert_from(body, 'UTF8')::jsonb ->> 'digest' FROM audit_entry WHERE verb = "
        assert bureau.rows(digest + "'audit.retention.close_night'") == [(canonical_digest(content),)]

    def test_tells_what_was_deleted_and_held_of_each_kind(self, bureau: Bureau) -> None:
        bureau.held(bureau.party)
        ((decisions,),) = bureau.rows("SELECT count(*) FROM policy_decision")
        later(bureau, TWELVE_YEARS)
        ((counts, held),) = bureau.rows("SELECT counts, held_count FROM audit_retention_night")
        assert counts["accounting.journal_entry_text"] == {"done": 1, "held": 1, "left": 0}
        assert counts["policy.decision"]["done"] >= decisions > 0
        assert held == sum(each["held"] for each in counts.values()) > 0

    def test_tells_a_kind_that_failed_and_does_the_others(
        self, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def failing() -> None:
            raise OperationalError("the lock was not had in time")

        monkeypatch.setattr("apps.audit.selectors.privacy.stored_holds.StoredHolds.in_force", failing)
        with pytest.raises(RetentionMustBeApplied), override(Clock, ClockAhead(by=TWELVE_YEARS)):
            apply_retention_at_night()
        assert bureau.rows("SELECT failed_count FROM audit_retention_night") == [(3,)]
        assert bureau.rows(TEXTS) == []

    def test_forgets_where_policies_of_an_earlier_release_know_no_night(self, bureau: Bureau) -> None:
        ((decisions,),) = bureau.rows("SELECT count(*) FROM policy_decision")
        with without("audit.scheduler_applies_the_rules"), override(Clock, ClockAhead(by=TWELVE_YEARS)):
            night = apply_retention(applied_by=SCHEDULER)
        assert night.forgotten["policy.decision"].done >= decisions > 0
        assert bureau.rows("SELECT count(*) FROM audit_retention_night") == [(0,)]

    def test_is_told_to_scrapers(self, bureau: Bureau) -> None:
        with override(Clock, ClockAhead(by=YEAR)):
            apply_retention_at_night()
            now = get(Clock).now().timestamp()
        assert now - 60 < LAST_NIGHT._value.get() <= now


class TestRefusal:
    def test_of_anybody_but_the_schedule_deletes_nothing(self, bureau: Bureau) -> None:
        with override(Clock, ClockAhead(by=TWELVE_YEARS)), capture_logs() as told:
            assert apply_retention(applied_by=bureau.who("alice")) == Night([], [], {}, 1, 1)
        assert [line["event"] for line in told if line["event"].startswith("retention")] == [
            "retention_not_applied",
            "retention_not_applied",
        ]
        assert bureau.rows("SELECT count(*) FROM audit_retention_night") == [(0,)]
        assert len(bureau.rows(TEXTS)) == 2

    def test_in_one_company_keeps_no_other_waiting(
        self, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A suspended company is only read; here the first one in line is refused."""
        apply, seen = applying._apply, []

        def refusing(company_id: object, *given: object) -> list[Applied]:
            seen.append(company_id)
            if len(seen) == 1:
                raise AccessMustBeGranted("suspended")
            return apply(company_id, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(applying, "_apply", refusing)
        monkeypatch.setattr(applying, "all_company_ids", lambda: [uuid7(), bureau.books.company_id])
        assert later(bureau, TWELVE_YEARS)["accounting.journal_entry_text"].done == 2


class TestFailure:
    """An error of the database after the first batch: what was deleted before it is gone for good."""

    @pytest.fixture(autouse=True)
    def batches_that_fail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        delete, seen = applying.delete_batch, []

        def failing(due: Due, *, limit: int) -> int:
            seen.append(due)
            if len(seen) == 2:
                raise OperationalError("the lock was not had in time")
            return delete(due, limit=limit)

        monkeypatch.setattr(applying, "delete_batch", failing)

    def test_is_written_down_with_what_was_deleted_before_it(self, bureau: Bureau) -> None:
        assert "accounting.journal_entry_text" not in later(bureau, TWELVE_YEARS, batch=1)
        runs = bureau.rows("SELECT data, done_count, held_count, left_count FROM audit_retention_run")
        assert runs == [("accounting.journal_entry_text", 1, 0, 1)]
        assert len(bureau.rows(TEXTS)) == 1
        assert len(bureau.rows(LEAVES)) == 2
        assert bureau.rows("SELECT failed_count FROM audit_retention_night") == [(1,)]

    def test_in_one_company_keeps_no_other_waiting_and_fails_the_task(
        self, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The company comes twice: the second time is the other company's."""
        company = bureau.books.company_id
        monkeypatch.setattr(applying, "all_company_ids", lambda: [company, company])
        night = override(Clock, ClockAhead(by=TWELVE_YEARS))
        with night, capture_logs() as told, pytest.raises(RetentionMustBeApplied) as failed:
            apply_retention_at_night()
        assert failed.value.evidence["got"] == [str(company)]
        assert bureau.rows("SELECT count(*) FROM audit_detail") == [(0,)]
        events = [(line["event"], line.get("data")) for line in told if line["event"].startswith("retention")]
        assert events == [
            ("retention_failed", None),
            ("retention_applied", "accounting.journal_entry_text"),
            ("retention_applied", "audit.detail"),
            *(("retention_applied", data) for data in sorted(FIXED)),
        ]
