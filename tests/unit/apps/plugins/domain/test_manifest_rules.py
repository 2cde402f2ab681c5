# SPDX-License-Identifier: Apache-2.0
"""What no schema can say of a manifest."""

import pytest

from tests.factories.plugin_manifests import changed, line_of, refusal_of


class TestRanges:
    @pytest.mark.parametrize(
        "written",
        [
            '"*"',
            '"1.0.0"',
            '"^1.0.0"',
            '">==1.0.0"',
            '">=<1.0.0"',
            '"=>1.0.0"',
            '">=1.٢.0"',
            '">=1.0.0\\n"',
            '">=1.0.0  <2.0.0"',
            '">=1.0.0 <2.0.0 !=1.1.0 !=1.2.0 !=1.3.0"',
            '""',
        ],
    )
    def test_that_are_no_comparisons_are_refused(self, written: str) -> None:
        told = refusal_of(changed('">=0.1.0 <2.0.0"', written))
        assert (told["place"], told["line"]) == ("cortex", 4)
        assert told["expected"] == (
            "the releases it works with, such as '>=0.1.0 <2.0.0'; all comparisons must hold"
        )

    @pytest.mark.parametrize("version", ["1", "1.0", "1.0.0.0", "01.0.0", "x", "1.0.0-"])
    def test_of_what_is_no_version_are_refused(self, version: str) -> None:
        assert refusal_of(changed('">=0.1.0 <2.0.0"', f'">={version} <2.0.0"')) == {
            "place": "cortex",
            "line": 4,
            "expected": "comparisons with semantic versions",
            "got": f"'>={version} <2.0.0'",
        }


class TestRules:
    @pytest.mark.parametrize(
        "publisher", ["com.example.duplicate", "com.exampl", "org.example", "com.example.x"]
    )
    def test_ask_for_an_id_below_the_publisher(self, publisher: str) -> None:
        assert refusal_of(changed("publisher: com.example", f"publisher: {publisher}")) == {
            "place": "id",
            "line": 2,
            "expected": f"a name below the publisher {publisher}",
            "got": "'com.example.duplicate-guard'",
        }

    def test_ask_for_an_id_that_is_not_the_publisher(self) -> None:
        same = changed("publisher: com.example", "publisher: com.example.duplicate-guard")
        assert refusal_of(same)["expected"] == "a name below the publisher com.example.duplicate-guard"

    @pytest.mark.parametrize(
        "event",
        [
            "accounting.journal_entry.posted.v1",
            "com.example.duplicate_guardian.found.v1",
            "com.example.found.v1",
            "com.example.duplicate.guard.found.v1",
        ],
    )
    def test_ask_for_events_below_the_id(self, event: str) -> None:
        told = refusal_of(changed("[com.example.duplicate_guard.found.v1]", f"[{event}]"))
        assert told == {
            "place": "capabilities.events.0",
            "line": 26,
            "expected": "a name below com.example.duplicate_guard",
            "got": repr(event),
        }

    @pytest.mark.parametrize(
        ("old", "new", "place", "got"),
        [
            (
                "[read, flag], fields: [id, number]",
                "[read, flag]",
                "capabilities.data.0",
                "accounting.journal_entry",
            ),
            ("[read, flag], fields", "[flag], fields", "capabilities.data.0", "accounting.journal_entry"),
            ("[propose]", "[propose], fields: [id]", "capabilities.data.1", "accounting.account"),
        ],
    )
    def test_ask_for_fields_where_something_is_read_and_only_there(
        self, old: str, new: str, place: str, got: str
    ) -> None:
        assert refusal_of(changed(old, new)) == {
            "place": place,
            "line": line_of(old),
            "expected": "fields where the verb is read, and only there",
            "got": repr(got),
        }

    @pytest.mark.parametrize(
        ("old", "new", "place", "line", "got"),
        [
            (
                "method: POST, path: findings/close",
                "method: GET, path: findings",
                "entry_points.endpoints",
                16,
                "GET findings",
            ),
            (
                "  validators:",
                '    - {name: nightly, schedule: "0 3 * * *", handler: on_post}\n  validators:',
                "entry_points.jobs",
                19,
                "nightly",
            ),
            (
                "entity: accounting.account,",
                "entity: accounting.journal_entry,",
                "capabilities.data",
                24,
                "accounting.journal_entry",
            ),
        ],
    )
    def test_ask_for_endpoints_jobs_and_entities_each_once(
        self, old: str, new: str, place: str, line: int, got: str
    ) -> None:
        assert refusal_of(changed(old, new)) == {
            "place": place,
            "line": line,
            "expected": "each once",
            "got": repr(got),
        }

    @pytest.mark.parametrize(
        ("old", "new", "place", "expected", "got"),
        [
            ("default: 30", "default: 0", "window", "at least 1", "0"),
            ("default: 30", "default: 366", "window", "at most 365", "366"),
            ("default: 30", 'default: "30"', "window", "type integer", "30"),
            ("default: 30", "default: true", "window", "type integer", "True"),
            ("default: strict", "default: lax", "mode", "one of strict, loose", "lax"),
            (
                "default: strict",
                "default: strictest-of-all",
                "mode",
                "at most 10 characters",
                "strictest-of-all",
            ),
            ("default: strict", "default: 1", "mode", "type string", "1"),
            ("default: false", "default: 0", "tells", "type boolean", "0"),
            ("default: false", "default: no", "tells", "type boolean", "no"),
            ('default: ["1000", "2000"]', "default: '1000'", "accounts", "type list", "1000"),
        ],
    )
    def test_ask_for_defaults_that_fit_their_setting(
        self, old: str, new: str, place: str, expected: str, got: str
    ) -> None:
        assert refusal_of(changed(old, new)) == {
            "place": f"settings.{place}.default",
            "line": line_of(old),
            "expected": expected,
            "got": repr(got),
        }

    def test_ask_for_lists_of_texts(self) -> None:
        told = refusal_of(changed('default: ["1000", "2000"]', 'default: ["1000", 2000]'))
        assert (told["place"], told["expected"]) == ("settings.accounts.default.1", 'type "string"')
