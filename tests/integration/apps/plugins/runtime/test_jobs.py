# SPDX-License-Identifier: Apache-2.0
"""Jobs of plugins: their minutes, and entries that they propose into the inbox."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.accounting.models import JournalEntry
from apps.plugins.adapters.runtime.http_client import Sender
from apps.plugins.adapters.runtime.plugin_secrets import secret_name
from apps.plugins.services.queue_due_jobs import queue_due_jobs
from apps.plugins.services.send_waiting_runs import send_waiting_runs
from cortex.approvals.approve import approve
from cortex.approvals.models import Proposal
from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.factories.installed import INSTALLED_AT, WORKER
from tests.factories.people import just_signed_in
from tests.frame.echoing_server import echoing_server
from tests.integration.apps.plugins.runtime.conftest import Scene
from tests.integration.apps.plugins.runtime.hearing import carry_out

FIRST = datetime(2026, 12, 1, 6, 0, 20, tzinfo=UTC)


def at(scene: Scene, moment: datetime) -> int:
    queued = queue_due_jobs(at=moment)
    carry_out(scene)
    return queued


def rows(scene: Scene, model: Any) -> list[Any]:
    with scene.books.entered():
        return transactional(lambda: list(model.objects.order_by("id")))()


class TestAJob:
    def test_proposes_an_entry_that_a_second_person_posts(self, scene: Scene) -> None:
        assert at(scene, FIRST) == 1
        (run,) = scene.plugin.runs
        assert (run.state, run.error, run.trigger_id) == ("done", "", "monthly 2026-12-01T06:00+00:00")
        (proposal,) = rows(scene, Proposal)
        assert proposal.proposed_by == f"plugin:com.example.worker:user:{scene.alice.id}"
        assert rows(scene, JournalEntry) == []
        with scene.books.entered():
            approve(
                company_id=scene.books.company_id,
                proposal_id=proposal.id,
                digest=proposal.digest,
                approved_by=just_signed_in(scene.carl),
            )
        (entry,) = rows(scene, JournalEntry)
        assert entry.posted_by == f"plugin:com.example.worker:user:{scene.alice.id}"
        assert entry.reference == "accrual 2026-12"

    def test_proposes_nothing_where_it_fails_afterwards(self, scene: Scene) -> None:
        scene.plugin.mode("propose, then fail")
        at(scene, FIRST)
        assert (rows(scene, Proposal), scene.plugin.stored) == ([], {})

    def test_sends_a_request_with_a_secret_that_it_never_sees(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name = secret_name(company_id=scene.books.company_id, plugin_id=WORKER, name="api-token")
        monkeypatch.setenv(name, "a-token-of-this-test")
        monkeypatch.setattr("apps.plugins.adapters.runtime.http_client._resolved", lambda *_: ["127.0.0.1"])
        scene.plugin.mode("send")
        with echoing_server("api.example.com") as (port, context):
            sender = Sender(is_allowed=lambda _: True, context=context, port=port)
            monkeypatch.setattr("apps.plugins.services.call_plugin.SENDER", sender)
            at(scene, FIRST)
        assert [run.error for run in scene.plugin.runs] == [""]
        told = scene.plugin.stored["answer"]
        assert told["status"] == 200
        assert "Authorization: Bearer [secret]" in told["text"]
        (call,) = scene.plugin.calls("job")
        assert "a-token-of-this-test" not in f"{told} {call.lines} {call.message}"

    def test_without_its_secret_sends_nothing(self, scene: Scene) -> None:
        scene.plugin.mode("send")
        at(scene, FIRST)
        (call,) = scene.plugin.calls("job")
        assert "Secret api-token of plugin com.example.worker: expected one in the vault" in call.message

    def test_runs_once_for_its_minute(self, scene: Scene) -> None:
        assert [at(scene, FIRST + timedelta(seconds=seconds)) for seconds in (0, 30, 60)] == [1, 0, 0]

    def test_makes_up_for_a_missed_minute_once_and_within_a_day(self, scene: Scene) -> None:
        assert at(scene, FIRST + timedelta(hours=25)) == 0
        assert at(scene, FIRST + timedelta(hours=5)) == 1

    def test_before_it_was_installed_is_nobodys(self, scene: Scene) -> None:
        assert queue_due_jobs(at=INSTALLED_AT + timedelta(minutes=1)) == 0

    def test_is_sent_again_where_its_message_was_lost(self, scene: Scene) -> None:
        queue_due_jobs(at=FIRST)
        now = get(Clock).now()
        assert send_waiting_runs(at=max(now, FIRST) + timedelta(minutes=2)) == 1
        carry_out(scene)
        assert send_waiting_runs(at=max(now, FIRST) + timedelta(minutes=2)) == 0
