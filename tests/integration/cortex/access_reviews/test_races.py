# SPDX-License-Identifier: Apache-2.0
"""What only shows when commits are real: reminders, and memberships that change while somebody answers."""

import threading
from datetime import timedelta

from django.db import connection

from cortex.access_reviews.errors import MembershipMustBeAsSeen
from cortex.access_reviews.models import AccessReview
from cortex.access_reviews.remind import remind_of_overdue_reviews
from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.mail.models import OutgoingMail
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.people import let_in
from tests.frame.clones import Clone
from tests.integration.cortex.access_reviews.reviewing import Reviewed

SCHEDULER = Principal.service("scheduler")


class TestAnswer:
    def test_of_two_reviewers_at_once_is_taken_from_one(self, committed_database: Clone) -> None:
        given = Reviewed()
        with scope([given.company_id]):
            review = given.open()
        start, won, lost = threading.Barrier(2), [], []

        def answer(by: User, word: str) -> None:
            with scope([given.company_id]):
                start.wait(timeout=10)
                try:
                    given.answer(review, by, "erin", word=word)  # type: ignore[arg-type]
                    won.append(word)
                except MembershipMustBeAsSeen:
                    lost.append(word)
                finally:
                    connection.close()

        threads = [
            threading.Thread(target=answer, args=pair)
            for pair in ((given.people.alice, "confirmed"), (given.dora, "revoked"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        assert len(won) == len(lost) == 1
        with scope([given.company_id]):
            assert transactional(given.words)(review)["erin"] == won[0]
            assert (given.erin.id in transactional(given.members)()) == (won == ["confirmed"])

    def test_waits_for_a_grant_that_is_under_way_and_then_sees_it(self, committed_database: Clone) -> None:
        given = Reviewed()
        with scope([given.company_id]):
            review = given.open()
        granted, asked = threading.Event(), threading.Event()

        @transactional
        def grant() -> None:
            let_in(company_id=given.company_id, user_id=given.erin.id, roles=["administrator"])
            granted.set()
            asked.wait(timeout=1)

        def run() -> None:
            try:
                grant()
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        granted.wait(timeout=10)
        refused = False
        with scope([given.company_id]):
            try:
                given.answer(review, given.people.alice, "erin")
            except MembershipMustBeAsSeen:
                refused = True
        thread.join(timeout=10)
        assert refused


class TestReminder:
    def test_goes_out_once_a_day_while_answers_are_missing(self, committed_database: Clone) -> None:
        given = Reviewed()
        User.objects.filter(username__in=["alice", "bob"]).update(email="someone@example.test")
        with scope([given.company_id]):
            review = given.open()
        due, day = given.today, timedelta(days=1)

        def remind(today):  # type: ignore[no-untyped-def]
            return remind_of_overdue_reviews(today=today, reminded_by=SCHEDULER)

        assert remind(due) == 0
        assert remind(due + day) == 1
        assert remind(due + day) == 0
        assert remind(due + 2 * day) == 1

        @transactional
        def mails() -> list[OutgoingMail]:
            return list(OutgoingMail.objects.select_related("recipient"))

        with scope([given.company_id]):
            sent = mails()
            assert {mail.recipient.username for mail in sent} == {"alice"}
            assert str(review.id) in sent[0].body
            assert "without an answer: 4" in sent[0].body
            transactional(AccessReview.objects.update)(state="cancelled", closed_at=review.opened_at)
        assert remind(due + 3 * day) == 0
