# SPDX-License-Identifier: Apache-2.0
"""An upgrade changes version 0: that is recorded once, with a leaf, by whoever comes first."""

import threading
import time
from collections.abc import Callable
from hashlib import sha256

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.test import Client
from structlog.testing import capture_logs

from cortex.ids import uuid7
from cortex.policy.active import policies_fit
from cortex.policy.models import PolicyPackagedText
from cortex.policy.packaged import content_digest, packaged_now, packaged_text
from cortex.policy.record_packaged_text import (
    OBJECT_ID,
    RECORDING_LOCK,
    record_packaged_text,
    record_unknown_text,
)
from cortex.policy.start import look_at_policies, note_release
from cortex.policy_versions.check_version import checked_version
from cortex.policy_versions.errors import PackagedTextMustBeRecorded
from cortex.ports.principal import Principal
from tests.factories.leaves import watched_leaves
from tests.factories.releases import another_text, release_with
from tests.frame.clones import Clone
from tests.frame.threads import together

CONSOLE = Principal.service("console")
VERB = "policy.packaged.changed"
LEAVES = """
SELECT said ->> 'before', said ->> 'digest', said ->> 'new'
  FROM (SELECT id, convert_from(body, 'UTF8')::jsonb AS said FROM audit_entry) AS entry
 WHERE said ->> 'verb' = 'policy.packaged.changed' ORDER BY id
"""
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
SCHEMA = "0" * 64


def texts() -> list[str]:
    return list(PolicyPackagedText.objects.order_by("id").values_list("text", flat=True))


def sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class TestMigrated:
    @pytest.mark.django_db
    def test_database_holds_the_text_and_schema_of_the_release(self) -> None:
        (row,) = PolicyPackagedText.objects.all()
        assert (row.text, row.digest) == (packaged_text(), sha(packaged_text()))
        assert row.release == packaged_now().release
        assert len(row.schema_digest) == 64

    def test_database_has_a_leaf_of_the_first_text(self, committed_database: Clone) -> None:
        (row,) = PolicyPackagedText.objects.all()
        with psycopg.connect(committed_database.admin_dsn) as admin:
            (leaf,) = admin.execute(LEAVES).fetchall()
        assert leaf == (None, content_digest(text=row.digest, schema=row.schema_digest), "true")


