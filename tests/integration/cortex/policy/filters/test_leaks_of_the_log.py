# SPDX-License-Identifier: Apache-2.0
"""Leaves of the log that policies hide are on no page, in no count and behind no question."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from apps.audit.models import AuditEntry
from cortex.database.transactions import transactional
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.tenancy import scope
from tests.factories.books import Books, open_books
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in

LIST = "/admin/audit/auditentry/"
HIDING = """
@id("house.secret_leaf")
@title("Carol does not see what was done to the secret entry")
forbid (principal == Cortex::User::"CAROL", action in Cortex::Action::"read", resource is Audit::Entry)
when { resource.object == "SECRET" };
"""


@dataclass(frozen=True)
class Log:
    """The log of a company, of which Carol sees all but one leaf, and Alice all."""

    books: Books
    leaf: AuditEntry
    clients: dict[str, Client]

    def told(self, path: str, *, by: str = "carol") -> tuple[int, str]:
        """Return status and text of a page of the log, wherever it leads."""
        answer = self.clients[by].get(path, follow=True)
        return answer.status_code, answer.content.decode()

    def is_told_in(self, text: str) -> bool:
        """Return whether a text gives the leaf away: its ids, its hash, or what was done to what."""
        leaf = self.leaf
        return any(part in text for part in (str(leaf.leaf_id), str(leaf.object_id), leaf.leaf_hash.hex()))


@pytest.fixture
def log(db: None, monkeypatch: pytest.MonkeyPatch) -> Log:
    books = open_books()
    secret, _ = books.post(), books.post()
    people = {name: person(name) for name in ("alice", "carol")}
    for user in people.values():
        let_in(company_id=books.company_id, user_id=user.id, roles=["controller"])
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    text = HIDING.replace("CAROL", str(people["carol"].id)).replace("SECRET", str(secret.id))
    engine = PolicyEngine(packaged_text() + text, version=0)
    monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
    with books.entered():
        (leaf,) = leaves(object_id=secret.id)
    return Log(books, leaf, {name: sign_in(Client(), user) for name, user in people.items()})


@transactional
def leaves(**wanted: Any) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(**wanted))


def count_in(page: str) -> int:
    found = re.search(r"([\d,]+) audit entr", " ".join(page.split()))
    assert found is not None
    return int(found[1].replace(",", ""))


class TestList:
    def test_leaves_it_out_in_every_order_and_on_every_page(self, log: Log) -> None:
        for query in ("", "?o=1", "?o=-1", "?o=2.3", "?p=1", "?all="):
            status, text = log.told(LIST + query)
            assert (query, status, log.is_told_in(text)) == (query, 200, False)
        assert log.is_told_in(log.told(LIST, by="alice")[1])

    def test_counts_without_it(self, log: Log) -> None:
        assert count_in(log.told(LIST)[1]) == count_in(log.told(LIST, by="alice")[1]) - 1

    def test_finds_it_by_no_search(self, log: Log) -> None:
        for name in ("leaf_id", "object_id"):
            typed = str(getattr(log.leaf, name))
            nothing = str(uuid4())
            found, absent = (log.told(f"{LIST}?q={each}")[1] for each in (typed, nothing))
            # What was typed stands in the box again.
            assert _plain(found, typed) == _plain(absent, nothing)
            assert log.leaf.leaf_hash.hex() not in found
            assert count_in(log.told(f"{LIST}?q={typed}", by="alice")[1]) == 1

    @pytest.mark.parametrize("lookup", ["object_id", "leaf_id__startswith", "leaf_hash", "company__code"])
    def test_answers_no_other_question(self, log: Log, lookup: str) -> None:
        found, absent = (
            log.told(f"{LIST}?{lookup}={each}") for each in (str(log.leaf.object_id)[:8], "01900000")
        )
        assert (found[0], absent[0], log.is_told_in(found[1])) == (400, 400, False)


class TestLeaf:
    @pytest.mark.parametrize("page", ["change", "history", "delete"])
    def test_is_answered_as_an_id_of_nothing(self, log: Log, page: str) -> None:
        answers = [log.clients["carol"].get(f"{LIST}{each}/{page}/") for each in (log.leaf.pk, 10**9)]
        hidden, absent = (
            (each.status_code, each.get("Location"), each.get("ETag"), each.get("Content-Length"))
            for each in answers
        )
        assert hidden == absent
        assert not log.is_told_in(log.told(f"{LIST}{log.leaf.pk}/{page}/")[1])

    def test_is_shown_to_whoever_may_see_it(self, log: Log) -> None:
        assert log.is_told_in(log.told(f"{LIST}{log.leaf.pk}/change/", by="alice")[1])


class TestBooksAndApi:
    @pytest.mark.parametrize(
        "path",
        [
            "/books/DEMO/audit-log/",
            "/books/DEMO/audit-log.csv",
            "/api/v1/companies/DEMO/audit-leaves",
            "/api/v1/companies/DEMO/audit-leaves?object={object}",
        ],
    )
    def test_leave_it_out(self, log: Log, path: str) -> None:
        address = path.format(object=log.leaf.object_id)
        told, whole = log.told(address), log.told(address, by="alice")
        assert (told[0], whole[0]) == (200, 200)
        # What was asked for may stand in the answer's own links.
        assert (log.leaf.leaf_hash.hex() in told[1], str(log.leaf.leaf_id) in told[1]) == (False, False)
        assert log.is_told_in(whole[1])


class TestRawSqlUnderTheApplicationRole:
    def test_sees_the_log_of_its_own_company_alone(self, log: Log) -> None:
        other = open_books(code="OTHER")
        theirs = other.post().id
        with log.books.entered():
            assert theirs not in raw_objects()
            assert log.leaf.object_id in raw_objects()
        with other.entered():
            assert log.leaf.object_id not in raw_objects()
        with scope([]):
            assert raw_objects() == set()


@transactional
def raw_objects() -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT object_id FROM audit_entry WHERE company_id IS NOT NULL ORDER BY leaf_hash")
        return {row[0] for row in cursor.fetchall()}


def _plain(page: str, typed: str) -> str:
    """Return a page without what was typed and what each request has anew."""
    without_tokens = re.sub(r'(nonce|value|data-request)="[^"]*"', "", page.replace(typed, ""))
    return re.sub(r"<script[^>]*>.*?</script>", "", without_tokens, flags=re.DOTALL)
