# SPDX-License-Identifier: Apache-2.0
"""A value that does not fit is refused where it stands, to its last character."""

import pytest

from tests.factories.plugin_manifests import changed, refusal_of


class TestValues:
    @pytest.mark.parametrize(
        ("old", "new", "place"),
        [
            ("format: 1\n", "format: 2\n", "format"),
            ("format: 1\n", "format: 1.0\n", "format"),
            ("format: 1\n", 'format: "1"\n', "format"),
            ("format: 1\n", "format: true\n", "format"),
            ("storage_kib: 64", "storage_kib: true", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: 64.0", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: 6e1", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: 0x40", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: 1_000", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: 064", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: +64", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: '64'", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: 0", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: -1", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: 102401", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: 99999999999999999999", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib:", "capabilities.storage_kib"),
            ("storage_kib: 64", "storage_kib: .inf", "capabilities.storage_kib"),
            ("milliseconds: 500", "milliseconds: true", "limits.milliseconds"),
            ("milliseconds: 500", "milliseconds: '500'", "limits.milliseconds"),
            ("milliseconds: 500", "milliseconds: 500.5", "limits.milliseconds"),
            ("milliseconds: 500", "milliseconds: [500]", "limits.milliseconds"),
            ("required: true", "required: yes", "settings.window.required"),
            ("required: true", "required: 1", "settings.window.required"),
            ("required: true", "required: True", "settings.window.required"),
            ("name: Duplicate guard", "name: ''", "name"),
            ("name: Duplicate guard", "name: 5", "name"),
            ("name: Duplicate guard", "name: [Duplicate guard]", "name"),
            ("name: Duplicate guard", f"name: {'a' * 61}", "name"),
            ("licence: Apache-2.0 OR MIT", "licence: Apache-2.0 or MIT", "licence"),
            ("licence: Apache-2.0 OR MIT", "licence: <script>", "licence"),
            ("support: https:", "support: http:", "support"),
            ("support: https:", "support: javascript:", "support"),
            ("path: findings,", "path: /findings,", "entry_points.endpoints.0.path"),
            ("path: findings,", "path: ../findings,", "entry_points.endpoints.0.path"),
            ("path: findings,", "path: findings/,", "entry_points.endpoints.0.path"),
            ("path: findings,", "path: a//b,", "entry_points.endpoints.0.path"),
            ("path: findings,", "path: a%2fb,", "entry_points.endpoints.0.path"),
            ("method: GET", "method: DELETE", "entry_points.endpoints.0.method"),
            ("handler: on_night", "handler: __init__", "entry_points.jobs.0.handler"),
            ("handler: on_night", "handler: os.system", "entry_points.jobs.0.handler"),
            ("handler: on_night", "handler: \u043en_night", "entry_points.jobs.0.handler"),
            ('"0 2 * * *"', '"0 2 * *"', "entry_points.jobs.0.schedule"),
            ('"0 2 * * *"', '"@reboot"', "entry_points.jobs.0.schedule"),
            ("http: [api.example.com]", "http: [10.0.0.1]", "capabilities.http.0"),
            ("http: [api.example.com]", "http: [localhost]", "capabilities.http.0"),
            ("http: [api.example.com]", "http: ['*.example.com']", "capabilities.http.0"),
            ("http: [api.example.com]", "http: ['api.example.com:22']", "capabilities.http.0"),
            ("http: [api.example.com]", "http: ['a@example.com']", "capabilities.http.0"),
            ("http: [api.example.com]", "http: [api.ex\u0430mple.com]", "capabilities.http.0"),
            ("http: [api.example.com]", "http: [api.example.com.]", "capabilities.http.0"),
            ("http: [api.example.com]", "http: []", "capabilities.http"),
            ("http: [api.example.com]", "http: [a.example.com, a.example.com]", "capabilities.http"),
            ("secrets: [api-token]", "secrets: [../token]", "capabilities.secrets.0"),
            ("verbs: [propose]", "verbs: []", "capabilities.data.1.verbs"),
            ("verbs: [propose]", "verbs: [propose, propose]", "capabilities.data.1.verbs"),
            ("verbs: [propose]", "verbs: ['*']", "capabilities.data.1.verbs.0"),
            ("entity: accounting.account,", "entity: accounting,", "capabilities.data.1.entity"),
            ("entity: accounting.account,", "entity: accounting.*,", "capabilities.data.1.entity"),
            ("entity: accounting.account,", "entity: 'accounting.account#x',", "capabilities.data.1.entity"),
            ("type: integer", "type: number", "settings.window.type"),
            ("posted.v1: on_posted", "posted: on_posted", "entry_points.events"),
            ("posted.v1: on_posted", "posted.v0: on_posted", "entry_points.events"),
            ("  fr:\n", "  french:\n", "translations"),
            ("  fr:\n", "  fr_FR:\n", "translations"),
        ],
    )
    def test_that_do_not_fit_are_refused_where_they_stand(self, old: str, new: str, place: str) -> None:
        assert refusal_of(changed(old, new))["place"] == place

    @pytest.mark.parametrize(
        "version",
        [
            "1",
            "1.2",
            "1.2.3.4",
            "01.2.3",
            "1.2.3+build",
            "v1.2.3",
            "1.2.3-",
            "1.2.3-RC.1",
            "1.2.3-rc.01",
            "-1.2.3",
        ],
    )
    def test_of_the_version_are_semantic_and_name_no_build(self, version: str) -> None:
        told = refusal_of(changed("version: 1.2.3-rc.1", f'version: "{version}"'))
        assert told == {
            "place": "version",
            "line": 3,
            "expected": "semantic version 2.0.0, without build metadata",
            "got": repr(version),
        }

    @pytest.mark.parametrize("version", ['"1.2.3\\n"', '"1.2.3 "', "1.2.٣", "1.2.３", '"1.2.3\\0"'])  # noqa: RUF001
    def test_of_the_version_are_read_to_the_last_character(self, version: str) -> None:
        told = refusal_of(changed("version: 1.2.3-rc.1", f"version: {version}"))
        assert (told["place"], told["line"]) == ("version", 3)

    @pytest.mark.parametrize(
        "name",
        [
            "com.example.Duplicate-guard",
            "com.example.dupli\u0441ate-guard",  # a Cyrillic letter
            "com.example.duplicate\u2010guard",  # another hyphen
            "com.example.duplicate_guard",
            "com.example..guard",
            "com.example.-guard",
            "com.example.guard-",
            "com.example.a--b",
            "com.example.ﬁnder",
            ".com.example.guard",
            "com",
            "../com.example.guard",
            f"com.example.{'a' * 90}",
            '"com.example.guard\\n"',
            '"com.example.guard "',
            '"com.example.guard\\u200b"',
            '"com.example.guard\\0"',
        ],
    )
    def test_of_the_id_are_plain_letters_that_nobody_can_mistake(self, name: str) -> None:
        told = refusal_of(changed("id: com.example.duplicate-guard", f"id: {name}"))
        assert (told["place"], told["line"], told["got"].rstrip("…").isascii()) == ("id", 2, True)
