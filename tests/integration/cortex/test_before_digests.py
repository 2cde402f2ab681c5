# SPDX-License-Identifier: Apache-2.0
"""Verbs of the kernel's rooms with people in them: each leaf begins with what the one before it had left."""

import json
from pathlib import Path

from pytest_django import Settings

from apps.audit.domain.verb_kinds import CHANGES, CREATES
from cortex.access_reviews.cancel_review import cancel_review
from cortex.approvals.reject import reject
from cortex.approvals.withdraw import withdraw
from cortex.canonical_json import canonical_digest
from cortex.identity.credentials import OBJECT_TYPE as CREDENTIALS
from cortex.identity.invitations.invite import invite
from cortex.identity.invitations.resend_invitation import resend_invitation
from cortex.identity.invitations.withdraw_invitation import withdraw_invitation
from cortex.pki.recording import record_issued
from cortex.policy.in_force import IN_FORCE, IN_FORCE_ID, version_digest
from cortex.policy.models import PolicyVersion
from cortex.policy.packaged import VERSION as PACKAGED
from cortex.policy_versions.activate_version import activate_version
from cortex.policy_versions.approve_version import approve_version
from cortex.policy_versions.roll_back import roll_back
from cortex.tenancy.scope import scope
from tests.factories.chain import change_guarded_row, change_row, changes_in, found_at_night, found_of, rows
from tests.factories.people import CONSOLE, just_signed_in
from tests.frame.authority import Estate, now
from tests.frame.clones import Clone
from tests.integration.cortex.access_reviews.reviewing import Reviewed
from tests.integration.cortex.approvals.office import open_office
from tests.integration.cortex.break_glass.emergency import emergency
from tests.integration.cortex.policy_versions.people import (
    NO_CLERKS,
    Administrators,
    administrators,
    simulated,
)

LEAVES = "SELECT body FROM audit_entry WHERE object_type = %s ORDER BY id"


def chained(clone: Clone, *, besides: str = "") -> set[str]:
    """Return the verbs that made or changed something, whose leaves all follow one another.

    The newest of each object says what its row is now, so that the nightly comparison finds nothing,
    besides objects that the factory of the test changed past the program.
    """
    changes, verbs = changes_in(clone)
    assert changes.gaps == []
    assert changes.followed
    assert verbs <= CREATES | CHANGES
    assert [each for each in found_at_night() if each.column != besides] == []
    return verbs


def in_force(people: Administrators, addition: str = NO_CLERKS) -> PolicyVersion:
    """Let one write a version and the other bring it into force."""
    version = simulated(people.alice, addition)
    approve_version(number=version.number, digest=version.digest, approved_by=people.bob)
    return activate_version(number=version.number, activated_by=people.bob)


