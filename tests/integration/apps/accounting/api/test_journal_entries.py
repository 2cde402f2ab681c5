# SPDX-License-Identifier: Apache-2.0
"""Posting, reading and reversing over HTTP."""

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.factories.books import BANK, RENT, SALES, EntryDraftFactory
from tests.integration.apps.accounting.api.desk import ENTRY, Desk

QUERIES_OF_A_LIST = 13


def entry(**changes: Any) -> dict[str, Any]:
    return {**ENTRY, **changes}


def lines(debit: Any, credit: Any) -> list[dict[str, Any]]:
    return [{"account": BANK, "debit": debit}, {"account": SALES, "credit": credit}]


class TestPostEntry:
    def test_answers_with_the_entry_and_where_it_is(self, desk: Desk) -> None:
        response = desk.post("journal-entries", entry(reference="S-1"))
        body = response.json()
        assert response.status_code == 201
        assert response.headers["Location"] == desk.url(f"journal-entries/{body['id']}")
        assert (body["label"], body["total"], body["currency"]) == ("GENERAL/2026/1", "12.34", "EUR")
        assert [(line["debit"], line["credit"]) for line in body["lines"]] == [
            ("12.34", None),
            (None, "12.34"),
        ]
        assert body["posted_by"] == f"user:{desk.alice.id}"
        assert desk.get(f"journal-entries/{body['id']}").json() == body

    def test_posts_once_under_one_key(self, desk: Desk) -> None:
        first = desk.post("journal-entries", ENTRY, key="once")
        second = desk.post("journal-entries", ENTRY, key="once")
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert len(desk.entries()) == 1

    def test_answers_200_where_the_reference_stood_there_before(self, desk: Desk) -> None:
        first = desk.post("journal-entries", entry(reference="S-1"))
        second = desk.post("journal-entries", entry(reference="S-1"))
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()

    def test_keeps_party_and_narrations_of_lines(self, desk: Desk) -> None:
        body = entry()
        body["lines"] = [
            {
                "account": BANK,
                "debit": "5",
                "party": "Orchard School",
                "narration": "cash",
                "currency": "EUR",
            },
            {"account": SALES, "credit": "5.00"},
        ]
        posted = desk.post("journal-entries", body).json()
        assert [(line["party"], line["narration"]) for line in posted["lines"]] == [
            ("Orchard School", "cash"),
            (None, "Sale over the counter"),
        ]
        assert [party["name"] for party in desk.get("parties").json()["items"]] == ["Orchard School"]

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (entry(lines=lines("12.34", "12.35")), 422, "accounting.entry_must_balance"),
            (entry(lines=lines("0.00", "0.00")), 422, "accounting.line_amount_must_be_in_range"),
            (entry(lines=lines("1.234", "1.234")), 422, "money.amount_must_be_readable"),
            (entry(accounting_date="2031-01-01"), 422, "accounting.period_must_be_open"),
            (entry(journal="NOPE"), 404, "accounting.journal_must_exist"),
            (entry(lines=lines(12.34, 12.34)), 400, "api.request_must_match_the_schema"),
            (entry(lines=lines("-1", "-1")), 400, "api.request_must_match_the_schema"),
            (entry(lines=lines("1", "1")[:1]), 400, "api.request_must_match_the_schema"),
            (entry(lines=[{"account": BANK}] * 2), 400, "api.request_must_match_the_schema"),
            (entry(accounting_date="0205-03-15"), 400, "api.request_must_match_the_schema"),
            (entry(accounting_date=20260315), 400, "api.request_must_match_the_schema"),
            (entry(naration="typo"), 400, "api.request_must_match_the_schema"),
            (entry(reference=" S-1"), 400, "api.request_must_match_the_schema"),
            ([], 400, "api.request_must_match_the_schema"),
        ],
    )
    def test_refuses_and_posts_nothing(self, desk: Desk, body: Any, status: int, code: str) -> None:
        response = desk.post("journal-entries", body)
        assert (response.status_code, response.json()["code"]) == (status, code)
        assert response.headers["Content-Type"] == "application/problem+json"
        assert desk.entries() == []

    def test_names_the_unknown_account(self, desk: Desk) -> None:
        wrong = [{"account": "Assets:Bnak", "debit": "1"}, {"account": SALES, "credit": "1"}]
        problem = desk.post("journal-entries", entry(lines=wrong)).json()
        assert problem["code"] == "accounting.account_must_exist"
        assert problem["evidence"]["got"] == ["Assets:Bnak"]

    @pytest.mark.parametrize("value", ["18446744073709551616", '"\\ud800"'])
    def test_refuses_json_that_cannot_be_written_again(self, desk: Desk, value: str) -> None:
        body = f'{{"narration": {value}}}'.encode()
        headers = {"Idempotency-Key": "k"}
        url = desk.url("journal-entries")
        response = desk.client(desk.alice).post(url, body, content_type="application/json", headers=headers)
        assert (response.status_code, response.json()["code"]) == (400, "api.body_must_be_strict_json")

    def test_needs_an_idempotency_key(self, desk: Desk) -> None:
        response = desk.post("journal-entries", ENTRY, key=None)
        assert (response.status_code, response.json()["code"]) == (400, "api.idempotency_key_must_be_given")
        assert desk.entries() == []

    def test_is_not_for_auditors_nor_for_outsiders(self, desk: Desk) -> None:
        assert desk.post("journal-entries", ENTRY, desk.bob).status_code == 403
        assert desk.post("journal-entries", ENTRY, desk.charlie).status_code == 404
        assert desk.entries() == []


