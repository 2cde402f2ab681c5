# SPDX-License-Identifier: Apache-2.0
"""The pages, the API and the command of emergency access."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from cortex.errors import CortexError
from cortex.tenancy.companies import company_with_id
from tests.factories.people import token_of_client
from tests.factories.sessions import sign_in
from tests.integration.cortex.backoffice.administration import page
from tests.integration.cortex.break_glass.emergency import REASON, Emergency

PAGE, API = "/books/DEMO/emergency-access/", "/api/v1/companies/DEMO/emergency-access"


def browser(given: Emergency, name: str) -> Client:
    client = Client(raise_request_exception=False)
    return sign_in(client, given.people[name], at=given.clock.at)


def send(client: Client, path: str, **body: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("break_glass", "--company", "DEMO", *arguments, stdout=out)
    return out.getvalue()


class TestPages:
    def test_open_for_whoever_belongs_to_no_company_and_say_so_everywhere(self, given: Emergency) -> None:
        client = browser(given, "root")
        assert client.get("/books/DEMO/").status_code == 404
        assert "Open it and tell everybody" in page(client.get(PAGE))
        assert client.post(PAGE, {"reason": REASON, "minutes": "60"}).status_code == 303
        for path in ("/books/DEMO/entries/", "/books/DEMO/trial-balance/", PAGE):
            assert "Emergency access to" in page(client.get(path))
        assert "Emergency access to" in page(client.get("/books/", follow=True))
        access = given.rows()[0]
        ended = client.post(f"{PAGE}{access.id}/end/")
        assert (ended.status_code, client.get("/books/DEMO/entries/").status_code) == (303, 404)

    def test_show_no_banner_to_others(self, given: Emergency) -> None:
        given.open("root")
        assert "Emergency access to" not in page(browser(given, "alice").get("/books/DEMO/"))
        assert "End it now" in page(browser(given, "alice").get(PAGE))

    def test_refuse_outsiders_like_a_company_that_is_not_there(self, given: Emergency) -> None:
        client = browser(given, "charlie")
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, {"reason": REASON, "minutes": "60"}).status_code == 404
        assert browser(given, "vera").get(PAGE).status_code == 403
        assert browser(given, "root").get("/books/NOTHING/emergency-access/").status_code == 404
        assert given.rows() == []

    def test_ask_for_a_reason(self, given: Emergency) -> None:
        refused = browser(given, "alice").post(PAGE, {"reason": "short", "minutes": "60"})
        assert refused.status_code == 422
        assert browser(given, "alice").post(PAGE, {"reason": REASON, "minutes": "999"}).status_code == 422
        assert given.rows() == []

    def test_lead_to_the_confirmation_long_after_signing_in(self, given: Emergency) -> None:
        client = browser(given, "alice")
        given.clock.at += timedelta(minutes=11)
        answer = client.post(PAGE, {"reason": REASON, "minutes": "60"})
        assert (answer.status_code, "/accounts/confirm/" in answer["Location"]) == (303, True)
        assert given.rows() == []

    def test_take_the_review_of_another(self, given: Emergency) -> None:
        access = given.end(given.open("root"), by="root")
        answer = browser(given, "alice").post(f"{PAGE}{access.id}/review/", {"comment": "Seen."})
        assert answer.status_code == 303
        assert "Reviewed by Alice" in page(browser(given, "alice").get(PAGE))


class TestAdministration:
    def test_lists_all_and_ends_one(self, given: Emergency) -> None:
        access = given.open("alice")
        client = browser(given, "root")
        assert REASON in page(client.get("/admin/break_glass/breakglassaccess/"))
        path = f"/admin/break_glass/breakglassaccess/{access.id}/end/"
        assert "End it now" in page(client.get(path))
        assert client.post(path).status_code == 302
        assert given.rows()[0].ended_by == f"user:{given.people['root'].id}"

    def test_says_on_every_page_what_is_open(self, given: Emergency) -> None:
        client = browser(given, "root")
        assert "Emergency access to" not in page(client.get("/admin/"))
        given.open("root")
        for path in ("/admin/", "/admin/break_glass/breakglassaccess/", "/admin/providers/"):
            assert "Emergency access to" in page(client.get(path))


class TestApi:
    def test_opens_lists_ends_and_reviews(self, given: Emergency) -> None:
        root, alice = browser(given, "root"), browser(given, "alice")
        opened = send(root, API, reason=REASON, minutes=30)
        assert opened.status_code == 201, opened.content
        access_id = opened.json()["id"]
        assert root.get("/api/v1/companies").json()["items"][0]["roles"] == []
        assert root.get("/api/v1/companies/DEMO/accounts").status_code == 200
        assert send(root, f"{API}/{access_id}:end").json()["ended_at"]
        assert root.get("/api/v1/companies/DEMO/accounts").status_code == 404
        assert send(root, f"{API}/{access_id}:review", comment="Mine.").status_code == 403
        assert send(alice, f"{API}/{access_id}:review", comment="Seen.").json()["review_comment"] == "Seen."
        items = alice.get(API).json()["items"]
        assert [each["id"] for each in items] == [access_id]

    def test_refuses_tokens(self, given: Emergency) -> None:
        company = company_with_id(company_id=given.company_id)
        token = token_of_client(company, "break_glass:write", role="administrator")
        answer = Client().post(
            API,
            json.dumps({"reason": REASON}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 403
        assert given.rows() == []


class TestCommand:
    def test_opens_lists_ends_and_reviews(self, given: Emergency) -> None:
        opened = said("--as", "root", "open", "--reason", REASON, "--minutes", "240")
        access_id = opened.split()[0]
        assert "open until" in opened
        assert access_id in said("list")
        assert "over until" in said("end", access_id)
        with pytest.raises(CortexError):
            said("--as", "root", "review", access_id, "--comment", "Mine.")
        assert "reviewed by user:" in said("--as", "alice", "review", access_id, "--comment", "Seen.")

    def test_needs_a_person(self, given: Emergency) -> None:
        with pytest.raises(CortexError, match="expected a person"):
            said("open", "--reason", REASON)
        with pytest.raises(CortexError):
            said("--as", "charlie", "open", "--reason", REASON)
        assert given.rows() == []
