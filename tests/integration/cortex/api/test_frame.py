# SPDX-License-Identifier: Apache-2.0
"""What every REST answer has in common."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from oauth2_provider.models import get_access_token_model
from pytest_django.fixtures import Settings

from cortex import clock
from cortex.api.etags import etag_of
from cortex.storage.models import StoredFile
from cortex.tenancy import scope
from cortex.tenancy.models import Company
from tests.factories.people import Cast, cast, token_of_client
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
NOTES = "/api/v1/companies/DEMO/notes"
KEY = {"Idempotency-Key": "5f0c4d1e"}


@pytest.fixture
def people(settings: Settings) -> Cast:
    settings.ROOT_URLCONF = "tests.integration.cortex.api.routes"
    return cast()


@pytest.fixture
def alice(people: Cast) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, people.alice)
    return client


def post(client: Client, body: object, **headers: str):  # type: ignore[no-untyped-def]
    return client.post(NOTES, body, content_type="application/json", headers={**KEY, **headers})


def notes(people: Cast) -> list[str]:
    with scope([people.company.id]):
        return sorted(StoredFile.objects.filter(company=people.company).values_list("name", flat=True))


class TestProblem:
    def test_tells_code_title_detail_evidence_and_request_id(self, alice: Client) -> None:
        response = post(alice, {"name": "rude"}, **{"X-Request-ID": "caller-chosen-1"})
        assert response.status_code == 422
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json() == {
            "type": "urn:cortex:problem:testing.note_must_be_friendly",
            "title": "Note must be friendly",
            "status": 422,
            "detail": "Note rude: expected friendly words.",
            "instance": NOTES,
            "code": "testing.note_must_be_friendly",
            "evidence": {"got": "rude"},
            "request_id": "caller-chosen-1",
        }

    def test_leaves_nothing_behind_when_the_verb_is_refused(self, alice: Client, people: Cast) -> None:
        post(alice, {"name": "rude"})
        assert notes(people) == []

    def test_tells_nothing_of_an_unexpected_error(self, alice: Client, people: Cast) -> None:
        response = post(alice, {"name": "broken"})
        assert response.status_code == 500
        assert response.json()["code"] == "cortex.unexpected"
        assert b"hunter2" not in response.content
        assert notes(people) == []

    def test_names_each_field_that_does_not_fit(self, alice: Client) -> None:
        response = post(alice, {"name": "x", "colour": "red", "lines": [1]})
        assert response.status_code == 400
        assert response.json()["code"] == "api.request_must_match_the_schema"
        assert response.json()["evidence"]["errors"] == [
            {"field": "colour", "code": "unknown_field", "message": "This field is not known here."}
        ]

    def test_names_the_place_inside_a_list(self, alice: Client) -> None:
        response = post(alice, {"name": "x", "lines": [1, "two"]})
        assert response.json()["evidence"]["errors"][0]["field"] == "lines.1"

    def test_refuses_an_amount_that_is_a_number(self, alice: Client) -> None:
        response = post(alice, {"name": "x", "amount": 12.5})
        assert response.json()["evidence"]["errors"][0] == {
            "field": "amount",
            "code": "amount",
            "message": "Expected a decimal string such as 1234.50, never a number.",
        }

    def test_refuses_a_number_where_a_text_belongs(self, alice: Client) -> None:
        assert post(alice, {"name": 7}).json()["evidence"]["errors"][0]["field"] == "name"

    @pytest.mark.parametrize(
        "body", ['{"name": "a", "name": "b"}', '{"name": NaN}', "[" * 5000, "{", "\udcff"]
    )
    def test_refuses_json_that_readers_could_understand_differently(self, alice: Client, body: str) -> None:
        response = post(alice, body.encode("utf-8", "surrogateescape"))
        assert response.status_code == 400
        assert response.json()["code"] == "api.body_must_be_strict_json"

    def test_refuses_a_body_over_the_limit(self, alice: Client, settings: Settings) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        response = post(alice, {"name": "x" * 200})
        assert response.status_code == 413

    def test_refuses_another_media_type(self, alice: Client) -> None:
        response = alice.post(NOTES, "name=x", content_type="application/x-www-form-urlencoded", headers=KEY)
        assert (response.status_code, response.json()["code"]) == (415, "api.media_type_must_be_supported")

    def test_refuses_a_method_that_the_resource_lacks(self, alice: Client) -> None:
        response = alice.delete(NOTES)
        assert (response.status_code, response.json()["code"]) == (405, "api.method_must_be_allowed")

    def test_answers_an_unknown_path(self, alice: Client) -> None:
        response = alice.get("/api/v1/nowhere")
        assert (response.status_code, response.json()["code"]) == (404, "api.route_must_exist")

    def test_is_json_whatever_is_asked_for(self, alice: Client) -> None:
        response = alice.get(NOTES, headers={"Accept": "text/html"})
        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


class TestHeaders:
    def test_carry_request_id_and_traceparent(self, alice: Client) -> None:
        response = alice.get(NOTES)
        assert re.fullmatch(r"[0-9a-f-]{36}", response.headers["X-Request-ID"])
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", response.headers["traceparent"])

    def test_go_on_with_the_trace_of_the_caller(self, alice: Client) -> None:
        given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        answered = alice.get(NOTES, headers={"traceparent": given}).headers["traceparent"]
        assert answered.split("-")[1] == "4bf92f3577b34da6a3ce929d0e0e4736"
        assert answered.split("-")[2] != "00f067aa0ba902b7"

    @pytest.mark.parametrize("given", ["short", "with space and more", "x" * 65, "line\nbreak-line"])
    def test_replace_a_request_id_that_could_harm_a_log(self, alice: Client, given: str) -> None:
        assert alice.get(NOTES, headers={"X-Request-ID": given}).headers["X-Request-ID"] != given

    def test_allow_no_inline_script(self, alice: Client) -> None:
        policy = alice.get(NOTES).headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


class TestAccess:
    def test_asks_strangers_to_sign_in(self, people: Cast) -> None:
        response = Client().get(NOTES)
        assert (response.status_code, response.json()["code"]) == (401, "identity.sign_in_must_come_first")
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'

    def test_hides_a_company_from_an_outsider_as_if_it_were_not_there(self, people: Cast) -> None:
        client = Client()
        sign_in(client, people.charlie)
        hidden, missing = client.get(NOTES), client.get(NOTES.replace("DEMO", "NONE"))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.json()["detail"] == missing.json()["detail"].replace("NONE", "DEMO")

    def test_lets_an_auditor_read_and_not_write(self, people: Cast) -> None:
        client = Client()
        sign_in(client, people.bob)
        assert client.get(NOTES).status_code == 200
        response = post(client, {"name": "x"})
        assert (response.status_code, response.json()["code"]) == (403, "policy.access_must_be_granted")
        assert notes(people) == []

    def test_asks_a_browser_for_the_csrf_token(self, people: Cast) -> None:
        client = Client(enforce_csrf_checks=True)
        sign_in(client, people.alice)
        response = post(client, {"name": "x"})
        assert (response.status_code, response.json()["code"]) == (403, "policy.access_must_be_granted")
        assert notes(people) == []

    def test_lets_a_client_do_what_its_role_and_its_scopes_allow(self, people: Cast) -> None:
        bearer = {"Authorization": f"Bearer {token_of_client(people.company, 'accounting:write')}"}
        client = Client(enforce_csrf_checks=True)
        assert post(client, {"name": "x"}, **bearer).status_code == 201
        response = client.get(NOTES, headers=bearer)
        assert response.status_code == 403
        assert response.json()["evidence"]["got"] == "the token lacks the scope accounting:read"

    def test_refuses_a_client_whose_role_is_too_small(self, people: Cast) -> None:
        token = token_of_client(people.company, "accounting:write", role="viewer")
        assert post(Client(), {"name": "x"}, Authorization=f"Bearer {token}").status_code == 403

    def test_refuses_an_expired_token(self, people: Cast) -> None:
        token = token_of_client(people.company, "accounting:read")
        get_access_token_model().objects.update(expires=clock.now() - timedelta(seconds=1))
        response = Client().get(NOTES, headers={"Authorization": f"Bearer {token}"})
        assert (response.status_code, response.json()["code"]) == (401, "api.token_must_be_valid")

    def test_refuses_the_token_of_a_service_that_was_switched_off(self, people: Cast) -> None:
        token = token_of_client(people.company, "accounting:read")
        application = get_access_token_model().objects.get().application
        application.user.is_active = False
        application.user.save(update_fields=["is_active"])
        assert Client().get(NOTES, headers={"Authorization": f"Bearer {token}"}).status_code == 401

    def test_does_not_fall_back_to_the_session_beside_a_bad_token(self, alice: Client) -> None:
        assert alice.get(NOTES, headers={"Authorization": "Bearer nonsense"}).status_code == 401

    def test_only_reads_in_a_suspended_company(self, alice: Client, people: Cast) -> None:
        with scope([people.company.id]):
            Company.objects.filter(id=people.company.id).update(status="suspended")
        assert alice.get(NOTES).status_code == 200
        assert post(alice, {"name": "x"}).status_code == 403


class TestView:
    def test_that_declared_no_action_for_a_method_does_nothing(self, alice: Client) -> None:
        response = alice.post("/api/v1/companies/DEMO/half", {}, content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (500, "policy.action_must_be_declared")

    def test_answers_head_like_get_and_without_a_body(self, alice: Client) -> None:
        response = alice.head(NOTES)
        assert (response.status_code, response.content) == (200, b"")


class TestPageForPeople:
    def test_shows_a_refusal_in_words(self, alice: Client) -> None:
        response = alice.get("/pages/refused")
        assert response.status_code == 422
        assert b"Note: expected &lt;b&gt;friendly&lt;/b&gt; words." in response.content
        assert b"testing.note_must_be_friendly" in response.content

    def test_leads_a_stranger_to_the_sign_in_and_back(self, people: Cast) -> None:
        response = Client().get("/pages/sign-in?day=1")
        assert response.status_code == 302
        assert response.headers["Location"] == "/accounts/login/?next=/pages/sign-in%3Fday%3D1"

    def test_tells_nothing_of_an_unexpected_error(self, alice: Client) -> None:
        response = alice.get("/pages/unexpected")
        assert response.status_code == 500
        assert b"hunter2" not in response.content

    def test_says_that_nothing_is_there(self, alice: Client) -> None:
        assert alice.get("/nowhere").status_code == 404

    def test_below_the_api_is_a_problem(self, alice: Client) -> None:
        refused, failed = alice.get("/api/v1/pages/refused"), alice.get("/api/v1/pages/unexpected")
        assert (refused.status_code, refused.json()["code"]) == (422, "testing.note_must_be_friendly")
        assert (failed.status_code, failed.json()["code"]) == (500, "cortex.unexpected")
        assert b"hunter2" not in failed.content


class TestVersions:
    URL = "/api/v1/companies/DEMO/versioned"

    def put(self, client: Client, **headers: str):  # type: ignore[no-untyped-def]
        return client.put(self.URL, {}, content_type="application/json", headers=headers)

    def test_must_be_named(self, alice: Client) -> None:
        assert self.put(alice).status_code == 428
        assert self.put(alice, **{"If-Match": "*"}).status_code == 428

    def test_must_be_current(self, alice: Client) -> None:
        assert self.put(alice, **{"If-Match": etag_of("version", 0)}).status_code == 412
        assert self.put(alice, **{"If-Match": "W/" + etag_of("version", 1)}).status_code == 412

    def test_lets_the_current_one_change(self, alice: Client) -> None:
        response = self.put(alice, **{"If-Match": f'"other", {etag_of("version", 1)}'})
        assert (response.status_code, response.headers["ETag"]) == (200, etag_of("version", 2))
