# SPDX-License-Identifier: Apache-2.0
"""A campaign asks for each membership, takes away at once, and ends with a signed result."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from cortex.access_reviews.answer import CONFIRMED, REVOKED
from cortex.access_reviews.cancel_review import cancel_review
from cortex.access_reviews.complete_review import complete_review
from cortex.access_reviews.errors import (
    AnswerMustComeFromAnother,
    EveryMembershipMustBeAnswered,
    MembershipMustBeAsSeen,
    ReviewMustBeOpen,
    ReviewMustBeTheOnlyOne,
    ReviewMustBeWellFormed,
    ReviewMustExist,
)
from cortex.access_reviews.models import AccessReview, AccessReviewItem
from cortex.access_reviews.open_review import open_review
from cortex.access_reviews.selectors import review_with_id
from cortex.access_reviews.signed_result import SignedResult
from cortex.database.transactions import attempt
from cortex.identity.membership_changes import AdministratorMustRemain
from cortex.identity.memberships import membership_in
from cortex.policy.access import AccessMustBeGranted
from cortex.tenancy import scope
from tests.factories.people import create_company, just_signed_in, let_in, member, person
from tests.integration.cortex.access_reviews.reviewing import Reviewed, signing_in
from tests.integration.cortex.events.publishing import audited

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(tmp_path: Path) -> Iterator[Reviewed]:
    reviewed = Reviewed()
    with signing_in(tmp_path), scope([reviewed.company_id]):
        yield reviewed


def completed(given: Reviewed, review: AccessReview) -> SignedResult:
    by = just_signed_in(given.dora)
    return complete_review(company_id=given.company_id, review_id=review.id, completed_by=by)


class TestOpening:
    def test_asks_for_each_member_with_what_is_known_of_them(self, given: Reviewed) -> None:
        review = given.open()
        assert given.words(review) == dict.fromkeys(("alice", "bob", "dora", "erin"), "open")
        erin = given.items(review)["erin"]
        assert (erin.roles, erin.last_sign_in_at) == (["clerk"], None)
        assert audited(given.company_id, "access_reviews.review.open") == 1

    def test_is_refused_to_those_who_only_read(self, given: Reviewed) -> None:
        for user in (given.people.bob, given.erin, given.people.charlie):
            with pytest.raises(AccessMustBeGranted):
                given.open(by=user)
        assert AccessReview.objects.count() == 0

    def test_is_refused_while_another_is_open(self, given: Reviewed) -> None:
        review = given.open()
        with pytest.raises(ReviewMustBeTheOnlyOne):
            given.open()
        assert list(AccessReview.objects.all()) == [review]
        assert AccessReviewItem.objects.count() == 4

    def test_refuses_a_day_that_is_over_and_a_reason_of_two_lines(self, given: Reviewed) -> None:
        for due_date, reason in (
            (given.today - timedelta(days=1), "late"),
            (given.today + timedelta(days=367), "far"),
            (given.today, "two\nlines"),
        ):
            with pytest.raises(ReviewMustBeWellFormed):
                open_review(
                    company_id=given.company_id,
                    due_date=due_date,
                    reason=reason,
                    opened_by=just_signed_in(given.people.alice),
                )
        assert AccessReview.objects.count() == 0


class TestAnswering:
    def test_confirms_and_takes_away_at_once(self, given: Reviewed) -> None:
        review = given.open()
        given.answer(review, given.people.alice, "bob", "dora")
        given.answer(review, given.people.alice, "erin", word="revoked")
        words = {"alice": "open", "bob": "confirmed", "dora": "confirmed", "erin": "revoked"}
        assert given.words(review) == words
        assert membership_in(user_id=given.erin.id, company_id=given.company_id) is None
        assert audited(given.company_id, CONFIRMED) == 2
        assert audited(given.company_id, REVOKED) == 1

    def test_leaves_the_last_administrator(self, given: Reviewed) -> None:
        review = given.open()
        with pytest.raises(AdministratorMustRemain):
            given.answer(review, given.people.alice, "erin", "dora", word="revoked")
        assert set(given.words(review).values()) == {"open"}
        assert {given.erin.id, given.dora.id} <= set(given.members())
        assert audited(given.company_id, "identity.membership.revoked") == 0

    @pytest.mark.parametrize("word", ["confirmed", "revoked"])
    def test_for_oneself_needs_a_second_reviewer(self, given: Reviewed, word: str) -> None:
        review = given.open()
        with pytest.raises(AnswerMustComeFromAnother):
            given.answer(review, given.people.alice, "bob", "alice", word=word)  # type: ignore[arg-type]
        assert set(given.words(review).values()) == {"open"}
        assert given.people.alice.id in given.members()
        given.answer(review, given.dora, "alice")
        assert given.words(review)["alice"] == "confirmed"

    def test_for_oneself_is_refused_by_the_database_too(self, given: Reviewed) -> None:
        item = given.items(given.open())["alice"]
        with pytest.raises(DatabaseError, match="access_review_item_by_another"):
            attempt(
                lambda: AccessReviewItem.objects.filter(id=item.id).update(
                    answer="confirmed", answered_by=f"user:{item.user_id}", answered_at=item.member_since
                )
            )

    def test_is_refused_for_what_changed_after_it_was_shown(self, given: Reviewed) -> None:
        review = given.open()
        let_in(company_id=given.company_id, user_id=given.erin.id, roles=["controller"])
        with pytest.raises(MembershipMustBeAsSeen):
            given.answer(review, given.people.alice, "erin")
        assert given.words(review)["erin"] == "open"
        assert audited(given.company_id, CONFIRMED) == 0
        assert given.see_anew(review) == 1
        with pytest.raises(MembershipMustBeAsSeen):
            given.answer(review, given.people.alice, "erin", seen=frozenset({"clerk"}))
        given.answer(review, given.people.alice, "erin")
        assert given.items(review)["erin"].roles == ["controller"]

    def test_is_given_once(self, given: Reviewed) -> None:
        review = given.open()
        given.answer(review, given.people.alice, "bob")
        with pytest.raises(MembershipMustBeAsSeen):
            given.answer(review, given.dora, "bob", word="revoked")
        assert given.people.bob.id in given.members()

    def test_is_refused_to_those_who_only_read(self, given: Reviewed) -> None:
        review = given.open()
        with pytest.raises(AccessMustBeGranted):
            given.answer(review, given.people.bob, "erin", word="revoked")
        assert given.erin.id in given.members()

    def test_of_nobody_or_of_another_review_is_refused(self, given: Reviewed) -> None:
        review = given.open()
        with pytest.raises(ReviewMustBeWellFormed):
            given.answer(review, given.people.alice)
        with pytest.raises(ReviewMustBeWellFormed):
            given.answer(review, given.people.alice, "bob", "bob")


class TestCompleting:
    def test_signs_what_was_answered_and_closes_the_campaign(self, given: Reviewed) -> None:
        review = given.open()
        given.answer(review, given.people.alice, "bob", "dora")
        given.answer(review, given.people.alice, "erin", word="revoked")
        given.answer(review, given.dora, "alice")
        frank = person("frank")
        let_in(company_id=given.company_id, user_id=frank.id, roles=["viewer"])
        signed = completed(given, review)
        answers = {row["user"]: row["answer"] for row in signed.result["memberships"]}
        assert answers == {
            str(given.people.alice.id): "confirmed",
            str(given.people.bob.id): "confirmed",
            str(given.dora.id): "confirmed",
            str(given.erin.id): "revoked",
        }
        assert [row["user"] for row in signed.result["not_reviewed"]] == [str(frank.id)]
        kept = review_with_id(company_id=given.company_id, review_id=review.id)
        assert (kept.state, bytes(kept.result or b"")) == ("completed", signed.as_file())
        assert audited(given.company_id, "access_reviews.review.complete") == 1
        given.open()

    def test_waits_for_every_answer(self, given: Reviewed) -> None:
        review = given.open()
        given.answer(review, given.people.alice, "bob", "dora", "erin")
        with pytest.raises(EveryMembershipMustBeAnswered, match="got none for 1"):
            completed(given, review)
        assert review_with_id(company_id=given.company_id, review_id=review.id).state == "open"
        assert audited(given.company_id, "access_reviews.review.complete") == 0

    def test_is_refused_when_a_confirmed_membership_changed_since(self, given: Reviewed) -> None:
        review = given.open()
        given.answer(review, given.people.alice, "bob", "dora", "erin")
        given.answer(review, given.dora, "alice")
        let_in(company_id=given.company_id, user_id=given.erin.id, roles=["administrator"])
        with pytest.raises(MembershipMustBeAsSeen):
            completed(given, review)
        given.see_anew(review)
        assert given.words(review)["erin"] == "open"
        given.answer(review, given.people.alice, "erin")
        rows = {row["user"]: row["roles"] for row in completed(given, review).result["memberships"]}
        assert rows[str(given.erin.id)] == ["administrator"]

    def test_leaves_evidence_that_the_database_keeps(self, given: Reviewed) -> None:
        review = given.open()
        given.answer(review, given.people.alice, "bob", "dora", "erin")
        given.answer(review, given.dora, "alice")
        completed(given, review)
        for statement in (
            "UPDATE access_reviews_review SET state = 'cancelled', result = NULL",
            "UPDATE access_reviews_item SET answer = 'revoked'",
            "DELETE FROM access_reviews_item",
        ):
            with pytest.raises(DatabaseError), connection.cursor() as cursor:
                attempt(lambda statement=statement, cursor=cursor: cursor.execute(statement))
        with pytest.raises(ReviewMustBeOpen):
            given.answer(review, given.people.alice, "erin", word="revoked")
        assert given.erin.id in given.members()


class TestCancelling:
    def test_closes_without_a_result(self, given: Reviewed) -> None:
        review = given.open()
        cancel_review(
            company_id=given.company_id,
            review_id=review.id,
            reason="wrong quarter",
            cancelled_by=just_signed_in(given.dora),
        )
        kept = review_with_id(company_id=given.company_id, review_id=review.id)
        assert (kept.state, kept.result) == ("cancelled", None)
        with pytest.raises(ReviewMustBeOpen):
            completed(given, review)
        assert audited(given.company_id, "access_reviews.review.cancel") == 1


class TestAnotherCompany:
    def test_neither_sees_nor_answers(self, given: Reviewed) -> None:
        review = given.open()
        other = create_company(code="OTHER", name="Other")
        olga = member(other, name="olga", role="controller")
        with scope([other.id]):
            assert AccessReview.objects.count() == 0
            with pytest.raises(ReviewMustExist):
                cancel_review(
                    company_id=other.id,
                    review_id=review.id,
                    reason="not mine",
                    cancelled_by=just_signed_in(olga),
                )
        assert review_with_id(company_id=given.company_id, review_id=review.id).state == "open"
