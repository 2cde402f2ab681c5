# SPDX-License-Identifier: Apache-2.0
"""Endpoints of plugins, through the whole program."""

import json
from typing import Any

import pytest
from django.test import Client

from apps.plugins.models import Installation
from tests.factories.people import person
from tests.factories.sessions import sign_in
from tests.integration.apps.plugins.runtime.conftest import Scene

WORKER = "/api/v1/plugins/com.example.worker"


def ask(scene: Scene, path: str, *, body: Any = None, user: Any = None, **more: str) -> Any:
    client = Client(raise_request_exception=False)
    sign_in(client, user or scene.carl)
    address = f"{WORKER}/{path}?company={more.pop('company', 'DEMO')}{more.pop('query', '')}"
    if body is None:
        return client.get(address)
    return client.post(address, data=json.dumps(body), content_type="application/json")


class TestAnEndpoint:
    def test_answers_in_json_for_whoever_asks(self, scene: Scene) -> None:
        answer = ask(scene, "findings", query="&since=2026")
        assert (answer.status_code, answer.json()) == (
            200,
            {
                "answer": {
                    "keys": [],
                    "given": {"method": "GET", "path": "findings", "query": {"since": "2026"}, "body": None},
                }
            },
        )
        (call,) = scene.plugin.calls("endpoint")
        assert call.called_by == f"plugin:com.example.worker:user:{scene.carl.id}"

    def test_keeps_what_post_wanted_written_and_reads_it_in_order(self, scene: Scene) -> None:
        first = ask(scene, "findings/close", body={"b": 1, "a": {"x": [1, 2]}, "ö": "ü"})
        assert first.json() == {"answer": ["a", "b", "ö"]}
        assert scene.plugin.stored == {"b": 1, "a": {"x": [1, 2]}, "ö": "ü"}
        assert ask(scene, "findings/close", body={"b": None, "a": 2}).json() == {"answer": ["a", "ö"]}
        assert scene.plugin.stored == {"a": 2, "ö": "ü"}

    def test_holds_the_quota_of_the_manifest(self, scene: Scene) -> None:
        refused = ask(scene, "findings/close", body={"a": "x" * 2_000, "b": "y" * 2_100})
        assert refused.json()["code"] == "plugins.plugin_must_succeed"
        assert "plugins.storage_must_suffice" in refused.json()["detail"]
        assert scene.plugin.stored == {}
        assert ask(scene, "findings/close", body={"a": "x" * 3_000}).status_code == 200
        assert ask(scene, "findings/close", body={"b": "x" * 2_000}).status_code == 502
        # Its own former value does not count.
        assert ask(scene, "findings/close", body={"a": "x" * 3_500}).status_code == 200

    @pytest.mark.parametrize(
        ("path", "company", "status", "code"),
        [
            ("nothing", "DEMO", 404, "plugins.endpoint_must_exist"),
            ("findings/close", "DEMO", 404, "plugins.endpoint_must_exist"),
            ("findings", "", 400, "plugins.endpoint_input_must_be_plain"),
            ("findings", "OTHER", 404, "tenancy.company_must_exist"),
        ],
    )
    def test_that_is_not_there_is_told_so(
        self, scene: Scene, path: str, company: str, status: int, code: str
    ) -> None:
        answer = ask(scene, path, company=company)
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    def test_is_closed_to_viewers_and_strangers(self, scene: Scene) -> None:
        assert ask(scene, "findings", user=scene.vera).status_code == 403
        assert ask(scene, "findings", user=person("mallory")).status_code == 404

    def test_of_a_plugin_that_does_not_run_is_not_there(self, scene: Scene) -> None:
        scene.plugin.change(state=Installation.State.DISABLED, state_reason="by hand")
        assert ask(scene, "findings").status_code == 404

    def test_tells_callers_nothing_of_its_insides_where_it_fails(self, scene: Scene) -> None:
        answer = ask(scene, "findings/close", body={"": 1})
        assert answer.json()["code"] == "plugins.plugin_must_succeed"
        assert not {"traceback", "log", "fuel"} & answer.json()["evidence"].keys()
        assert 'File "plugin.py"' in scene.plugin.calls("endpoint")[0].traceback

    def test_asked_by_get_changes_nothing(self, scene: Scene) -> None:
        ask(scene, "findings/close", body={"a": 1})
        assert ask(scene, "findings").json()["answer"]["keys"] == ["a"]
        assert scene.plugin.stored == {"a": 1}
