# SPDX-License-Identifier: Apache-2.0
"""Events and the plugins that hear them."""

import json
from dataclasses import replace

import pytest

from apps.plugins.adapters.runtime import database_backend
from apps.plugins.models import Installation
from apps.plugins.services.run_queued import run_queued
from cortex.identity.deactivate_user import deactivate_user
from cortex.identity.membership_changes import revoke_membership
from tests.factories.books import CONSOLE, open_books
from tests.factories.people import let_in
from tests.integration.apps.plugins.runtime.conftest import Scene
from tests.integration.apps.plugins.runtime.hearing import carry_out, hear, newest, posted

FOUND = "com.example.worker.found.v1"
FAILED, SHUT = "plugins.plugin_must_succeed", "plugins.person_must_stand_behind"


class TestAnEvent:
    def test_reaches_the_plugin_that_reads_the_entry_and_stores_a_value(self, scene: Scene) -> None:
        event = posted(scene)
        assert hear(scene, event) == 1
        (call,) = scene.plugin.calls("event")
        assert (call.outcome, call.message) == ("", "")
        assert scene.plugin.stored == {"entry 1": {"id": str(event.aggregate_id), "number": 1}}
        assert call.lines == [["info", "entry 1 of DEMO"]]
        assert (call.trigger_id, call.host_calls) == (str(event.id), 3)
        assert call.called_by == f"plugin:com.example.worker:user:{scene.alice.id}"
        assert call.fuel > 0

    def test_has_its_effect_once_however_often_it_comes(self, scene: Scene) -> None:
        event = posted(scene)
        assert hear(scene, event) == 1
        assert hear(scene, event) == 0
        carry_out(scene)
        assert [run.state for run in scene.plugin.runs] == ["done"]
        assert len(scene.plugin.calls("event")) == 1

    def test_reaches_nobody_who_is_not_enabled_or_was_not_granted_to_hear_it(self, scene: Scene) -> None:
        event = posted(scene)
        scene.plugin.change(state=Installation.State.DISABLED, state_reason="by hand")
        assert hear(scene, event) == 0
        scene.plugin.change(state=Installation.State.ENABLED, state_reason="", granted=["storage:4"])
        assert hear(scene, event) == 0

    def test_leaves_all_of_what_a_handler_wanted_or_nothing(self, scene: Scene) -> None:
        event = posted(scene)
        scene.plugin.mode("write, then fail")
        hear(scene, event)
        assert (scene.plugin.stored, scene.plugin.emitted) == ({}, [])
        assert [(run.state, run.error) for run in scene.plugin.runs] == [("failed", FAILED)]

    def test_that_was_published_while_a_run_was_taken_over_changes_nothing(self, scene: Scene) -> None:
        event = posted(scene)
        hear(scene, event)
        with pytest.MonkeyPatch.context() as patched:
            # Another worker claims it while this one works.
            patched.setattr("apps.plugins.services.run_queued._end", lambda *_args, **_more: 0)
            second = posted(scene)
            hear(scene, second)
        assert scene.plugin.stored == {"entry 1": {"id": str(event.aggregate_id), "number": 1}}

    def test_acts_with_the_rights_of_today_of_whoever_installed_the_plugin(self, scene: Scene) -> None:
        event = posted(scene)
        let_in(company_id=scene.books.company_id, user_id=scene.alice.id, roles=["service"])
        hear(scene, event)
        assert [run.error for run in scene.plugin.runs] == ["plugins.plugin_must_succeed"]
        assert "policy.access_must_be_granted" in scene.plugin.calls("event")[0].message

    def test_is_refused_where_the_person_left(self, scene: Scene) -> None:
        event = posted(scene)
        revoke_membership(company_id=scene.books.company_id, user_id=scene.alice.id, revoked_by=CONSOLE)
        hear(scene, event)
        assert [run.error for run in scene.plugin.runs] == [SHUT]

    def test_is_refused_where_the_person_was_switched_off(self, scene: Scene) -> None:
        event = posted(scene)
        deactivate_user(user_id=scene.alice.id, actor=CONSOLE)
        hear(scene, event)
        assert [run.error for run in scene.plugin.runs] == [SHUT]


class TestEventsOfPlugins:
    def test_are_published_with_what_they_came_of(self, scene: Scene) -> None:
        event = posted(scene)
        scene.plugin.mode("emit")
        hear(scene, event)
        (told,) = scene.plugin.emitted
        assert told["type"] == FOUND
        assert told["subject"] == f"plugins.installation/{scene.plugin.id}"
        assert told["data"] == {"about": str(event.aggregate_id)}
        assert (told["plugin"], told["hops"]) == ("com.example.worker", 1)

    def test_are_not_heard_by_the_plugin_itself(self, scene: Scene) -> None:
        event = posted(scene)
        own = {**json.loads(event.envelope), "plugin": "com.example.worker", "hops": 1}
        assert hear(scene, replace(event, envelope=json.dumps(own).encode())) == 0

    @pytest.mark.parametrize(("hops", "heard"), [(5, 1), (6, 0)])
    def test_come_to_rest_between_plugins_that_answer_each_other(
        self, scene: Scene, hops: int, heard: int
    ) -> None:
        event = posted(scene)
        told = {**json.loads(event.envelope), "plugin": "com.example.other", "hops": hops}
        far = replace(event, event_type="com.example.other.happened.v1", envelope=json.dumps(told).encode())
        assert hear(scene, far) == heard
        assert [each["hops"] for each in scene.plugin.emitted] == [hops + 1] * heard

    def test_reach_subscribers_like_any_other(self, scene: Scene) -> None:
        event = posted(scene)
        scene.plugin.mode("emit")
        hear(scene, event)
        with scene.books.entered():
            assert newest(FOUND).aggregate_id == scene.plugin.id


