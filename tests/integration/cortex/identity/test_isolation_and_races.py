# SPDX-License-Identifier: Apache-2.0
"""What only shows when commits are real: who sees which membership, and who wins a link."""

import threading

from django.db import connection

from cortex import clock
from cortex.database.transactions import transactional
from cortex.identity.memberships import grant_membership
from cortex.identity.models import Membership
from cortex.identity.one_time_sign_in import OneTimeSignInMustBeUnused, issue_one_time_sign_in, sign_in_once
from cortex.identity.sign_in_attempts import SignInMustNotBeGuessed, count_attempt, name_subject
from cortex.identity.users import create_user
from cortex.tenancy import scope
from cortex.tenancy.companies import create_company
from tests.factories.people import cast, person
from tests.frame.clones import Clone


class TestMembership:
    def test_is_seen_in_its_company_only(self, committed_database: Clone) -> None:
        people = cast()
        other = create_company(code="OTHER", name="Other")
        grant_membership(company_id=other.id, user_id=person("dora").id, roles=["viewer"])
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
        start, won = threading.Barrier(8), []

        def click() -> None:
            start.wait(timeout=10)
            try:
                won.append(sign_in_once(token=token, at=clock.now()))
            except OneTimeSignInMustBeUnused:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=click) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=10)
        assert won == [user]


class TestGuessing:
    def test_of_many_at_once_is_bounded_as_one_after_the_other(self, committed_database: Clone) -> None:
        subject, at = name_subject("alice"), clock.now()
        start, looked_at, refused = threading.Barrier(24), [], []

        def guess() -> None:
            start.wait(timeout=10)
            try:
                count_attempt(subjects=[subject], at=at)
                looked_at.append(at)
            except SignInMustNotBeGuessed:
                refused.append(at)
            finally:
                connection.close()

        threads = [threading.Thread(target=guess) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=10)
        assert (len(looked_at), len(refused)) == (subject.failures_max, 24 - subject.failures_max)
