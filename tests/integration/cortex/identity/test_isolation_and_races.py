# SPDX-License-Identifier: Apache-2.0
"""What only shows when commits are real: who sees which membership, and who wins a link."""

from cortex import clock
from cortex.database.transactions import transactional
from cortex.identity.models import Membership, User
from cortex.identity.one_time_sign_in import OneTimeSignInMustBeUnused, issue_one_time_sign_in, sign_in_once
from cortex.identity.sign_in_attempts import SignInMustNotBeGuessed, count_attempt, name_subject
from cortex.tenancy import scope
from tests.factories.people import cast, create_company, create_user, let_in, person
from tests.frame.clones import Clone
from tests.frame.threads import outcome, together


class TestMembership:
    def test_is_seen_in_its_company_only(self, committed_database: Clone) -> None:
        people = cast()
        other = create_company(code="OTHER", name="Other")
        let_in(company_id=other.id, user_id=person("dora").id, roles=["viewer"])
        count = transactional(Membership.objects.count)
        assert count() == 0
        with scope([people.company.id]):
            assert count() == 2
        with scope([other.id]):
            assert count() == 1


class TestOneTimeSignIn:
    def test_lets_one_of_many_simultaneous_clicks_win(self, committed_database: Clone) -> None:
        user = create_user(username="alice")
        token = issue_one_time_sign_in(user=user, at=clock.now())

        def click() -> User:
            return sign_in_once(token=token, at=clock.now())

        results = together([outcome(click, OneTimeSignInMustBeUnused)] * 8)
        won = [each for each in results if isinstance(each, User)]
        assert won == [user]


class TestGuessing:
    def test_of_many_at_once_is_bounded_as_one_after_the_other(self, committed_database: Clone) -> None:
        subject, at = name_subject("alice"), clock.now()

        def guess() -> None:
            count_attempt(subjects=[subject], at=at)

        results = together([outcome(guess, SignInMustNotBeGuessed)] * 24)
        refused = [each for each in results if isinstance(each, SignInMustNotBeGuessed)]
        assert (results.count(None), len(refused)) == (subject.failures_max, 24 - subject.failures_max)
