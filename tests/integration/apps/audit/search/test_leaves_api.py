# SPDX-License-Identifier: Apache-2.0
"""Programs find leaves by actor, object, verb and time, page by page; of other companies they find none."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.dateparse import parse_datetime

from tests.factories.books import open_books
from tests.factories.log import append
from tests.factories.people import person
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.apps.audit.search.conftest import LIST, Past, a_past

POST = "accounting.journal_entry.post"


def verbs(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [leaf["verb"] for leaf in answer.json()["items"]]


class TestCompanyLeaves:
    def test_are_listed_newest_first_as_they_were_hashed(self, past: Past) -> None:
        first, *rest = past.browser("bob").get(LIST).json()["items"]
        assert first["verb"] == "accounting.fiscal_period.close"
        assert [leaf["verb"] for leaf in rest].count(POST) == 1
        assert first["body"].startswith('{"actor":"service:console"')
        assert first["leaf_index"] is None
        assert f'"before":"{first["digest_before"]}"' in first["body"]
        assert {leaf["digest_before"] for leaf in rest if leaf["verb"] == POST} == {None}

    def test_are_found_by_verb_beginning_object_actor_and_time(self, past: Past) -> None:
        bob = past.browser("bob")
        moment = next(leaf["recorded_at"] for leaf in bob.get(LIST, {"verb": POST}).json()["items"])
        at = parse_datetime(moment)
        assert at is not None
        later = (at + timedelta(microseconds=1)).isoformat()
        for query, expected in (
            ({"verb": POST}, [POST]),
            ({"verb": "accounting.journal_entry."}, [POST]),
            ({"verb": "accounting.journal_entry"}, []),
            ({"object": str(past.entry.id)}, [POST]),
            ({"object": str(past.entry.id), "actor": "service:console"}, [POST]),
            ({"object": str(past.entry.id), "actor": "alice"}, []),
            ({"actor": "nobody-of-this-name"}, []),
            ({"verb": POST, "from": moment, "before": later}, [POST]),
            ({"verb": POST, "before": moment}, []),
            ({"verb": POST, "from": later}, []),
        ):
            assert verbs(bob.get(LIST, query)) == expected, query

    def test_are_found_by_the_name_of_a_user(self, past: Past) -> None:
        client = past.browser("alice")
        posted = client.post(
            "/api/v1/companies/DEMO/periods/2026-02:close",
            {},
            content_type="application/json",
            headers={"Idempotency-Key": "close-february"},
        )
        assert posted.status_code == 200, posted.content
        assert verbs(client.get(LIST, {"actor": "alice", "verb": "accounting."})) == [
            "accounting.fiscal_period.close"
        ]

    def test_are_paged_without_gap_or_repetition(self, past: Past) -> None:
        bob = past.browser("bob")
        whole = [leaf["leaf_id"] for leaf in bob.get(LIST, {"limit": "200"}).json()["items"]]
        paged, query = [], {"limit": "3"}
        while True:
            page = bob.get(LIST, query).json()
            paged += [leaf["leaf_id"] for leaf in page["items"]]
            if page["next_cursor"] is None:
                break
            query = {"limit": "3", "cursor": page["next_cursor"]}
        assert paged == whole
        assert len(whole) > 3

    @pytest.mark.parametrize(
        "query",
        [
            {"object": "1"},
            {"verb": "DROP TABLE"},
            {"from": "yesterday"},
            {"who": "alice"},
            {"actor": "a" * 201},
            {"cursor": "forged"},
            {"limit": "201"},
        ],
    )
    def test_refuse_what_they_cannot_read(self, past: Past, query: dict[str, str]) -> None:
        answer = past.browser("bob").get(LIST, query)
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_are_for_watchers_of_the_company_alone(self, past: Past) -> None:
        assert past.browser("clara").get(LIST).status_code == 403
        assert past.browser("charlie").get(LIST).status_code == 404

    def test_of_another_company_are_not_found_by_their_object(self, past: Past) -> None:
        theirs = open_books(code="OTHER").post()
        assert verbs(past.browser("bob").get(LIST, {"object": str(theirs.id)})) == []


class TestLeavesOfAll:
    @pytest.fixture
    def petra(self, committed_database: Clone) -> Client:
        user = person("petra")
        user.is_superuser = user.is_staff = True
        user.save(update_fields=["is_superuser", "is_staff"])
        return sign_in(Client(), user)

    def test_are_of_companies_and_of_the_platform(self, petra: Client) -> None:
        past = a_past()
        append(None)
        found = petra.get("/api/v1/audit-leaves", {"verb": "testing."}).json()["items"]
        assert [leaf["company_id"] for leaf in found] == [None]
        found = petra.get("/api/v1/audit-leaves", {"verb": POST, "company": "DEMO"}).json()["items"]
        assert [leaf["object_id"] for leaf in found] == [str(past.entry.id)]
        assert petra.get("/api/v1/audit-leaves", {"verb": POST, "company": "NONE"}).json()["items"] == []
        assert past.browser("alice").get("/api/v1/audit-leaves").status_code == 403

    def test_are_searched_in_the_administration_too(self, petra: Client) -> None:
        past = a_past()
        append(None)
        pages = {
            term: petra.get("/admin/audit/auditentry/", {"q": term}).content.decode()
            for term in ("testing.", POST, "service:console", str(past.entry.id), "nobody")
        }
        assert ">testing.do<" in pages["testing."]
        assert POST not in pages["testing."].replace(f'value="{POST}"', "")
        assert str(past.entry.id) in pages[POST]
        assert "testing.do" in pages["service:console"]
        assert POST in pages[str(past.entry.id)]
        assert "testing.do" not in pages["nobody"]

    def test_are_changed_by_nobody(self, petra: Client) -> None:
        append(None)
        listed = petra.get("/admin/audit/auditentry/").content.decode()
        row = re.search(r"/admin/audit/auditentry/(\d+)/change/", listed)
        assert row is not None
        assert "addlink" not in listed
        assert "testing.do" in petra.get(f"/admin/audit/auditentry/{row[1]}/change/").content.decode()
        for verb in ("add/", f"{row[1]}/delete/"):
            assert petra.post(f"/admin/audit/auditentry/{verb}", {"post": "yes"}).status_code == 403
        assert petra.post(f"/admin/audit/auditentry/{row[1]}/change/", {"id": "1"}).status_code == 403
