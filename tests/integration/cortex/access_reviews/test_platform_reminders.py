# SPDX-License-Identifier: Apache-2.0
"""Those who answer for the roles on the platform are reminded of an overdue review, once a day."""

from datetime import date, timedelta

import pytest

from cortex import clock
from cortex.access_reviews.models import PlatformReview
from cortex.access_reviews.open_platform_review import open_platform_review
from cortex.access_reviews.remind_platform import remind_of_overdue_platform_review
from cortex.container.override import override
from cortex.identity.models import User
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.principal import Principal
from tests.factories.leaves import watched_leaves
from tests.factories.people import just_signed_in, person
from tests.integration.cortex.backoffice.policy_texts import platform_administrator

pytestmark = pytest.mark.django_db
SCHEDULER, DAY = Principal.service("scheduler"), timedelta(days=1)


class Heard:
    """Remembers letters instead of queueing them."""

    def __init__(self) -> None:
        self.letters: list[tuple[LetterTo, str, object]] = []

    def queue(self, *, to: LetterTo, body: str, about: object, **_more: object) -> None:
        self.letters.append((to, body, about))


@pytest.fixture
def due() -> date:
    """Return the day by which a review of two administrators is due; one of them has no address."""
    paula = platform_administrator("paula")
    platform_administrator("pete")
    User.objects.filter(username="paula").update(email="paula@example.test")
    User.objects.filter(username="pete").update(email="")
    person("charlie")
    today = clock.now().date()
    open_platform_review(due_date=today, reason="First quarter", opened_by=just_signed_in(paula))
    return today


def remind(today: date, *, by: Principal = SCHEDULER) -> list[tuple[LetterTo, str, object]]:
    heard = Heard()
    with override(Letters, heard):
        assert remind_of_overdue_platform_review(today=today, reminded_by=by) == len(heard.letters)
    return heard.letters


class TestReminder:
    def test_goes_out_once_a_day_until_the_review_ends(self, due: date) -> None:
        assert remind(due) == []
        with watched_leaves() as log:
            ((to, body, first),) = remind(due + DAY)
        assert to.user_id == User.objects.get(username="paula").id
        assert "Roles without an answer: 2" in body
        assert str(PlatformReview.objects.get().id) in body
        assert log.verbs == ["access_reviews.platform_review.remind"]
        assert remind(due + DAY) == []
        ((_, _, second),) = remind(due + 2 * DAY)
        assert first != second
        PlatformReview.objects.update(state="cancelled", closed_at=clock.now())
        assert remind(due + 3 * DAY) == []

    def test_names_nobody_and_holds_no_secret(self, due: date) -> None:
        ((_, body, _),) = remind(due + DAY)
        assert "pete" not in body
        assert "First quarter" not in body

    def test_is_the_schedules_alone(self, due: date) -> None:
        paula = just_signed_in(User.objects.get(username="paula"))
        with pytest.raises(AccessMustBeGranted):
            remind(due + DAY, by=paula)
        assert PlatformReview.objects.get().reminded_date is None
