# SPDX-License-Identifier: Apache-2.0
"""Access reviews of the platform: each role is answered for by another, and the result is signed."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from cortex import clock
from cortex.access_reviews.answer_platform_role import answer_platform_role
from cortex.access_reviews.cancel_platform_review import cancel_platform_review
from cortex.access_reviews.complete_platform_review import complete_platform_review
from cortex.access_reviews.errors import (
    AnswerMustComeFromAnother,
    EveryMembershipMustBeAnswered,
    MembershipMustBeAsSeen,
    ReviewMustBeOpen,
    ReviewMustBeTheOnlyOne,
)
from cortex.access_reviews.models import PlatformReview, PlatformReviewItem
from cortex.access_reviews.open_platform_review import open_platform_review
from cortex.access_reviews.signed_result import verify_result
from cortex.approvals.approve import approve
from cortex.approvals.models import Proposal
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.identity.revoke_platform_role import revoke_platform_role
from cortex.ports.authorizer import AccessMustBeGranted, StepUpMustComeFirst
from tests.factories.leaves import watched_leaves
from tests.factories.people import CONSOLE, just_signed_in, person
from tests.factories.sessions import sign_in
from tests.integration.cortex.backoffice.administration import page
from tests.integration.cortex.backoffice.policy_texts import platform_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def paula() -> User:
    return platform_administrator("paula")


@pytest.fixture
def pete() -> User:
    return platform_administrator("pete")


def opened(by: User) -> PlatformReview:
    today = clock.now().date()
    return open_platform_review(due_date=today, reason="First quarter", opened_by=just_signed_in(by))


def item_of(user: User) -> PlatformReviewItem:
    return PlatformReviewItem.objects.get(user=user)


def answer(by: User, about: User, word: str = "confirmed") -> None:
    answer_platform_role(item_id=item_of(about).id, answer=word, answered_by=just_signed_in(by))  # type: ignore[arg-type]


class TestPlatformReview:
    def test_is_signed_when_each_role_is_answered_for_by_another(
        self, paula: User, pete: User, tmp_path: Path
    ) -> None:
        with watched_leaves() as log:
            review = opened(paula)
            answer(paula, pete)
            answer(pete, paula)
            signed = complete_platform_review(review_id=review.id, completed_by=just_signed_in(paula))
        assert log.verbs == [
            "access_reviews.platform_review.open",
            "access_reviews.platform_role.confirmed",
            "access_reviews.platform_role.confirmed",
            "access_reviews.platform_review.complete",
        ]
        assert [each["answer"] for each in verify_result(signed.as_file())["memberships"]] == [
            "confirmed"
        ] * 2
        file, told = tmp_path / "result.json", StringIO()
        file.write_bytes(signed.as_file())
        call_command("verify_access_review", str(file), stdout=told)
        assert "of the platform" in told.getvalue()
        with pytest.raises(ReviewMustBeOpen):
            answer(paula, pete, "revoked")

    def test_takes_a_role_away_once_a_second_person_agrees(self, paula: User, pete: User) -> None:
        rita = platform_administrator("rita")
        review = opened(paula)
        answer(paula, pete)
        answer(pete, paula)
        answer(paula, rita, "revoked")
        assert User.objects.get(pk=rita.pk).is_superuser
        with pytest.raises(EveryMembershipMustBeAnswered):
            complete_platform_review(review_id=review.id, completed_by=just_signed_in(paula))
        waiting = Proposal.objects.get()
        approve(
            company_id=None, proposal_id=waiting.id, digest=waiting.digest, approved_by=just_signed_in(pete)
        )
        assert not User.objects.get(pk=rita.pk).is_superuser
        complete_platform_review(review_id=review.id, completed_by=just_signed_in(paula))
        assert item_of(rita).answer == "revoked"

    def test_writes_down_what_ended_meanwhile(self, paula: User, pete: User) -> None:
        review = opened(paula)
        answer(pete, paula)
        revoke_platform_role(user_id=pete.id, role="platform-admin", revoked_by=CONSOLE)
        with pytest.raises(MembershipMustBeAsSeen):
            answer(paula, pete)
        complete_platform_review(review_id=review.id, completed_by=just_signed_in(paula))
        assert item_of(pete).answer == "ended"

    def test_is_answered_by_nobody_for_himself(self, paula: User) -> None:
        opened(paula)
        with pytest.raises(AnswerMustComeFromAnother):
            answer(paula, paula)
        assert item_of(paula).answer == "open"

    def test_is_one_at_a_time(self, paula: User) -> None:
        first = opened(paula)
        with pytest.raises(ReviewMustBeTheOnlyOne):
            opened(paula)
        cancel_platform_review(review_id=first.id, cancelled_by=just_signed_in(paula))
        assert opened(paula).id != first.id

    def test_is_platform_administrators_after_a_fresh_sign_in(self, paula: User) -> None:
        with pytest.raises(AccessMustBeGranted):
            opened(person("charlie"))
        with pytest.raises(StepUpMustComeFirst):
            open_platform_review(due_date=clock.now().date(), reason="", opened_by=principal_of_user(paula))
        assert not PlatformReview.objects.exists()


class TestPages:
    def test_lead_through_a_review(self, paula: User, pete: User) -> None:
        client, day = sign_in(Client(), paula), clock.now().date() + timedelta(days=7)
        root = "/admin/access_reviews/"
        given = {"due_date": day.isoformat(), "reason": "Somebody left"}
        assert client.post(f"{root}platformreview/open/", given).status_code == 302
        review = PlatformReview.objects.get()
        assert "pete" in page(client.get(f"{root}platformreviewitem/"))
        confirmed = client.post(f"{root}platformreviewitem/{item_of(pete).pk}/confirm/", {"note": "Needed"})
        assert confirmed.status_code == 302
        answer(pete, paula)
        assert client.get(f"{root}platformreview/{review.pk}/result/").status_code == 404
        assert client.post(f"{root}platformreview/{review.pk}/complete/").status_code == 302
        assert client.get(f"{root}platformreview/{review.pk}/result/").status_code == 200
