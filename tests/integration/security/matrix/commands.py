# SPDX-License-Identifier: Apache-2.0
"""Commands that act for a person, as each role and as the console: what comes of each line of the file."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from django.core.management import call_command
from django.db import transaction

from apps.audit.domain.governance.packaged import PACKAGED
from apps.plugins.management.words import OF_THE_PLATFORM
from cortex.approvals.models import Proposal
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.console import ConsoleCommand
from cortex.policy.packaged import packaged_text
from cortex.ports.asking import asking_of
from tests.architecture.test_asking import our_commands
from tests.factories.books import BANK, SALES
from tests.integration.cortex.policy_versions.people import NO_CLERKS
from tests.integration.security.matrix.bodies import JOURNAL
from tests.integration.security.matrix.cast import PEOPLE, Stage
from tests.integration.security.matrix.expectations import groups, let_in
from tests.integration.security.matrix.openers import open_for

EXPECTED = Path(__file__).with_name("expected_commands.yaml")
CONSOLE = "console"
COLUMNS = (*PEOPLE, CONSOLE)
REFUSED, UNKNOWN = "access_must_be_granted", "company_must_exist"
# To them who have no role in it the company of the stage is one that there is not.
STRANGERS = {"plugin-reviewer", "platform-admin", "outsider"}
ACTOR = "{as}"
ACCOUNTS = f"code,name,type\n{BANK},Bank,asset\n{SALES},Sales,income\n"


def told_lines() -> dict[str, dict[str, str]]:
    """Return, by line and column, the outcome that the file says."""
    file = yaml.safe_load(EXPECTED.read_text())
    return {name: _told(name, let_in(words, groups(), COLUMNS)) for name, words in file["lines"].items()}


def _told(line: str, outcomes: Mapping[str, str]) -> dict[str, str]:
    unknown = STRANGERS if " --company ACME" in line else ()
    refused = {column: UNKNOWN if column in unknown else REFUSED for column in COLUMNS}
    return {column: refused[column] if said == "out" else said for column, said in outcomes.items()}


def not_run() -> set[tuple[str, str]]:
    """Return the verbs that the file leaves out."""
    words = (name.split() for name in yaml.safe_load(EXPECTED.read_text())["not_run"])
    return {(command, verb) for command, verb in words}


def verbs_run() -> set[tuple[str, str]]:
    """Return the verbs of which there is a line."""
    return {_verb_of(line.split()) for line in told_lines()}


def verbs_for_people() -> set[tuple[str, str]]:
    """Return every verb of a command that says who acts."""
    return {
        (name, verb)
        for name, command in our_commands().items()
        if isinstance(command, ConsoleCommand) or _takes_a_person(name)
        for verb in asking_of(type(command)) or ()
    } - OF_THE_CONSOLE


# Of a command that takes a person for one of its verbs alone, the others.
OF_THE_CONSOLE = {("evidence", "export-log"), ("evidence", "export-controls")} | {
    ("plugins", verb) for verb in OF_THE_PLATFORM
}


def _takes_a_person(name: str) -> bool:
    return name in ("evidence", "policy")


def _verb_of(words: list[str]) -> tuple[str, str]:
    verbs = asking_of(type(our_commands()[words[0]])) or {}
    return words[0], next((word for word in words[1:] if word in verbs), "*")


def files_in(stage: Stage, directory: Path) -> Mapping[str, str]:
    """Write what commands are given, and return where it stands."""
    contents = {
        "accounts": ACCOUNTS,
        "journal": JOURNAL.decode(),
        "log": "a line\n",
        "rules": PACKAGED.canonical,
        "policies": packaged_text() + NO_CLERKS,
    }
    for name, content in contents.items():
        (directory / name).write_text(content)
    rows = {"exception_id": "audit.controlexception", "party_id": "accounting.partyname"}
    return {
        **{name: str(directory / name) for name in (*contents, "out")},
        **{name: str(stage.row_of(label)) for name, label in rows.items()},
    }


def came_of(line: str, column: str, *, stage: Stage, given: Mapping[str, str]) -> str:
    """Run the line for this column; return "in", "approval" or the last part of the code of a refusal."""
    Path(given["out"]).unlink(missing_ok=True)
    words = _words(line, column, {**stage.values_for(line), **given})
    with transaction.atomic():
        open_for(line, stage)
        waiting = _waiting(stage)
        try:
            call_command(*words, stdout=StringIO(), stderr=StringIO())
            outcome = "approval" if _waiting(stage) > waiting else "in"
        except CortexError as refusal:
            outcome = refusal.code.rpartition(".")[2]
        transaction.set_rollback(True)
    return outcome


def _words(line: str, column: str, values: Mapping[str, Any]) -> list[str]:
    name, *words = line.split()
    actor = [] if column == CONSOLE else ["--as", column]
    if ACTOR not in words:
        words = [ACTOR, *words]
    at = words.index(ACTOR)
    return [name, *(word.format(**values) for word in [*words[:at], *actor, *words[at + 1 :]])]


def _waiting(stage: Stage) -> int:
    with stage.own.entered():
        return transactional(Proposal.objects.filter(state="waiting").count)()
