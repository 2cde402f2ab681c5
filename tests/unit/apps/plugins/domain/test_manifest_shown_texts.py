# SPDX-License-Identifier: Apache-2.0
"""People who decide about a plugin see all that stands in its texts."""

import pytest

from apps.plugins.domain.read_manifest import read_manifest
from tests.factories.plugin_manifests import changed, line_of, refusal_of


class TestShownTexts:
    @pytest.mark.parametrize(
        ("hidden", "name"),
        [
            ("\\u202e", "RIGHT-TO-LEFT OVERRIDE"),
            ("\\u2066", "LEFT-TO-RIGHT ISOLATE"),
            ("\\u200b", "ZERO WIDTH SPACE"),
            ("\\u200d", "ZERO WIDTH JOINER"),
            ("\\ufeff", "ZERO WIDTH NO-BREAK SPACE"),
            ("\\u00ad", "SOFT HYPHEN"),
            ("\\u3164", "HANGUL FILLER"),
            ("\\u2800", "BRAILLE PATTERN BLANK"),
            ("\\ufe0f", "VARIATION SELECTOR-16"),
            ("\\U000e0100", "VARIATION SELECTOR-17"),
            ("\\u034f", "COMBINING GRAPHEME JOINER"),
            ("\\U000e0041", "TAG LATIN CAPITAL LETTER A"),
            ("\\u2028", "LINE SEPARATOR"),
            ("\\e", "U+001B"),
            ("\\0", "U+0000"),
            ("\\r", "U+000D"),
            ("\\x85", "U+0085"),
            ("\\ue000", "U+E000"),
            ("\\uffff", "U+FFFF"),
            ("e\\u0301", "a sequence that is not in normal form C"),
        ],
    )
    @pytest.mark.parametrize(
        ("old", "place"),
        [
            ("name: Duplicate guard", "name"),
            ("title: Mode", "settings.mode.title"),
            ("description: Older entries are not compared.", "settings.window.description"),
            ("name: Garde des doublons", "translations.fr.name"),
        ],
    )
    def test_hold_nothing_that_people_do_not_see(self, old: str, place: str, hidden: str, name: str) -> None:
        told = refusal_of(changed(old, f'{old.partition(":")[0]}: "a{hidden}b"'))
        assert told == {
            "place": place,
            "line": line_of(old),
            "expected": "text without hidden characters",
            "got": repr(name),
        }

    @pytest.mark.parametrize(
        ("old", "new", "place"),
        [
            ("name: Duplicate guard", 'name: "Duplicate\\nguard"', "name"),
            ("choices: [strict, loose]", 'choices: [strict, "lo\\u200bose"]', "settings.mode.choices.1"),
            ("settings.window.title: Jours", '"settings.window.\\u202etitle": Jours', "translations.fr"),
            (
                "settings.window.title: Jours",
                'settings.window.title: "Jours\\n"',
                "translations.fr.settings.window.title",
            ),
        ],
    )
    def test_are_held_to_it_wherever_they_stand(self, old: str, new: str, place: str) -> None:
        told = refusal_of(changed(old, new))
        assert (told["place"], told["expected"]) == (place, "text without hidden characters")

    def test_may_have_lines_where_they_describe(self) -> None:
        read = read_manifest(
            changed("description: Older entries are not compared.", 'description: "Older:\\nnot compared."')
        )
        assert read.settings["window"].description == "Older:\nnot compared."

    def test_may_be_written_in_any_language(self) -> None:
        assert read_manifest(changed("Garde des doublons", "« Doublons » – 重複 – كاشف")).translations == {
            "fr": {"name": "« Doublons » – 重複 – كاشف", "settings.window.title": "Jours"}
        }

    def test_do_not_let_a_function_end_in_a_line_because_its_verb_describes(self) -> None:
        told = refusal_of(
            changed("accounting.journal_entry.post: on_post", 'accounting.description: "on_post\\n"')
        )
        assert told["place"] == "entry_points.validators.accounting.description"
