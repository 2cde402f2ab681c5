# SPDX-License-Identifier: Apache-2.0
"""Whoever writes policies is told what is wrong and where, as an editor counts lines and columns."""

import pytest

from cortex.policy.packaged import packaged_text
from cortex.policy.policy_text import TEXT_MAX
from cortex.policy.text_problems import problems_in, statements_of

SOUND = '@id("test.sound")\n@title("Sound; with a // semicolon")\npermit (principal, action, resource);\n'


def places(text: str) -> list[tuple[int, int]]:
    return [(problem.line, problem.column) for problem in problems_in(text)]


class TestProblems:
    def test_are_none_in_what_the_program_brings_along(self) -> None:
        assert problems_in(packaged_text()) == []

    def test_of_a_missing_comma_stand_at_the_word_behind_it(self) -> None:
        text = (
            SOUND
            + '\n@id("test.action")\n@title("No comma after action")\nforbid (principal action, resource);'
        )
        (problem,) = problems_in(text)
        assert (problem.line, problem.column) == (7, 19)
        assert (problem.policy_id, "unexpected token `action`" in problem.message.lower()) == (
            "test.action",
            True,
        )

    def test_of_each_statement_are_told_together(self) -> None:
        broken = "permit (principal, action resource);\n"
        assert places(broken + SOUND + broken) == [(1, 27), (5, 27)]

    def test_of_an_end_too_early_stand_at_the_end(self) -> None:
        assert places(SOUND + "permit (principal, action") == [(4, 26)]

    def test_of_an_unknown_role_stand_at_the_role(self) -> None:
        text = (
            '@id("test.role")\n@title("A typing error")\npermit (principal, action, resource)\n'
            'when { principal in Cortex::Role::"viewr" };'
        )
        (problem,) = problems_in(text)
        assert (problem.line, problem.policy_id) == (4, "test.role")
        assert "viewr" in problem.message

    def test_of_an_unknown_action_stand_in_its_policy(self) -> None:
        head = '@id("test.act")\n@title("x")\n'
        text = f'{SOUND}{head}permit (principal, action == Cortex::Action::"no.such", resource);'
        (problem,) = problems_in(text)
        assert (problem.line, problem.policy_id) == (6, "test.act")
        assert problem.message.startswith("unrecognized action")

    def test_of_a_policy_without_a_title_name_it(self) -> None:
        text = SOUND + '\n@id("test.untitled")\npermit (principal, action, resource);'
        (problem,) = problems_in(text)
        assert (problem.line, problem.policy_id) == (5, "test.untitled")

    def test_of_two_policies_with_one_id_are_found(self) -> None:
        assert "test.sound twice" in problems_in(SOUND + SOUND)[0].message

    def test_of_a_text_too_long_are_found_without_reading_it(self) -> None:
        (problem,) = problems_in("x" * (TEXT_MAX + 1))
        assert "256,000 are the most" in problem.message

    @pytest.mark.parametrize("text", ["", "  \n// only a remark\n"])
    def test_are_none_in_a_text_without_policies(self, text: str) -> None:
        assert problems_in(text) == []


class TestStatements:
    def test_end_at_semicolons_outside_strings_and_remarks(self) -> None:
        text = '// one; remark\n@id("a;b") permit (principal, action, resource); // two;\nforbid (x);'
        assert [each.text for each in statements_of(text)] == [
            '@id("a;b") permit (principal, action, resource);',
            "forbid (x);",
        ]
