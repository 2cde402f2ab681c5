# SPDX-License-Identifier: Apache-2.0
"""Verbs of the kernel's rooms with people in them: each leaf begins with what the one before it had left."""

from pathlib import Path

from pytest_django import Settings

from apps.audit.domain.verb_kinds import CHANGES, CREATES
from cortex.access_reviews.cancel_review import cancel_review
from cortex.approvals.reject import reject
from cortex.approvals.withdraw import withdraw
from cortex.identity.invitations.invite import invite
from cortex.identity.invitations.resend_invitation import resend_invitation
from cortex.identity.invitations.withdraw_invitation import withdraw_invitation
from cortex.pki.recording import record_issued
from cortex.policy_versions.approve_version import approve_version
from cortex.tenancy.scope import scope
from tests.factories.chain import change_row, changes_in, found_at_night
from tests.factories.people import CONSOLE, just_signed_in
from tests.frame.authority import Estate, now
from tests.frame.clones import Clone
from tests.integration.cortex.access_reviews.reviewing import Reviewed
from tests.integration.cortex.approvals.office import open_office
from tests.integration.cortex.break_glass.emergency import emergency
from tests.integration.cortex.policy_versions.people import administrators, simulated


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


class TestChain:
    def test_of_emergency_access(self, committed_database: Clone) -> None:
        with emergency() as given:
            access = given.open()
            given.end(access, by="root")
            given.review(access, by="dora")
        names = ("open", "end", "review")
        assert chained(committed_database) >= {f"break_glass.access.{name}" for name in names}

    def test_of_emergency_access_that_runs_out(self, committed_database: Clone) -> None:
        with emergency() as given:
            access = given.open()
            given.clock.at = access.expires_at
            given.review(access, by="dora")
        names = ("open", "expire", "review")
        assert chained(committed_database) >= {f"break_glass.access.{name}" for name in names}

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

    def test_of_certificates(self, committed_database: Clone, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        web = estate.holding("web")
        record_issued(issued=estate.authority.issued(), recorded_by=CONSOLE, at=now())
        estate.revoke(web)
        record_issued(issued=estate.authority.issued(), recorded_by=CONSOLE, at=now())
        assert chained(committed_database) >= {"pki.certificate.issue", "pki.certificate.revoke"}