@pytest.mark.django_db
class TestUpgrade:
    def test_is_recorded_once_with_what_was_before(self) -> None:
        record_packaged_text(recorded_by=CONSOLE)
        before = PolicyPackagedText.objects.latest("id")
        with watched_leaves() as log, release_with(another_text()) as text:
            note_release()
            note_release()
            look_at_policies()
            digest = packaged_now().content_digest
        assert texts()[-1] == text
        (leaf,) = log.records
        assert (leaf.verb, leaf.object_type, leaf.object_id) == (VERB, "policy.packaged", OBJECT_ID)
        assert (leaf.digest, leaf.is_new) == (digest, False)
        assert leaf.before == content_digest(text=before.digest, schema=before.schema_digest)

    def test_that_changes_what_policies_may_speak_of_alone_is_one(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record_packaged_text(recorded_by=CONSOLE)
        count = PolicyPackagedText.objects.count()
        monkeypatch.setattr("cortex.policy.packaged.schema_text", lambda _actions: "namespace Cortex {}")
        assert record_packaged_text(recorded_by=CONSOLE)
        assert PolicyPackagedText.objects.count() == count + 1
        assert texts()[-1] == texts()[-2]

    def test_and_the_way_back_are_both_told_by_whoever_migrates(self) -> None:
        record_packaged_text(recorded_by=CONSOLE)
        with release_with(another_text()):
            record_packaged_text(recorded_by=CONSOLE)
        with watched_leaves() as log:
            assert record_packaged_text(recorded_by=CONSOLE)
        assert log.verbs == [VERB]
        assert texts()[-1] == packaged_text()

    def test_is_recorded_by_the_first_process_that_starts_where_nobody_migrated(self) -> None:
        with watched_leaves() as log, release_with(another_text()) as text:
            assert not policies_fit()
            look_at_policies()
            assert policies_fit()
            look_at_policies()
        assert (texts()[-1], log.verbs) == (text, [VERB])

    def test_that_rolls_is_no_change_to_and_fro(self) -> None:
        """Processes of the release before still start, and are replaced, while the new one is there."""
        record_packaged_text(recorded_by=CONSOLE)
        with release_with(another_text()):
            record_packaged_text(recorded_by=CONSOLE)
        with watched_leaves() as log:
            assert not record_unknown_text(recorded_by=CONSOLE)
        assert log.verbs == []


def test_a_process_goes_on_by_the_text_that_it_began_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are replaced under a process that runs; its engine may be made anew after that."""
    before = packaged_text()
    monkeypatch.setattr("cortex.policy.packaged.packaged_files", lambda _pattern: [])
    assert packaged_text() == before != ""


class TestProcessesThatStartAtOnce:
    @pytest.mark.parametrize("record", [record_packaged_text, record_unknown_text])
    def test_record_one_row_and_one_leaf(
        self, record: Callable[..., bool], committed_database: Clone
    ) -> None:
        with release_with(another_text()) as text:
            recorded = together([lambda: record(recorded_by=CONSOLE)] * 6)
        assert sorted(recorded) == [False] * 5 + [True]
        assert texts().count(text) == 1
        with psycopg.connect(committed_database.admin_dsn) as admin:
            assert len(admin.execute(LEAVES).fetchall()) == 2

    def test_look_again_when_their_turn_comes(self, committed_database: Clone) -> None:
        """All have seen that the text is unknown, and wait for the lock, before the first of them writes."""
        with psycopg.connect(committed_database.admin_dsn) as admin, release_with(another_text()) as text:
            admin.execute("SELECT pg_advisory_lock(%s)", [RECORDING_LOCK])
            threads = [threading.Thread(target=look_and_close) for _ in range(3)]
            for thread in threads:
                thread.start()
            wait_for(lambda: admin.execute(WAITING, [RECORDING_LOCK]).fetchone() == (3,))
            admin.execute("SELECT pg_advisory_unlock(%s)", [RECORDING_LOCK])
            for thread in threads:
                thread.join(timeout=30)
            assert texts().count(text) == 1
            assert len(admin.execute(LEAVES).fetchall()) == 2


def look_and_close() -> None:
    try:
        look_at_policies()
    finally:
        connection.close()


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "they never came to the lock"
        time.sleep(0.02)


class TestTextThatNobodyRecorded:
    def test_is_told_by_readiness_until_it_is(self, committed_database: Clone) -> None:
        with release_with(another_text()):
            answer = Client().get("/health/ready")
            assert (answer.status_code, answer.json()["parts"]["policies"]) == (200, "degraded")
            note_release()
            assert Client().get("/health/ready").json()["parts"]["policies"] == "ok"

    @pytest.mark.django_db
    def test_is_told_by_the_check_with_its_remedy(self) -> None:
        with release_with(another_text()) as text:
            with pytest.raises(PackagedTextMustBeRecorded, match="cortex migrate") as refused:
                checked_version(seen_by=CONSOLE)
            assert refused.value.evidence["got"] == sha(text)
            note_release()
            assert checked_version(seen_by=CONSOLE) == "version 0 fits this release"

    @pytest.mark.django_db
    def test_counts_with_what_it_could_speak_of(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An action that is declared anew can fall under the same text: who may do what has changed."""
        monkeypatch.setattr("cortex.policy.packaged.schema_text", lambda _actions: "namespace Cortex {}")
        assert not policies_fit()
        with pytest.raises(PackagedTextMustBeRecorded, match="cortex migrate") as refused:
            checked_version(seen_by=CONSOLE)
        assert refused.value.evidence["schema"] == sha("namespace Cortex {}")
        note_release()
        assert policies_fit()
        assert checked_version(seen_by=CONSOLE) == "version 0 fits this release"

    def test_stops_no_process_whose_database_is_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def away(**_given: object) -> bool:
            raise DatabaseError("away")

        monkeypatch.setattr("cortex.policy.start.record_unknown_text", away)
        with capture_logs() as lines:
            look_at_policies()
        told = [(line["event"], line["reason"], line["remedy"]) for line in lines]
        assert told == [("packaged_policies_not_recorded", "DatabaseError", "run `cortex migrate`")]


@pytest.mark.django_db
class TestRows:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE policy_packaged_text SET text = 'other'",
            "UPDATE policy_packaged_text SET recorded_at = now()",
            "DELETE FROM policy_packaged_text",
            "TRUNCATE policy_packaged_text",
        ],
    )
    def test_are_refused_to_the_application_to_change(self, statement: str) -> None:
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_are_hashed_by_the_database(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO policy_packaged_text (text, schema_digest, release, recorded_at)"
                " VALUES ('permit', %s, '0', now()) RETURNING digest",
                [SCHEMA],
            )
            assert cursor.fetchone() == (sha("permit"),)

    def test_take_no_digest_from_the_application(self) -> None:
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO policy_packaged_text (text, digest, schema_digest, release, recorded_at)"
                " VALUES ('permit', 'x', %s, '0', now())",
                [SCHEMA],
            )


class TestRowsUnderTheirOwner:
    @pytest.mark.parametrize(
        "verb", ["UPDATE policy_packaged_text SET text = 'x'", "DELETE FROM policy_packaged_text"]
    )
    def test_do_not_change_either(self, verb: str, committed_database: Clone) -> None:
        with (
            psycopg.connect(committed_database.admin_dsn) as admin,
            pytest.raises(psycopg.DatabaseError, match="policy_packaged_text"),
        ):
            admin.execute(verb)


@pytest.mark.django_db
def test_a_decision_under_another_version_names_no_packaged_text() -> None:
    with pytest.raises(DatabaseError, match="packaged_is_version_0"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO policy_decision (id, decided_at, principal, action, resource_type, resource_id,"
            " is_allowed, reason, needs, policy_ids, version, packaged_digest, is_break_glass)"
            " VALUES (%s, now(), 'p', 'a', 't', 'i', true, 'r', '{}', '{}', 3, %s, false)",
            [uuid7(), SCHEMA],
        )
