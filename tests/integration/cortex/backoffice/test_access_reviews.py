# SPDX-License-Identifier: Apache-2.0
"""Access reviews in the administration: looking changes nothing, each answer is named before it counts."""

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from cortex.access_reviews.models import AccessReview, AccessReviewItem
from cortex.access_reviews.signed_result import verify_result
from cortex.database.transactions import transactional
from cortex.tenancy import scope
from tests.factories.people import let_in
from tests.integration.cortex.access_reviews.reviewing import Reviewed, signing_in
from tests.integration.cortex.backoffice.administration import page, staff

pytestmark = pytest.mark.django_db
LIST = "/admin/access_reviews/accessreview/"


@pytest.fixture
def given(tmp_path: Path) -> Iterator[Reviewed]:
    with signing_in(tmp_path):
        yield Reviewed()


@pytest.fixture
def alice(given: Reviewed) -> Client:
    return staff(given.people.alice)


def opened(given: Reviewed, client: Client) -> AccessReview:
    form = {"company": given.company_id, "due_date": given.today.isoformat(), "reason": "first quarter"}
    assert client.post(f"{LIST}open/", form).status_code == 302
    with scope([given.company_id]):
        return transactional(AccessReview.objects.get)()


def form_of(given: Reviewed, review: AccessReview, step: str, **words: str) -> dict[str, str]:
    with scope([given.company_id]):
        items = transactional(given.items)(review)
    fields = {"step": step}
    for name, word in words.items():
        fields |= {
            f"answer-{items[name].id}": word,
            f"roles-{items[name].id}": ",".join(items[name].roles),
            f"note-{items[name].id}": "seen",
        }
    return fields


def words(given: Reviewed, review: AccessReview) -> dict[str, str]:
    with scope([given.company_id]):
        return transactional(given.words)(review)


class TestAnswers:
    def test_are_named_before_they_are_recorded(self, given: Reviewed, alice: Client) -> None:
        review = opened(given, alice)
        at = f"{LIST}{review.id}/answer/"
        shown = page(alice.get(at))
        assert "4 of 4 memberships wait" in shown
        assert "Your own: ask a second reviewer." in shown
        summary = page(alice.post(at, form_of(given, review, "check", bob="confirmed", erin="revoked")))
        assert "This will be recorded" in summary
        assert set(words(given, review).values()) == {"open"}
        answer = alice.post(at, form_of(given, review, "record", bob="confirmed", erin="revoked"))
        assert answer.status_code == 302
        assert words(given, review) == {
            "alice": "open",
            "bob": "confirmed",
            "dora": "open",
            "erin": "revoked",
        }
        with scope([given.company_id]):
            assert given.erin.id not in transactional(given.members)()

    def test_for_oneself_are_refused_on_the_page(self, given: Reviewed, alice: Client) -> None:
        review = opened(given, alice)
        answer = alice.post(f"{LIST}{review.id}/answer/", form_of(given, review, "record", alice="confirmed"))
        assert answer.status_code == 403
        assert "expected an answer by another person" in html.unescape(answer.content.decode())
        assert set(words(given, review).values()) == {"open"}

    def test_for_what_changed_are_refused_and_asked_again(self, given: Reviewed, alice: Client) -> None:
        review = opened(given, alice)
        form = form_of(given, review, "record", erin="confirmed")
        let_in(company_id=given.company_id, user_id=given.erin.id, roles=["controller"])
        answer = alice.post(f"{LIST}{review.id}/answer/", form)
        assert answer.status_code == 409
        assert "changed since: controller" in html.unescape(answer.content.decode())
        alice.post(f"{LIST}{review.id}/see-anew/")
        assert "changed since" not in page(alice.get(f"{LIST}{review.id}/answer/"))

    def test_without_one_say_so(self, given: Reviewed, alice: Client) -> None:
        review = opened(given, alice)
        answer = alice.post(f"{LIST}{review.id}/answer/", {"step": "record"})
        assert "Expected an answer for at least one membership" in page(answer)

    def test_proposed_for_all_are_only_proposed(self, given: Reviewed, alice: Client) -> None:
        review = opened(given, alice)
        shown = page(alice.get(f"{LIST}{review.id}/answer/?propose=confirmed"))
        assert shown.count('value="confirmed" checked') == 3
        assert set(words(given, review).values()) == {"open"}


class TestResult:
    def test_is_downloaded_as_it_was_signed(self, given: Reviewed, alice: Client) -> None:
        review = opened(given, alice)
        at = f"{LIST}{review.id}"
        assert alice.get(f"{at}/result/").status_code == 404
        alice.post(f"{at}/answer/", form_of(given, review, "record", bob="confirmed", dora="confirmed"))
        alice.post(f"{at}/answer/", form_of(given, review, "record", erin="confirmed"))
        refused = alice.post(f"{at}/complete/")
        assert refused.status_code == 409
        dora = staff(given.dora)
        dora.post(f"{at}/answer/", form_of(given, review, "record", alice="confirmed"))
        assert dora.post(f"{at}/complete/").status_code == 302
        answer = alice.get(f"{at}/result/")
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="access-review-DEMO-')
        assert verify_result(answer.content)["review"] == str(review.id)
        shown = page(alice.get(f"{at}/change/"))
        assert "Download" in shown
        assert "/cancel/" not in shown


class TestSomebodyElse:
    def test_reads_as_an_auditor_and_answers_nothing(self, given: Reviewed, alice: Client) -> None:
        review = opened(given, alice)
        bob = staff(given.people.bob)
        assert "first quarter" in page(bob.get(f"{LIST}{review.id}/change/"))
        for verb in ("answer", "see-anew", "complete", "cancel"):
            form = {"reason": "x", **form_of(given, review, "record", erin="revoked")}
            assert bob.post(f"{LIST}{review.id}/{verb}/", form).status_code == 403
        assert bob.post(f"{LIST}open/").status_code == 403
        assert set(words(given, review).values()) == {"open"}

    def test_finds_nothing_as_an_outsider(self, given: Reviewed, alice: Client) -> None:
        review = opened(given, alice)
        charlie = staff(given.people.charlie)
        for path in ("change", "answer", "result"):
            assert charlie.get(f"{LIST}{review.id}/{path}/").status_code in (302, 403, 404)
        with scope([given.company_id]):
            assert transactional(AccessReviewItem.objects.count)() == 4