class TestPostBatch:
    def test_posts_all_in_order(self, desk: Desk) -> None:
        entries = [entry(reference=f"S-{number}") for number in (2, 1)]
        response = desk.post("journal-entries:batch", {"entries": entries})
        assert response.status_code == 201
        assert [
            (item["reference"], item["number"], item["was_posted"]) for item in response.json()["items"]
        ] == [
            ("S-2", 1, True),
            ("S-1", 2, True),
        ]

    def test_posts_none_when_one_is_wrong(self, desk: Desk) -> None:
        wrong = entry(reference="S-2", lines=lines("1", "2"))
        response = desk.post("journal-entries:batch", {"entries": [entry(reference="S-1"), wrong]})
        assert (response.status_code, response.json()["code"]) == (422, "accounting.entry_must_balance")
        assert desk.entries() == []

    def test_tells_what_stood_there_before(self, desk: Desk) -> None:
        desk.post("journal-entries", entry(reference="S-1"))
        entries = [entry(reference="S-1"), entry(reference="S-2")]
        items = desk.post("journal-entries:batch", {"entries": entries}).json()["items"]
        assert [item["was_posted"] for item in items] == [False, True]

    def test_takes_a_thousand_and_no_more(self, desk: Desk) -> None:
        response = desk.post("journal-entries:batch", {"entries": [entry()] * 1001})
        assert (response.status_code, response.json()["code"]) == (400, "api.request_must_match_the_schema")
        assert desk.post("journal-entries:batch", {"entries": []}).status_code == 400


class TestReverseEntry:
    def test_links_both_ways(self, desk: Desk) -> None:
        posted = desk.post("journal-entries", ENTRY).json()
        response = desk.post(
            f"journal-entries/{posted['id']}:reverse",
            {"accounting_date": "2026-03-16", "narration": "Posted twice"},
        )
        reversal = response.json()
        assert response.status_code == 201
        assert (reversal["reverses_id"], reversal["accounting_date"]) == (posted["id"], "2026-03-16")
        assert [(line["debit"], line["credit"]) for line in reversal["lines"]] == [
            (None, "12.34"),
            ("12.34", None),
        ]
        assert desk.get(f"journal-entries/{posted['id']}").json()["reversed_by_id"] == reversal["id"]

    def test_is_done_once(self, desk: Desk) -> None:
        posted = desk.post("journal-entries", ENTRY).json()
        desk.post(f"journal-entries/{posted['id']}:reverse", {})
        again = desk.post(f"journal-entries/{posted['id']}:reverse", {})
        assert (again.status_code, again.json()["code"]) == (
            409,
            "accounting.entry_must_not_be_reversed_twice",
        )

    def test_refuses_an_entry_that_is_not_there(self, desk: Desk) -> None:
        response = desk.post(f"journal-entries/{uuid4()}:reverse", {})
        assert (response.status_code, response.json()["code"]) == (404, "accounting.entry_must_exist")


class TestListEntries:
    def test_pages_by_key_newest_first(self, desk: Desk) -> None:
        posted = [desk.post("journal-entries", entry(reference=f"S-{n}")).json()["id"] for n in range(5)]
        seen, query = [], "?limit=2"
        while query:
            page = desk.get(f"journal-entries{query}").json()
            seen += [item["id"] for item in page["items"]]
            query = page["next_cursor"] and f"?limit=2&cursor={page['next_cursor']}"
        assert seen == posted[::-1]

    def test_filters_by_journal_days_and_reference(self, desk: Desk) -> None:
        desk.post("journal-entries", entry(reference="S-1"))
        desk.post("journal-entries", entry(reference="S-2", accounting_date="2026-04-01"))

        def found(query: str) -> list[str]:
            return [item["reference"] for item in desk.get(f"journal-entries?{query}").json()["items"]]

        assert found("reference=S-1") == ["S-1"]
        assert found("from=2026-04-01") == ["S-2"]
        assert found("to=2026-03-31") == ["S-1"]
        assert found("journal=IMPORT") == []

    @pytest.mark.parametrize("query", ["form=2026-01-01", "from=yesterday", "limit=0", "cursor=x"])
    def test_refuses_what_it_does_not_know(self, desk: Desk, query: str) -> None:
        assert desk.get(f"journal-entries?{query}").status_code == 400

    def test_asks_the_database_as_often_for_many_as_for_one(
        self, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        desk.client(desk.alice)
        for count in (1, 10):
            for _ in range(count):
                desk.books.post(EntryDraftFactory(amounts={BANK: 5, RENT: -5}))
            # Session, user, memberships, emergencies, factor; scope and page in a savepoint: two more.
            with django_assert_num_queries(QUERIES_OF_A_LIST):
                assert desk.get("journal-entries").status_code == 200


class TestAuditLeaves:
    def test_show_the_exact_text_that_is_hashed(self, desk: Desk) -> None:
        posted = desk.post("journal-entries", ENTRY).json()
        [leaf] = desk.get(f"journal-entries/{posted['id']}/audit-leaves", desk.bob).json()["items"]
        assert (leaf["verb"], leaf["actor"]) == ("accounting.journal_entry.post", f"user:{desk.alice.id}")
        assert leaf["leaf_hash"] == hashlib.sha256(b"\x00" + leaf["body"].encode()).hexdigest()
        assert posted["id"] in leaf["body"]
        assert f'"counts_on":"{posted["accounting_date"]}"' in leaf["body"]

    def test_of_an_entry_that_is_not_there_are_not_found(self, desk: Desk) -> None:
        assert desk.get(f"journal-entries/{uuid4()}/audit-leaves").status_code == 404
