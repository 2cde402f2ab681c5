# SPDX-License-Identifier: Apache-2.0
"""What people do by commands, or by two: each by a policy of its own, without which nothing is done."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from io import StringIO
from pathlib import Path
from zipfile import is_zipfile

import pytest
from django.core.management import call_command
from django.db import transaction

from apps.audit.domain.governance.packaged import PACKAGED
from apps.audit.services.compliance.exception_kind import EXCEPTION_KIND
from cortex.approvals.models import Proposal
from cortex.ports.authorizer import AccessMustBeGranted
from tests.factories.policies import without
from tests.integration.security.matrix.cast import Stage
from tests.integration.security.matrix.objects import PACK

pytestmark = pytest.mark.slow


def export_evidence(stage: Stage, out: Path) -> None:
    """Write an archive of the whole company as its controller."""
    of_the_company = ("--company", stage.own.code, "--as", "controller")
    size = stage.values["tree_size"]
    words = ("export", *of_the_company, "--checkpoint", size, "--out", str(out))
    call_command("evidence", *words, stdout=StringIO(), stderr=StringIO())


# By policy, what nobody does without it; it writes a file.
COMMANDS: dict[str, Callable[[Stage, Path], None]] = {"audit.watchers_export_evidence": export_evidence}


def printed(*words: str) -> str:
    """Return the first word of what the command says came of it, or that it was refused."""
    out = StringIO()
    try:
        call_command(*words, stdout=out, stderr=StringIO())
    except AccessMustBeGranted:
        return "refused"
    return out.getvalue().split()[0]


def hold_the_company(stage: Stage, directory: Path) -> str:
    """Ask for a legal hold as the company's controller."""
    hold = ("hold", "--reason", "A lawsuit")
    return printed("privacy", "--company", stage.own.code, "--as", "controller", *hold)


def renew_keys(stage: Stage, directory: Path) -> str:
    """Bring what is sealed under the latest keys, as the company's controller."""
    return printed("renew_keys", "--company", stage.own.code, "--as", "controller")


def put_rules_in_force(stage: Stage, directory: Path) -> str:
    """Write the rules that are in force once more and put them in force, as one platform administrator."""
    rules = directory / "rules.json"
    rules.write_text(PACKAGED.canonical)
    asked = ("governance", "--as", "platform-admin")
    assert printed(*asked, "write", "--file", str(rules)) == "version"
    return printed(*asked, "activate", "2", "--reason", "The same again")


def let_a_control_fail(stage: Stage, directory: Path) -> str:
    """Ask for an exception on its page; no command does it."""
    tomorrow = (stage.set_at + timedelta(days=1)).date().isoformat()
    asked = {"control": f"{PACK}/CC6.1", "ends_date": tomorrow, "reason": "New laptops"}
    waiting = Proposal.objects.filter(kind=EXCEPTION_KIND).count()
    session = stage.who["platform-admin"].session
    answer = session.post("/admin/audit/controlexception/ask/", asked, HTTP_HOST="localhost")
    assert answer.status_code == 302, answer.content
    return "proposed" if Proposal.objects.filter(kind=EXCEPTION_KIND).count() > waiting else "not proposed"


# By policy: what somebody does, what comes of it, and what would come of it without the policy.
VERBS: dict[str, tuple[Callable[[Stage, Path], str], str, str]] = {
    "audit.erasures_and_holds_need_a_second_person": (hold_the_company, "proposed", "done"),
    "audit.keepers_erase_and_hold": (hold_the_company, "proposed", "refused"),
    "audit.administrators_renew_keys": (renew_keys, "job", "refused"),
    "audit.exceptions_need_a_second_person": (let_a_control_fail, "proposed", "not proposed"),
    "audit.rules_come_into_force_by_two": (put_rules_in_force, "proposed", "done"),
}


class TestCommand:
    @pytest.mark.parametrize("policy", COMMANDS)
    def test_writes_nothing_without_its_policy_and_an_archive_with_it(
        self, policy: str, stage: Stage, tmp_path: Path
    ) -> None:
        out = tmp_path / "archive.zip"
        with transaction.atomic():
            with without(policy), pytest.raises(AccessMustBeGranted):
                COMMANDS[policy](stage, out)
            assert not out.exists()
            COMMANDS[policy](stage, out)
            transaction.set_rollback(True)
        assert is_zipfile(out)

    @pytest.mark.parametrize("policy", VERBS)
    def test_does_by_its_policy_what_it_would_not_do_without(
        self, policy: str, stage: Stage, tmp_path: Path
    ) -> None:
        does, told, told_without = VERBS[policy]
        outcomes = []
        for other in (without(policy), nullcontext()):
            with transaction.atomic(), other:
                outcomes.append(does(stage, tmp_path))
                transaction.set_rollback(True)
        assert outcomes == [told_without, told]