class TestChain:
    def test_of_emergency_access(self, committed_database: Clone) -> None:
        with emergency() as given:
            access = given.open()
            given.end(access, by="root")
            given.review(access, by="dora")
        names = ("open", "end", "review")
        # The factory gives people addresses past the program.
        assert chained(committed_database, besides=CREDENTIALS) >= {
            f"break_glass.access.{name}" for name in names
        }

    def test_of_emergency_access_that_runs_out(self, committed_database: Clone) -> None:
        with emergency() as given:
            access = given.open()
            given.clock.at = access.expires_at
            given.review(access, by="dora")
        names = ("open", "expire", "review")
        assert chained(committed_database, besides=CREDENTIALS) >= {
            f"break_glass.access.{name}" for name in names
        }

    def test_of_access_reviews(self, committed_database: Clone) -> None:
        given = Reviewed()
        with_reason = {"reason": "wrong quarter", "cancelled_by": just_signed_in(given.dora)}
        with scope([given.company_id]):
            review = given.open()
            cancel_review(company_id=given.company_id, review_id=review.id, **with_reason)
        assert chained(committed_database) >= {"access_reviews.review.open", "access_reviews.review.cancel"}

    def test_of_proposals(self, committed_database: Clone) -> None:
        office = open_office()
        office.approve(office.propose())
        rejected, withdrawn = office.propose(), office.propose()
        company_id = office.company_id
        with office.entered():
            given = {"digest": rejected.digest, "rejected_by": office.who("alice"), "reason": "no"}
            reject(company_id=company_id, proposal_id=rejected.id, **given)
            withdraw(company_id=company_id, proposal_id=withdrawn.id, withdrawn_by=office.who("clara"))
        names = ("propose", "approve", "reject", "withdraw")
        assert chained(committed_database) >= {f"approvals.proposal.{name}" for name in names}

    def test_breaks_where_a_proposal_was_changed_while_it_waited(self, committed_database: Clone) -> None:
        office = open_office()
        waiting = office.propose()
        change_row(
            committed_database,
            "UPDATE approvals_proposal SET content = content || '{\"x\": 1}' WHERE id = %s",
            waiting.id,
        )
        with office.entered():
            given = {"digest": waiting.digest, "rejected_by": office.who("alice"), "reason": "no"}
            reject(company_id=office.company_id, proposal_id=waiting.id, **given)
        (found,) = changes_in(committed_database)[0].gaps
        assert found.startswith(f"approvals.proposal {waiting.id} was changed between leaf ")

    def test_of_invitations(self, committed_database: Clone, settings: Settings) -> None:
        settings.PUBLIC_URL = "https://books.example"
        given = Reviewed()
        by = just_signed_in(given.dora)
        made = invite(company_id=given.company_id, email="x@example.org", roles=["clerk"], invited_by=by)
        resend_invitation(company_id=given.company_id, invitation_id=made, resent_by=by)
        withdraw_invitation(company_id=given.company_id, invitation_id=made, withdrawn_by=by)
        names = ("sent", "resent", "withdrawn")
        assert chained(committed_database) >= {f"identity.invitation.{name}" for name in names}

    def test_of_versions_of_the_policies(self, committed_database: Clone) -> None:
        people = administrators()
        version = simulated(people.alice)
        approve_version(number=version.number, digest=version.digest, approved_by=people.bob)
        names = ("drafted", "validated", "approve")
        verbs = chained(committed_database, besides="identity.user")
        assert verbs >= {f"policy.version.{name}" for name in names}

    def test_of_what_is_in_force(self, committed_database: Clone) -> None:
        people = administrators()
        versions = [in_force(people), in_force(people, "// Another\n" + NO_CLERKS)]
        for number in (versions[0].number, PACKAGED, versions[1].number):
            roll_back(number=number, rolled_back_by=people.bob, reason="it was better")
        changes, verbs = changes_in(committed_database)
        assert changes.gaps == []
        assert "policy.in_force.changed" in verbs
        told = [json.loads(bytes(body)) for (body,) in rows(committed_database, LEAVES, IN_FORCE)]
        first, second = (version_digest(version) for version in versions)
        packaged = canonical_digest({"number": PACKAGED})
        assert [(leaf.get("before"), leaf["digest"], leaf.get("new")) for leaf in told] == [
            (None, packaged, True),
            (packaged, first, None),
            (first, second, None),
            (second, first, None),
            (first, packaged, None),
            (packaged, second, None),
        ]

    def test_breaks_where_policies_came_into_force_past_the_program(self, committed_database: Clone) -> None:
        people = administrators()
        version = in_force(people)
        change_row(
            committed_database,
            "INSERT INTO policy_activation (version_id, reason, activated_by, activated_at)"
            " VALUES (NULL, '', %s, now())",
            people.alice.urn,
        )
        assert found_of(IN_FORCE) == [IN_FORCE_ID]
        roll_back(number=version.number, rolled_back_by=people.bob, reason="who did that?")
        assert found_of(IN_FORCE) == []
        (found,) = changes_in(committed_database)[0].gaps
        assert found.startswith(f"policy.in_force {IN_FORCE_ID} was changed between leaf ")

    def test_breaks_where_the_text_in_force_was_changed(self, committed_database: Clone) -> None:
        people = administrators()
        in_force(people)
        change_guarded_row(
            committed_database,
            "UPDATE policy_version SET text = text || '// and one more'",
            table="policy_version",
        )
        roll_back(number=PACKAGED, rolled_back_by=people.bob, reason="who did that?")
        assert any(gap.startswith("policy.in_force ") for gap in changes_in(committed_database)[0].gaps)

    def test_of_certificates(self, committed_database: Clone, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        web = estate.holding("web")
        record_issued(issued=estate.authority.issued(), recorded_by=CONSOLE, at=now())
        estate.revoke(web)
        record_issued(issued=estate.authority.issued(), recorded_by=CONSOLE, at=now())
        assert chained(committed_database) >= {"pki.certificate.issue", "pki.certificate.revoke"}
