# SPDX-License-Identifier: Apache-2.0
"""Rules are read strictly, and are held against what the program keeps, has, seals and asks."""

import json
from dataclasses import replace
from typing import Any

import pytest

from apps.audit.domain.governance.errors import GovernanceMustBeWellFormed
from apps.audit.domain.governance.packaged import PACKAGED
from apps.audit.domain.governance.rules import BYTES_MAX, GovernanceRules, parse_rules
from apps.audit.domain.governance.soundness import Program, problems_of
from apps.audit.selectors.governance.program import running_program
from cortex.policy.actions import declared_actions
from cortex.ports.retention import all_retained

PROGRAM = Program(
    data={"jobs.job": None, "policy.decision": 550},
    fields={"storage.StoredFile.content", "identity.User.email", "accounting.PartyName.name"},
    personal=["identity.User.email"],
    opened_by={"jobs.job": "jobs.job.read"},
    sealed={"accounting.PartyName.name": True},
)
SOUND: dict[str, Any] = {
    "retention": [
        {"data": "jobs.job", "legal_basis": "interest", "keep_days": 30, "action": "delete"},
        {"data": "policy.decision", "legal_basis": "interest", "keep_days": 550, "action": "delete"},
    ],
    "fields": [
        {"field": "storage.StoredFile.content", "key_class": "object", "blind_index": False, "why": "files"},
        {"field": "identity.User.email", "key_class": "none", "blind_index": False, "why": "sign-in"},
        {"field": "accounting.PartyName.name", "key_class": "company", "blind_index": True, "why": "names"},
    ],
    "access": [{"data": "jobs.job", "action": "jobs.job.read"}],
}


def changed(part: str, place: int, **given: Any) -> GovernanceRules:
    rules = {name: [dict(rule) for rule in rules] for name, rules in SOUND.items()}
    rules[part][place] |= given
    return parse_rules(json.dumps(rules))


class TestParsing:
    def test_reads_what_it_wrote(self) -> None:
        assert parse_rules(PACKAGED.canonical) == PACKAGED
        assert parse_rules(PACKAGED.model_dump_json(indent=2)).digest == PACKAGED.digest

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("no json", "at the text: Invalid JSON"),
            ('{"retention": [], "fields": []}', "at access: Field required"),
            (json.dumps({**SOUND, "more": []}), "at more: Extra inputs"),
            (
                json.dumps({**SOUND, "access": [{"data": "a", "action": 1}]}),
                "at access.0.action: Input should",
            ),
            (" " * (BYTES_MAX + 1), "a text of more than"),
        ],
        ids=["no JSON", "a part missing", "a part too many", "no text", "too long"],
    )
    def test_refuses(self, text: str, told: str) -> None:
        with pytest.raises(GovernanceMustBeWellFormed) as refused:
            parse_rules(text)
        assert told in refused.value.message


class TestSoundness:
    def test_of_sound_rules_is_no_problem(self) -> None:
        assert problems_of(parse_rules(json.dumps(SOUND)), program=PROGRAM) == []

    @pytest.mark.parametrize(
        ("rules", "problem"),
        [
            (changed("retention", 0, data="jobs.dog"), "Data jobs.job: expected a rule on how long"),
            (changed("retention", 0, data="jobs.dog"), "Data jobs.dog: expected data that the program keeps"),
            (changed("retention", 1, keep_days=9), "Data policy.decision: expected 550 days"),
            (changed("retention", 1, data="jobs.job"), "Data jobs.job: expected one rule, got 2"),
            (changed("fields", 1, field="identity.User.dog"), "Field identity.User.dog: expected a field"),
            (changed("fields", 1, field="identity.User.dog"), "Field identity.User.email: expected a rule"),
            (changed("fields", 0, key_class="none"), "StoredFile.content: expected the class object"),
            (changed("fields", 1, key_class="subject"), "User.email: expected the class none"),
            (changed("fields", 1, blind_index=True), "User.email: expected no blind index"),
            (changed("fields", 2, blind_index=False), "PartyName.name: expected a blind index"),
            (changed("fields", 2, key_class="none"), "PartyName.name: expected the class company"),
            (
                changed("fields", 2, field="identity.User.email"),
                "PartyName.name: expected a rule",
            ),
            (
                changed("access", 0, action="jobs.job.eat"),
                "jobs.job: expected jobs.job.read, which",
            ),
            (changed("access", 0, data="jobs.dog"), "Access to jobs.job: expected a rule on which action"),
            (changed("access", 0, data="jobs.dog"), "Access to jobs.dog: expected data that the program"),
        ],
    )
    def test_of_others_is_told_in_a_sentence(self, rules: GovernanceRules, problem: str) -> None:
        assert [told for told in problems_of(rules, program=PROGRAM) if problem in told]


class TestPackagedRules:
    def test_fit_the_program(self) -> None:
        assert problems_of(PACKAGED, program=running_program()) == []

    def test_name_actions_that_are_declared(self) -> None:
        assert {kind.read_action for kind in all_retained()} <= {each.code for each in declared_actions()}

    def test_miss_a_personal_field_that_nobody_declared(self) -> None:
        program = running_program()
        wider = replace(
            program,
            fields={*program.fields, "testing.Note.email"},
            personal=[*program.personal, "testing.Note.email"],
        )
        (problem,) = problems_of(PACKAGED, program=wider)
        assert problem.startswith("Field testing.Note.email: expected a rule")
