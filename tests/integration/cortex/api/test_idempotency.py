# SPDX-License-Identifier: Apache-2.0
"""A repetition gets the first answer, and the verb is done once."""

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.client import encode_multipart
from pytest_django.fixtures import Settings

from cortex import clock
from cortex.api.expired_keys import forget_expired
from cortex.api.models import IdempotencyKey
from cortex.api.tasks import forget_idempotency_keys
from cortex.database.transactions import transactional
from cortex.storage.models import StoredFile
from cortex.tenancy import scope
from tests.factories.people import Cast, cast, create_company, let_in
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.cortex.api import routes

NOTES = "/api/v1/companies/DEMO/notes"


@pytest.fixture
def people(db: None, settings: Settings) -> Cast:
    settings.ROOT_URLCONF = "tests.integration.cortex.api.routes"
    return cast()


def signed_in(user: object) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, user)  # type: ignore[arg-type]
    return client


def post(client: Client, name: str, key: str | None = "k1", url: str = NOTES) -> HttpResponse:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(url, {"name": name}, content_type="application/json", headers=headers)


def note_count(people: Cast) -> int:
    with scope([people.company.id]):
        return StoredFile.objects.filter(company=people.company).count()


class TestIdempotencyKey:
    def test_gives_a_repetition_the_first_answer(self, people: Cast) -> None:
        alice = signed_in(people.alice)
        first, second = post(alice, "x"), post(alice, "x")
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert first.headers["Location"] == second.headers["Location"]
        assert "Idempotency-Replayed" not in first.headers
        assert second.headers["Idempotency-Replayed"] == "true"
        assert note_count(people) == 1

    def test_refuses_the_same_key_for_another_body(self, people: Cast) -> None:
        alice = signed_in(people.alice)
        post(alice, "x")
        response = post(alice, "y")
        assert (response.status_code, response.json()["code"]) == (
            409,
            "api.idempotency_key_must_keep_its_request",
        )
        assert note_count(people) == 1

    def test_refuses_the_same_key_in_another_company(self, people: Cast) -> None:
        other = create_company(code="OTHER", name="Other")
        let_in(company_id=other.id, user_id=people.alice.id, roles=["controller"])
        alice = signed_in(people.alice)
        post(alice, "x")
        assert post(alice, "x", url=NOTES.replace("DEMO", "OTHER")).status_code == 409

    def test_belongs_to_its_principal(self, people: Cast) -> None:
        let_in(company_id=people.company.id, user_id=people.charlie.id, roles=["clerk"])
        first, second = post(signed_in(people.alice), "x"), post(signed_in(people.charlie), "x")
        assert first.content != second.content
        assert note_count(people) == 2

    def test_is_required_where_something_is_posted(self, people: Cast) -> None:
        response = post(signed_in(people.alice), "x", key=None)
        assert (response.status_code, response.json()["code"]) == (400, "api.idempotency_key_must_be_given")

    @pytest.mark.parametrize("key", ["", "with space", "x" * 256])
    def test_is_refused_when_malformed(self, people: Cast, key: str) -> None:
        response = post(signed_in(people.alice), "x", key=key)
        assert response.json()["code"] == "api.idempotency_key_must_be_well_formed"

    def test_is_free_again_after_a_refusal(self, people: Cast) -> None:
        alice = signed_in(people.alice)
        assert post(alice, "rude").status_code == 422
        assert post(alice, "polite").status_code == 201

    def test_is_free_again_when_it_expired(self, people: Cast) -> None:
        alice = signed_in(people.alice)
        post(alice, "x")
        _expire(people)
        assert post(alice, "y").status_code == 201
        assert note_count(people) == 2

    def test_is_asked_for_after_access_was_granted(self, people: Cast) -> None:
        alice = signed_in(people.alice)
        post(alice, "x")
        let_in(company_id=people.company.id, user_id=people.alice.id, roles=["viewer"])
        assert post(alice, "x").status_code == 403


class TestUpload:
    URL = "/api/v1/companies/DEMO/uploads"

    def upload(self, client: Client, *contents: bytes, **fields: str) -> HttpResponse:
        files = [SimpleUploadedFile("j.csv", content) for content in contents]
        body = {"journal": files, **fields}
        return client.post(self.URL, body, headers={"Idempotency-Key": "k1"})

    def test_is_repeated_whatever_boundary_the_browser_chose(self, people: Cast) -> None:
        alice = signed_in(people.alice)
        first = self.upload(alice, b"one")
        body = encode_multipart("another-boundary", {"journal": SimpleUploadedFile("j.csv", b"one")})
        content_type = "multipart/form-data; boundary=another-boundary"
        headers = {"Idempotency-Key": "k1"}
        again = alice.post(self.URL, body, content_type=content_type, headers=headers)
        assert (first.status_code, again.content) == (201, first.content)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert note_count(people) == 1

    def test_of_other_bytes_is_another_request(self, people: Cast) -> None:
        alice = signed_in(people.alice)
        self.upload(alice, b"one", b"two")
        assert self.upload(alice, b"other", b"two").status_code == 409
        assert self.upload(alice, b"one", b"two", dry_run="yes").status_code == 409
        assert note_count(people) == 2


class TestForgetting:
    def test_deletes_what_expired_and_nothing_else(self, people: Cast) -> None:
        alice = signed_in(people.alice)
        post(alice, "x", key="old")
        _expire(people)
        post(alice, "y", key="new")
        forget_idempotency_keys()
        with scope([people.company.id]):
            assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]

    def test_sees_nothing_outside_a_scope(self, committed_database: Clone, settings: Settings) -> None:
        settings.ROOT_URLCONF = "tests.integration.cortex.api.routes"
        people = cast()
        post(signed_in(people.alice), "x")
        _expire(people)
        assert forget_expired() == 0
        with scope([people.company.id]):
            assert forget_expired() == 1


class TestConcurrentDuplicates:
    def test_wait_for_the_first_and_get_its_answer(
        self, committed_database: Clone, settings: Settings
    ) -> None:
        settings.ROOT_URLCONF = "tests.integration.cortex.api.routes"
        people = cast()
        clients = [signed_in(people.alice) for _ in range(3)]
        routes.arrived.clear()
        routes.may_go_on.clear()
        answers: list[HttpResponse] = []

        def ask(client: Client) -> None:
            answers.append(post(client, "x"))
            connection.close()

        threads = [threading.Thread(target=ask, args=[client]) for client in clients]
        threads[0].start()
        assert routes.arrived.wait(timeout=10)
        for thread in threads[1:]:
            thread.start()
        threads[1].join(timeout=0.5)
        assert answers == []
        routes.may_go_on.set()
        for thread in threads:
            thread.join(timeout=10)
        assert [answer.status_code for answer in answers] == [201, 201, 201]
        assert len({answer.content for answer in answers}) == 1
        assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 2
        with scope([people.company.id]):
            assert _committed_notes() == 1


def _committed_notes() -> int:
    return transactional(StoredFile.objects.count)()


def _expire(people: Cast) -> None:
    with scope([people.company.id]):
        transactional(_delete_and_store_again)(people)


def _delete_and_store_again(people: Cast) -> None:
    """Age the keys; the application role may not change when a key expires, so each is stored anew."""
    aged = list(IdempotencyKey.objects.filter(company=people.company))
    IdempotencyKey.objects.filter(company=people.company).delete()
    for key in aged:
        key.expires_at = clock.now() - timedelta(seconds=1)
        key.save(force_insert=True)
