# SPDX-License-Identifier: Apache-2.0
"""Whether rules fit the program: what it keeps, which fields it has, what it seals, what it asks."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from apps.audit.domain.governance.rules import GovernanceRules

# What the code seals by itself; a rule that says otherwise would be a false promise.
SEALED: Mapping[str, str] = {"audit.AuditDetail.value": "subject", "storage.StoredFile.content": "object"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What rules are held against.

    `data` maps each kind of data to the days that its own room keeps it, None where rules decide, `opened_by`
    to the action that its room asks for before anybody reads it. `personal` are fields whose names say that
    they speak of people. `sealed` maps each field that lies under a key of its company to whether it has a
    blind index.
    """

    data: Mapping[str, int | None]
    fields: Collection[str]
    personal: Collection[str]
    opened_by: Mapping[str, str]
    sealed: Mapping[str, bool] = field(default_factory=dict)


def problems_of(rules: GovernanceRules, *, program: Program) -> list[str]:
    """Return what is wrong in sentences; rules without problems may come into force."""
    return [
        *_twice("data", [rule.data for rule in rules.retention]),
        *_twice("field", [rule.field for rule in rules.fields]),
        *_twice("data to read", [rule.data for rule in rules.access]),
        *_retention(rules, program),
        *_fields(rules, program),
        *_access(rules, program),
    ]


def _twice(what: str, names: list[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{what.capitalize()} {name}: expected one rule, got {count}."


def _retention(rules: GovernanceRules, program: Program) -> Iterator[str]:
    ruled = {rule.data: rule for rule in rules.retention}
    for name in sorted(program.data.keys() - ruled.keys()):
        yield f"Data {name}: expected a rule on how long it is kept, got none."
    for name, rule in ruled.items():
        if name not in program.data:
            yield f"Data {name}: expected data that the program keeps, got an unknown name."
        elif (fixed := program.data[name]) is not None and fixed != rule.keep_days:
            yield f"Data {name}: expected {fixed} days, which its own room keeps it, got {rule.keep_days}."


def _fields(rules: GovernanceRules, program: Program) -> Iterator[str]:
    ruled = {rule.field for rule in rules.fields}
    for name in sorted(set(program.personal) - program.sealed.keys() - ruled):
        yield f"Field {name}: expected a rule, since its name says that it speaks of people, got none."
    for name in sorted(program.sealed.keys() - ruled):
        yield f"Field {name}: expected a rule, since it is sealed, got none."
    for rule in rules.fields:
        sealed = "company" if rule.field in program.sealed else SEALED.get(rule.field, "none")
        if rule.field not in program.fields:
            yield f"Field {rule.field}: expected a field of a model, got none of this name."
        elif rule.key_class != sealed:
            yield f"Field {rule.field}: expected the class {sealed}, as it is sealed, got {rule.key_class}."
        elif rule.blind_index != program.sealed.get(rule.field, False):
            kept, got = ("no", "one") if rule.blind_index else ("a", "none")
            yield f"Field {rule.field}: expected {kept} blind index, as the program keeps it, got {got}."


def _access(rules: GovernanceRules, program: Program) -> Iterator[str]:
    ruled = {rule.data: rule.action for rule in rules.access}
    for name in sorted(program.opened_by.keys() - ruled.keys()):
        yield f"Access to {name}: expected a rule on which action opens it, got none."
    for name, action in ruled.items():
        if name not in program.opened_by:
            yield f"Access to {name}: expected data that the program keeps, got an unknown name."
        elif action != (asked := program.opened_by[name]):
            yield f"Access to {name}: expected {asked}, which its room asks for, got {action}."
