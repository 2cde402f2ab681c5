# SPDX-License-Identifier: Apache-2.0
"""Bounds of settings hold something, schedules come due, and what people read can be seen."""

import pytest

from tests.factories.plugin_manifests import changed, refusal_of


class TestManifest:
    @pytest.mark.parametrize(
        ("old", "new", "place"),
        [
            ('"0 2 * * *"', '"99 ,, - / 77"', "entry_points.jobs.0.schedule"),
            ("    minimum: 1\n", "    minimum: 366\n", "settings.window.minimum"),
            ("    minimum: 1\n", "    length_max: 1\n", "settings.window.length_max"),
            ("    minimum: 1\n", "    choices: [a]\n", "settings.window.choices"),
            ("    length_max: 10\n", "    minimum: 1\n", "settings.mode.minimum"),
            ("    length_max: 10\n", "    maximum: 1\n", "settings.mode.maximum"),
            (
                "    title: Accounts\n",
                "    title: Accounts\n    length_max: 3\n",
                "settings.accounts.length_max",
            ),
            ("    title: Tells by mail\n", '    title: "  "\n', "settings.tells.title"),
            ("name: Duplicate guard\n", 'name: " "\n', "name"),
            ("    name: Garde des doublons\n", '    name: " "\n', "translations.fr.name"),
            ("    title: Mode\n", '    title: "Mo\\nde"\n', "settings.mode.title"),
            ("    default: strict\n", '    default: "a\\nb"\n', "settings.mode.default"),
            (
                "    settings.window.title: Jours\n",
                '    settings.window.title: "J\\nours"\n',
                "translations.fr.settings.window.title",
            ),
        ],
    )
    def test_is_refused_what_holds_nothing(self, old: str, new: str, place: str) -> None:
        assert refusal_of(changed(old, new))["place"] == place

    def test_has_lines_in_descriptions_alone(self) -> None:
        named = '  description:\n    title: "a\\nb"\n    type: string\n  mode:\n'
        assert refusal_of(changed("  mode:\n", named))["place"] == "settings.description.title"
