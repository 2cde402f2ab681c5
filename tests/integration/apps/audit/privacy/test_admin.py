# SPDX-License-Identifier: Apache-2.0
"""Texts about people are held, released, erased and handed out in the administration, too."""

import io
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.http import HttpResponse
from django.test import Client

from cortex.approvals.models import Proposal
from cortex.approvals.selectors import waiting_proposals
from cortex.ports.approvals import ProposalRef
from tests.factories.people import person
from tests.factories.sessions import with_factor
from tests.frame.census import census
from tests.integration.apps.audit.privacy.conftest import NAME, Bureau
from tests.integration.cortex.backoffice.administration import page, staff

HOLDS, ERASURES = "/admin/audit/hold/", "/admin/audit/erasure/"
HAND_OUT = f"{ERASURES}hand-out/"
KIND, REASON = "accounting.party", "Request of 3 March"


def browser(bureau: Bureau, name: str) -> Client:
    return staff(with_factor(bureau.people[name]))


@pytest.fixture
def alice(bureau: Bureau) -> Client:
    return browser(bureau, "alice")


def sent(client: Client, bureau: Bureau, url: str, **given: object) -> HttpResponse:
    return client.post(url, {"company": bureau.books.company_id, "reason": REASON, **given}, follow=True)


def waiting(bureau: Bureau) -> Proposal:
    with bureau.books.entered():
        (proposal,) = waiting_proposals(company_id=bureau.books.company_id, reader=bureau.who("carol"))
    return proposal


def agreed(bureau: Bureau) -> None:
    proposal = waiting(bureau)
    assert bureau.agree(ProposalRef(id=proposal.id, title="", digest=proposal.digest)).failure is None


class TestHold:
    def test_is_placed_and_lifted_by_two(self, bureau: Bureau, alice: Client) -> None:
        assert f"{HOLDS}place/" in page(alice.get(HOLDS))
        told = page(sent(alice, bureau, f"{HOLDS}place/", subject_id=bureau.party))
        assert "It waits for a second person of the company" in told
        assert bureau.rows("SELECT count(*) FROM audit_hold") == [(0,)]
        agreed(bureau)
        ((hold, subject),) = bureau.rows("SELECT id, subject_id FROM audit_hold")
        assert subject == bureau.party
        assert f"{HOLDS}{hold}/lift/" in page(alice.get(f"{HOLDS}{hold}/change/"))
        sent(alice, bureau, f"{HOLDS}{hold}/lift/")
        agreed(bureau)
        assert bureau.rows("SELECT lifted_at IS NOT NULL FROM audit_hold") == [(True,)]
        assert f"{HOLDS}{hold}/lift/" not in page(alice.get(f"{HOLDS}{hold}/change/"))

    def test_of_all_of_the_company_names_nobody(self, bureau: Bureau, alice: Client) -> None:
        sent(alice, bureau, f"{HOLDS}place/")
        agreed(bureau)
        assert bureau.rows("SELECT subject_id FROM audit_hold") == [(None,)]


class TestErasure:
    def test_is_done_by_two(self, bureau: Bureau, alice: Client) -> None:
        told = sent(alice, bureau, f"{ERASURES}erase/", subject_type=KIND, subject_id=bureau.party)
        assert "It waits for a second person of the company" in page(told)
        agreed(bureau)
        assert bureau.rows("SELECT subject_id FROM audit_erasure") == [(bureau.party,)]
        assert bureau.rows("SELECT count(*) FROM accounting_party_name") == [(1,)]

    def test_is_refused_in_words_while_it_is_held(self, bureau: Bureau, alice: Client) -> None:
        bureau.held(bureau.party)
        told = sent(alice, bureau, f"{ERASURES}erase/", subject_type=KIND, subject_id=bureau.party)
        assert told.status_code == 409
        assert b"expected no legal hold" in told.content
        with bureau.books.entered():
            assert not waiting_proposals(company_id=bureau.books.company_id, reader=bureau.who("carol"))


class TestHandOut:
    def test_gives_the_archive_and_leaves_a_leaf(self, bureau: Bureau, alice: Client) -> None:
        assert HAND_OUT in page(alice.get(ERASURES))
        assert "stands in the log for good" in page(alice.get(HAND_OUT))
        answer = sent(alice, bureau, HAND_OUT, subject_type=KIND, subject_id=bureau.party)
        assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["Content-Disposition"].endswith(f'-{KIND}-{bureau.party}.zip"')
        assert "no-store" in answer.headers["Cache-Control"]
        with ZipFile(io.BytesIO(answer.content)) as archive:
            assert NAME in archive.read("subject.json").decode()
        verbs = "SELECT count(*) FROM audit_entry WHERE verb = 'audit.subject.export'"
        assert bureau.rows(verbs) == [(1,)]

    def test_tells_what_is_wrong_and_gives_nothing(self, bureau: Bureau, alice: Client) -> None:
        answer = sent(alice, bureau, HAND_OUT, subject_type=KIND, subject_id=uuid4())
        assert answer.status_code == 404
        assert b"expected something that is kept about it, got nothing" in answer.content


class TestAuditor:
    def test_hands_out_and_changes_nothing(self, bureau: Bureau) -> None:
        bob = browser(bureau, "bob")
        before = census(bureau.clone.admin_dsn, besides=("policy_decision", "audit_entry"))
        for url in (f"{HOLDS}place/", f"{ERASURES}erase/"):
            assert bob.get(url).status_code == 403
            assert sent(bob, bureau, url, subject_type=KIND, subject_id=bureau.party).status_code == 403
        assert census(bureau.clone.admin_dsn, besides=("policy_decision", "audit_entry")) == before
        assert sent(bob, bureau, HAND_OUT, subject_type=KIND, subject_id=bureau.party).status_code == 200

    def test_of_another_company_sees_no_page(self, bureau: Bureau) -> None:
        stranger = staff(with_factor(person("stranger")))
        for url in (f"{HOLDS}place/", f"{ERASURES}erase/", HAND_OUT):
            assert stranger.get(url).status_code in (302, 403)
