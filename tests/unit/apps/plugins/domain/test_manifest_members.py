# SPDX-License-Identifier: Apache-2.0
"""Members that are missing or unknown are told with their place and line."""

import pytest

from tests.factories.plugin_manifests import LEAST, changed, line_of, parts, refusal_of


class TestMembers:
    @pytest.mark.parametrize("member", list(parts()))
    def test_that_are_required_are_missed_by_name(self, member: str) -> None:
        written = LEAST.replace(parts()[member], "")
        assert refusal_of(written.encode()) == {
            "place": "file",
            "line": 1,
            "expected": f"the member {member}",
            "got": "none",
        }

    @pytest.mark.parametrize(
        ("old", "missing", "place"),
        [
            ("method: GET, ", "method", "entry_points.endpoints.0"),
            ("path: findings/close, ", "path", "entry_points.endpoints.1"),
            (", handler: on_findings", "handler", "entry_points.endpoints.0"),
            ("name: nightly, ", "name", "entry_points.jobs.0"),
            ('schedule: "0 2 * * *", ', "schedule", "entry_points.jobs.0"),
            (", handler: on_night", "handler", "entry_points.jobs.0"),
            ("entity: accounting.account, ", "entity", "capabilities.data.1"),
            (", verbs: [propose]", "verbs", "capabilities.data.1"),
        ],
    )
    def test_of_entry_points_and_capabilities_are_missed_there(
        self, old: str, missing: str, place: str
    ) -> None:
        told = refusal_of(changed(old, ""))
        assert told == {
            "place": place,
            "line": line_of(old),
            "expected": f"the member {missing}",
            "got": "none",
        }

    @pytest.mark.parametrize(
        ("old", "place", "line"),
        [
            ("format: 1\n", "file", 1),
            ("entry_points:\n", "entry_points", 13),
            ("{method: GET", "entry_points.endpoints.0", 16),
            ("{name: nightly", "entry_points.jobs.0", 19),
            ("capabilities:\n", "capabilities", 23),
            ("{entity: accounting.account", "capabilities.data.1", 25),
            ("limits:\n", "limits", 31),
            ("  window:\n", "settings.window", 40),
        ],
    )
    def test_that_are_unknown_are_named_at_every_level(self, old: str, place: str, line: int) -> None:
        more = f"{old}{'    ' if place == 'settings.window' else '' if place == 'file' else '  '}evil: 1\n"
        told = refusal_of(changed(old, f"{old}, evil: 1" if old.startswith("{") else more))
        assert (told["place"], told["line"], told["got"]) == (place, line, "'evil'")
        assert told["expected"].startswith("one of ")

    def test_that_are_unknown_are_told_with_what_would_be_known(self) -> None:
        assert refusal_of(changed("{name: nightly", "{nam: nightly, name: nightly"))["expected"] == (
            "one of handler, name, schedule"
        )

    def test_whose_names_would_write_a_line_of_the_log_are_shown_as_escapes(self) -> None:
        told = refusal_of(changed("format: 1", 'format: 1\n"a\\e[2J\\nroot: logged in": 1'))
        assert told["got"] == "'a\\x1b[2J\\nroot: logged in'"
        inside = refusal_of(changed("    name: Garde", '    "a\\r\\nb\\u202e": {}\n    name: Garde'))
        assert inside["place"] == "translations.fr.a\\r\\nb\\u202e"

    def test_that_stand_around_the_place_give_its_own_line(self) -> None:
        named = changed(
            "    settings.window.title: Jours", "    name.x: [1]\n    settings.window.title: Jours"
        )
        told = refusal_of(named)
        assert (told["place"], told["line"]) == (
            "translations.fr.name.x",
            line_of("    settings.window.title: Jours"),
        )