class TestAnotherCompany:
    def test_is_out_of_reach_whatever_the_plugin_asks_for(self, scene: Scene) -> None:
        other = open_books(code="OTHER")
        let_in(company_id=other.company_id, user_id=scene.alice.id, roles=["controller"])
        entry = other.post()
        event = posted(scene)
        told = {**json.loads(event.envelope), "subject": f"accounting.journal_entry/{entry.id}"}
        hear(scene, replace(event, envelope=json.dumps(told).encode()))
        # It asked for the other company's entry and got no row.
        assert [run.error for run in scene.plugin.runs] == [FAILED]
        assert "not enough values to unpack" in scene.plugin.calls("event")[0].message

    def test_does_not_hear_of_it(self, scene: Scene) -> None:
        other = open_books(code="OTHER")
        other.post()
        assert hear(scene, replace(posted(scene), company_id=other.company_id)) == 0


class TestFailures:
    def test_put_a_plugin_into_quarantine_at_the_fifth_in_a_row(self, scene: Scene) -> None:
        events = [posted(scene) for _ in range(6)]
        scene.plugin.mode("fail")
        for event in events[:4]:
            hear(scene, event)
        assert scene.plugin.row.state == "enabled"
        hear(scene, events[4])
        assert scene.plugin.row.state == "quarantined"
        assert scene.plugin.row.state_reason == f"5 failures in a row, the last: {FAILED}"
        assert hear(scene, events[5]) == 0

    def test_count_anew_after_an_answer(self, scene: Scene) -> None:
        events = [posted(scene) for _ in range(6)]
        for number, event in enumerate(events):
            scene.plugin.mode("plain" if number == 2 else "fail")
            hear(scene, event)
        assert scene.plugin.row.state == "enabled"

    def test_keep_the_authors_traceback_and_no_secret(self, scene: Scene) -> None:
        from cortex.confidential import Secret

        Secret("a-secret-of-the-tests")
        event = posted(scene)
        scene.plugin.mode("fail")
        hear(scene, event)
        (call,) = scene.plugin.calls("event")
        assert call.traceback.startswith('  File "plugin.py", line 11, in on_posted')
        assert call.message == "The plugin failed: ValueError: told to fail with [secret]."
        assert "a-secret-of-the-tests" not in call.traceback

    def test_of_a_flood_end_it_through_the_real_host(self, scene: Scene) -> None:
        event = posted(scene)
        scene.plugin.mode("flood")
        hear(scene, event)
        (call,) = scene.plugin.calls("event")
        assert (call.outcome, call.host_calls) == ("plugins.host_must_not_be_flooded", 101)

    def test_of_a_loop_end_it(self, scene: Scene) -> None:
        event = posted(scene)
        scene.plugin.mode("loop")
        hear(scene, event)
        assert scene.plugin.calls("event")[0].outcome == "plugins.call_must_stay_within_fuel"

    def test_of_workers_that_were_killed_end_after_three(self, scene: Scene) -> None:
        event = posted(scene)
        hear_nobody = pytest.MonkeyPatch()
        with hear_nobody.context() as patched:
            patched.setattr(
                "apps.plugins.services.run_queued._called",
                lambda *_: (_ for _ in ()).throw(KeyboardInterrupt),
            )
            with pytest.raises(KeyboardInterrupt):
                hear(scene, event)
        (run,) = scene.plugin.runs
        scene.change_run(state="running", attempts=3, claimed_until=run.queued_at)
        run_queued(company_id=scene.books.company_id, run_id=run.id)
        assert [(each.state, each.error) for each in scene.plugin.runs] == [
            ("failed", "plugins.run_must_end")
        ]


class TestASlowQuery:
    def test_is_cancelled_when_the_calls_time_is_over(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from django.db import connection

        from cortex.ports.readable_entities import readable_entity

        def slow(**_: object) -> list[dict[str, object]]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(60)")
            return []

        found = readable_entity("accounting.journal_entry")
        assert found is not None
        slowed = replace(found, read=slow)
        monkeypatch.setattr(database_backend, "known_entity", lambda **_: slowed)
        hear(scene, posted(scene))
        (call,) = scene.plugin.calls("event")
        assert call.outcome in ("plugins.plugin_must_succeed", "plugins.call_must_end_in_time")
        assert call.milliseconds < 30_000
