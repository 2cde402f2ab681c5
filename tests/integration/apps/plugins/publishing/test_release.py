# SPDX-License-Identifier: Apache-2.0
"""From what was sent in to a release, and who must be somebody else at each step."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.plugins.domain.errors import BundleMustBeAttested
from apps.plugins.domain.marketplace.publishing_errors import (
    AnotherPersonMustDecide,
    ReleaseMustStand,
    SubmissionMustBeNew,
    SubmissionMustComeSoFar,
    SubmissionMustExist,
)
from apps.plugins.models import Release, Submission
from apps.plugins.services.marketplace.begin_review import check_again
from apps.plugins.services.marketplace.confirm_submission import confirm_submission
from apps.plugins.services.marketplace.decide_submission import approve_submission, reject_submission
from apps.plugins.services.marketplace.release_submission import release_submission
from apps.plugins.services.marketplace.revoke_publisher_key import revoke_publisher_key
from apps.plugins.services.marketplace.withdraw_release import withdraw_release
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.ports.authorizer import AccessMustBeGranted, StepUpMustComeFirst
from cortex.ports.principal import Principal
from tests.factories.people import just_signed_in, person
from tests.factories.publishing import TICKED, Market, attested, manifest_text, reviewer, signer


class TestRelease:
    def test_goes_through_every_step(self, market: Market) -> None:
        row = market.submit()
        assert row.state == "checking"
        assert market.checked(row).state == "reviewable"
        assert market.approve(row).state == "approved"
        assert market.confirm(row).state == "confirmed"
        release = market.release(row)
        assert (str(release), release.standing) == ("com.example.guard 1.0.0", "released")
        assert (Submission.objects.get().state, release.published_at) == ("released", None)

    @pytest.mark.parametrize("step", ["approve", "confirm", "release"])
    def test_leaves_out_no_step(self, market: Market, step: str) -> None:
        row = market.submit()
        if step != "approve":
            market.checked(row)
        if step == "release":
            market.approve(row)
        # What is built and not approved is there to be signed, and is not taken.
        do = {"approve": market.approve, "confirm": market.confirm, "release": market.release}[step]
        with pytest.raises(SubmissionMustComeSoFar):
            do(row)

    def test_of_what_failed_a_check_is_not_approved(self, market: Market) -> None:
        row = market.checked(market.submit(), failing="secrets")
        assert row.state == "failed"
        with pytest.raises(SubmissionMustComeSoFar):
            market.approve(row)

    def test_that_was_rejected_stays_so(self, market: Market) -> None:
        row = market.checked(market.submit())
        by = just_signed_in(market.rita)
        reject_submission(submission_id=row.id, reason="It reads too much.", rejected_by=by)
        with pytest.raises(SubmissionMustComeSoFar):
            check_again(submission_id=row.id, asked_by=by)
        assert row.decisions.get().reason == "It reads too much."


class TestAnotherPerson:
    def test_approves(self, market: Market) -> None:
        row = market.checked(market.submit())
        User.objects.filter(id=market.paula.id).update(is_plugin_reviewer=True)
        with pytest.raises(AccessMustBeGranted):
            approve_submission(
                submission_id=row.id, checklist=TICKED, approved_by=just_signed_in(market.paula)
            )
        assert Submission.objects.get().state == "reviewable"

    @pytest.mark.parametrize("earlier", ["paula", "rita"])
    def test_releases(self, market: Market, earlier: str) -> None:
        row = market.checked(market.submit())
        market.approve(row)
        market.confirm(row)
        User.objects.filter(username=earlier).update(is_superuser=True)
        with pytest.raises(AccessMustBeGranted):
            release_submission(
                submission_id=row.id, released_by=just_signed_in(User.objects.get(username=earlier))
            )
        assert not Release.objects.exists()

    def test_is_asked_whatever_policies_say(self, market: Market) -> None:
        """The console may do everything by policy, and is no person."""
        row = market.checked(market.submit())
        console = Principal.service("console")
        with pytest.raises(AnotherPersonMustDecide):
            approve_submission(submission_id=row.id, checklist=TICKED, approved_by=console)
        market.approve(row)
        market.confirm(row)
        with pytest.raises(AnotherPersonMustDecide):
            release_submission(submission_id=row.id, released_by=console)

    def test_is_asked_by_the_database(self, market: Market) -> None:
        row = market.checked(market.submit())
        with pytest.raises(IntegrityError, match="by_another"), transaction.atomic():
            Submission.objects.filter(id=row.id).update(
                state="approved", approved_by=row.submitted_by, approved_at=row.submitted_at
            )

    def test_reviews_with_the_role_alone(self, market: Market) -> None:
        row = market.checked(market.submit())
        with pytest.raises(AccessMustBeGranted):
            approve_submission(
                submission_id=row.id, checklist=TICKED, approved_by=just_signed_in(market.dana)
            )
        market.approve(row)
        market.confirm(row)
        with pytest.raises(AccessMustBeGranted):
            release_submission(submission_id=row.id, released_by=just_signed_in(reviewer("rob")))

    def test_signs_in_anew_to_release(self, market: Market) -> None:
        row = market.checked(market.submit())
        market.approve(row)
        market.confirm(row)
        with pytest.raises(StepUpMustComeFirst):
            release_submission(submission_id=row.id, released_by=principal_of_user(market.dana))


class TestPublishersSignature:
    def test_is_asked_of_a_key_that_counts(self, market: Market) -> None:
        row = market.checked(market.submit())
        market.approve(row)
        with pytest.raises(BundleMustBeAttested):
            market.confirm(row, key=2)
        assert Submission.objects.get().state == "approved"

    def test_is_about_what_was_built_here(self, market: Market) -> None:
        """A signed attestation of other members, with the same id, version and rights."""
        row, other = market.checked(market.submit()), market.checked(market.submit(manifest=other_version()))
        market.approve(row)
        with pytest.raises(BundleMustBeAttested):
            confirm_submission(
                submission_id=row.id,
                attestation=attested(other, key=1),
                confirmed_by=just_signed_in(market.paula),
            )

    def test_is_another_persons_no_business(self, market: Market) -> None:
        row = market.checked(market.submit())
        market.approve(row)
        with pytest.raises(SubmissionMustExist):
            confirm_submission(
                submission_id=row.id,
                attestation=attested(row, key=1),
                confirmed_by=just_signed_in(person("eve")),
            )

    def test_counts_no_more_when_its_key_was_revoked_before_the_release(self, market: Market) -> None:
        row = market.checked(market.submit())
        market.approve(row)
        market.confirm(row)
        market.prove(namespace="com.example", key=2, by=just_signed_in(market.paula))
        revoke_publisher_key(
            namespace="com.example",
            keyid=signer(1).public_key.keyid,
            reason="The laptop is gone.",
            revoked_by=just_signed_in(market.paula),
        )
        with pytest.raises(BundleMustBeAttested):
            market.release(row)


class TestVersions:
    def test_only_go_on(self, market: Market) -> None:
        late = market.checked(market.submit())
        market.approve(late)
        market.confirm(late)
        market.released(version="2.0.0")
        with pytest.raises(SubmissionMustBeNew):
            market.submit(manifest=manifest_text(version="1.5.0"))
        # It was under way when the greater one came out.
        with pytest.raises(SubmissionMustBeNew):
            market.release(late)


class TestWithdrawal:
    def test_is_the_authors_and_the_administrators(self, market: Market) -> None:
        release = market.released()
        for by, is_revoked in ((market.paula, False), (market.dana, True)):
            row = withdraw(release, by, is_revoked=is_revoked)
            assert row.standing == ("revoked" if is_revoked else "yanked")

    def test_is_nobody_elses(self, market: Market) -> None:
        release = market.released()
        for by in (market.rita, person("eve")):
            with pytest.raises(AccessMustBeGranted):
                withdraw(release, by, is_revoked=True)

    def test_of_a_revoked_release_is_for_good(self, market: Market) -> None:
        release = market.released()
        withdraw(release, market.dana, is_revoked=True)
        with pytest.raises(ReleaseMustStand):
            withdraw(release, market.dana, is_revoked=False)
        with pytest.raises(Exception, match="has ended"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE plugins_release SET standing = 'yanked'")


def other_version() -> bytes:
    return manifest_text(version="1.0.1")


def withdraw(release: Release, by: User, *, is_revoked: bool) -> Release:
    return withdraw_release(
        plugin_id=release.plugin_id,
        version=release.version,
        reason="A hole.",
        is_revoked=is_revoked,
        withdrawn_by=just_signed_in(by),
    )
