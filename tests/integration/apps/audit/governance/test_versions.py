# SPDX-License-Identifier: Apache-2.0
"""Rules are written by one platform administrator and put in force by two."""

import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command

from apps.audit.adapters.governance.checks import errors_of
from apps.audit.domain.governance.errors import (
    GovernanceMustBeAsProposed,
    GovernanceMustBeSound,
    GovernanceMustChange,
    GovernanceVersionMustExist,
)
from apps.audit.domain.governance.packaged import PACKAGED
from apps.audit.domain.governance.rules import parse_rules
from apps.audit.domain.governance.soundness import Program
from apps.audit.models import GovernanceActivation, GovernanceVersion
from apps.audit.selectors.governance import in_force
from apps.audit.selectors.governance.in_force import rules_in_force
from apps.audit.services.governance.activate_rules import activate_or_propose, activate_rules
from apps.audit.services.governance.write_version import write_version
from cortex.approvals.approve import approve
from cortex.approvals.selectors import proposal_of
from cortex.canonical_json import canonical_json
from cortex.ports.approvals import ProposalRef
from cortex.ports.authorizer import AccessMustBeGranted, ApprovalMustComeFirst
from cortex.ports.principal import Principal
from tests.factories.books import CONSOLE
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_user, just_signed_in, person

pytestmark = pytest.mark.django_db


def text(**periods: int) -> str:
    rules: dict[str, Any] = json.loads(PACKAGED.canonical)
    for rule in rules["retention"]:
        rule["keep_days"] = periods.get(rule["data"].replace(".", "_"), rule["keep_days"])
    return json.dumps(rules)


@pytest.fixture
def paula() -> Principal:
    return just_signed_in(create_user(username="paula", is_platform_administrator=True))


@pytest.fixture
def peter() -> Principal:
    return just_signed_in(create_user(username="peter", is_platform_administrator=True))


def agree(proposal: ProposalRef, by: Principal) -> None:
    approval = approve(company_id=None, proposal_id=proposal.id, digest=proposal.digest, approved_by=by)
    assert approval.failure is None


def proposed(number: int, by: Principal) -> ProposalRef:
    done = activate_or_propose(number=number, reason="Shorter", activated_by=by)
    assert isinstance(done, ProposalRef)
    return done


class TestVersion:
    def test_comes_into_force_by_two_and_goes_back_by_two(self, paula: Principal, peter: Principal) -> None:
        assert (rules_in_force().number, rules_in_force().rules) == (0, PACKAGED)
        version = write_version(text=text(jobs_job=30), note="Shorter", written_by=paula)
        assert (version.number, rules_in_force().number) == (1, 0)
        proposal = proposed(1, paula)
        told = proposal_of(company_id=None, proposal_id=proposal.id, reader=None).summary
        assert told[0] == "jobs.job: 732 days, delete -> 30 days, delete"
        assert rules_in_force().number == 0
        agree(proposal, peter)
        kept = {rule.data: rule.keep_days for rule in rules_in_force().rules.retention}
        assert (rules_in_force().number, kept["jobs.job"]) == (1, 30)
        agree(proposed(0, peter), paula)
        assert rules_in_force().number == 0

    def test_leaves_a_leaf_that_fixes_which_rules_came_into_force_and_why(
        self, paula: Principal, peter: Principal
    ) -> None:
        rules = write_version(text=text(jobs_job=30), note="", written_by=paula).digest
        proposal = proposed(1, paula)
        with watched_leaves() as log:
            agree(proposal, peter)
        fixed = canonical_json({"number": 1, "rules": rules, "reason": "Shorter"})
        activation = GovernanceActivation.objects.get()
        (leaf,) = [record for record in log.records if record.verb == "audit.governance.activate"]
        assert (leaf.object_type, leaf.object_id) == ("audit.governance_activation", activation.id)
        assert leaf.digest == hashlib.sha256(fixed).hexdigest()

    def test_that_a_release_changed_while_it_waited_does_not_come_into_force(
        self, paula: Principal, peter: Principal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_version(text=text(jobs_job=30), note="", written_by=paula)
        agree(proposed(1, paula), peter)
        waiting = proposed(0, paula)
        monkeypatch.setattr(in_force, "PACKAGED", parse_rules(text(jobs_job=9)))
        approval = approve(company_id=None, proposal_id=waiting.id, digest=waiting.digest, approved_by=peter)
        assert isinstance(approval.failure, GovernanceMustBeAsProposed)
        assert (rules_in_force().number, GovernanceActivation.objects.count()) == (1, 1)

    @pytest.mark.parametrize("who", ["paula", "console"])
    def test_is_put_in_force_by_nobody_alone(self, paula: Principal, who: str) -> None:
        write_version(text=text(jobs_job=30), note="", written_by=paula)
        with pytest.raises(ApprovalMustComeFirst):
            activate_rules(number=1, reason="Now", activated_by={"paula": paula, "console": CONSOLE}[who])
        assert GovernanceActivation.objects.count() == 0

    def test_is_written_by_nobody_else(self) -> None:
        with pytest.raises(AccessMustBeGranted):
            write_version(text=text(), note="", written_by=just_signed_in(person("charlie")))
        assert GovernanceVersion.objects.count() == 0

    def test_that_does_not_fit_the_program_is_not_kept(self, paula: Principal) -> None:
        with pytest.raises(GovernanceMustBeSound, match=r"policy\.decision: expected 550 days"):
            write_version(text=text(policy_decision=9), note="", written_by=paula)
        assert GovernanceVersion.objects.count() == 0

    @pytest.mark.parametrize(
        ("number", "error"), [(7, GovernanceVersionMustExist), (0, GovernanceMustChange)]
    )
    def test_that_is_unknown_or_in_force_is_refused(
        self, paula: Principal, number: int, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            proposed(number, paula)


class TestCheck:
    def test_finds_nothing_in_this_release(self) -> None:
        assert run_checks(tags=["governance"]) == []

    def test_stops_a_program_that_keeps_what_no_rule_names(self) -> None:
        found = errors_of(Program(data={"a.dog": None}, fields=(), personal=(), opened_by={}))
        assert found[0].msg == "Data a.dog: expected a rule on how long it is kept, got none."
        assert {error.id for error in found} == {"audit.E001"}


class TestCommand:
    def run(self, *words: str) -> str:
        out = StringIO()
        call_command("governance", "--as", "paula", *words, stdout=out)
        return out.getvalue()

    def test_leads_from_a_file_to_a_proposal(self, paula: Principal, tmp_path: Path) -> None:
        rules = tmp_path / "rules.json"
        rules.write_text(self.run("show", "0"))
        assert self.run("write", "--file", str(rules), "--note", "As shipped") == "version 1\n"
        assert self.run("activate", "1", "--reason", "Ours").startswith("proposed ")
        assert self.run("list").splitlines() == [f"  1 {paula.urn} As shipped", "* 0 packaged"]
