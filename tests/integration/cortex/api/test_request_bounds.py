# SPDX-License-Identifier: Apache-2.0
"""What is too long, of untold length, or holds NUL, is refused before anything of it is read."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from cortex.api.body_limits import body_bytes_max
from cortex.api.errors import BodyMustNotBeTooLarge
from cortex.api.parsers import StrictJsonParser
from cortex.api.request_bounds import UploadMustNotBeTooLarge
from tests.factories.people import Cast, cast
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
LONG = 80 * 1024 * 1024
FORM = "multipart/form-data; boundary=x"
PATHS = ["/accounts/login/", "/books/DEMO/import/", "/api/v1/companies/DEMO/journal-imports", "/nonsense"]


class Unread(BytesIO):
    """A body that must not be touched."""

    def read(self, *_sizes: Any) -> bytes:
        raise AssertionError("the body was read")


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture(params=["stranger", "member"])
def client(request: pytest.FixtureRequest, people: Cast) -> Client:
    client = Client(enforce_csrf_checks=True)
    if request.param == "member":
        sign_in(client, people.alice)
    return client


def send(client: Client, path: str, **told: Any) -> Any:
    return client.generic("POST", path, content_type=FORM, **{"wsgi.input": Unread(), **told})


class TestBody:
    @pytest.mark.parametrize("path", PATHS)
    def test_that_is_too_long_is_not_read(self, client: Client, path: str) -> None:
        answer = send(client, path, CONTENT_LENGTH=str(LONG))
        is_api = path.startswith("/api/")
        assert answer.status_code == 413
        assert answer.headers["Content-Type"].startswith("application/problem" if is_api else "text/html")
        assert b"api.body_must_not_be_too_large" in answer.content
        assert answer.headers["X-Request-ID"]

    @pytest.mark.parametrize(
        "told", [{"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_LENGTH": "-1"}, {"CONTENT_LENGTH": "x"}]
    )
    def test_of_untold_length_is_not_read(self, client: Client, told: dict[str, str]) -> None:
        answer = send(client, "/accounts/login/", **told)
        assert answer.status_code == 411
        assert b"api.body_length_must_be_told" in answer.content

    def test_may_be_longer_where_files_are_imported(self) -> None:
        general = body_bytes_max(path="/accounts/login/")
        assert general == 2_621_440
        assert all(body_bytes_max(path=path) > 3 * general for path in PATHS[1:3])

    def test_of_many_entries_at_once_is_read_up_to_its_limit(self) -> None:
        body = b"[" + b" " * 3_000_000 + b"]"
        many = RequestFactory().post("/api/v1/companies/DEMO/journal-entries:batch")
        assert StrictJsonParser().parse(BytesIO(body), None, {"request": many}) == []
        with pytest.raises(BodyMustNotBeTooLarge):
            StrictJsonParser().parse(BytesIO(body), None, {"request": RequestFactory().post("/api/v1/")})

    def test_is_counted_while_it_comes(self, settings: Settings) -> None:
        files = {"journal": SimpleUploadedFile("journal.csv", b"x" * 200)}
        request = RequestFactory().post("/accounts/login/", files)
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        with pytest.raises(UploadMustNotBeTooLarge):
            _ = request.FILES


class TestNul:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/api/v1/companies/DEMO/accounts/a%00b"),
            ("POST", "/api/v1/companies/DEMO/periods/a%00b:close"),
            ("GET", "/api/v1/companies/DEMO/accounts?cursor=a%00b"),
            ("GET", "/books/DEMO/accounts/a%00b/"),
            ("GET", "/books/DEMO/entries/?text=a%00b"),
        ],
    )
    def test_is_refused_in_path_and_query(self, client: Client, method: str, path: str) -> None:
        answer = client.generic(method, path)
        assert answer.status_code == 400
        assert b"api.text_must_have_no_nul" in answer.content
