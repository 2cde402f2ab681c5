# SPDX-License-Identifier: Apache-2.0
"""A malformed request never reaches a service: every route of programs, from the routes themselves."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoDbBlocker

from cortex import clock
from cortex.identity.models import User
from cortex.policy.actions import declared_scopes
from cortex.policy.roles import roles_let_in
from cortex.policy.routes import Route
from cortex.programs.clients.issue_token import issue_token
from cortex.tenancy.companies import company_by_code
from tests.architecture.doors import ABSENT, doors
from tests.architecture.test_routes import answered_methods
from tests.factories.people import create_user, let_in, service_client
from tests.factories.programs import Web
from tests.factories.sessions import sign_in, with_factor
from tests.frame import clones
from tests.frame.census import DECISIONS, census
from tests.frame.server import server
from tests.integration.cortex.api.malformed import (
    QUERIES,
    RAW_BODIES,
    SEGMENTS,
    VALUES,
    WRONG_MEDIA_TYPES,
    broken_bodies,
    written,
)

pytestmark = pytest.mark.slow
Send = Callable[..., HttpResponse]
JSON = "application/json"
PLATFORM = "platform-admin"
NOTHING: dict[str, Any] = {"type": "object", "properties": {}}
UNSAFE = {"POST", "PUT", "PATCH"}
# People alone do this, in a session of theirs and never by a token.
OF_PEOPLE = "api/v1/companies/<str:company_code>/emergency-access"
# The door's own codes: whoever gets one of these was turned away before any service.
CONTRACT_CODES = {
    "api.body_must_be_strict_json",
    "api.request_must_match_the_schema",
    "api.text_must_have_no_nul",
    "api.media_type_must_be_supported",
    "api.address_must_be_utf8",
    "api.body_must_be_left_out",
    "api.limit_must_be_in_range",
    "api.cursor_must_be_ours",
}
REGISTRY_BODIES: dict[str, dict[str, Any]] = {
    "schema": {
        "type": "object",
        "required": ["schema"],
        "properties": {
            "schema": {"type": "string"},
            "schemaType": {"type": "string", "maxLength": 40},
            "references": {
                "type": "array",
                "maxItems": 30,
                "items": {
                    "type": "object",
                    "required": ["name", "subject", "version"],
                    "properties": {
                        "name": {"type": "string", "maxLength": 500},
                        "subject": {"type": "string", "maxLength": 255},
                        "version": {"type": "integer", "minimum": 1},
                    },
                },
            },
            "ruleSet": {"type": "boolean"},
        },
    },
    "config": {
        "type": "object",
        "required": ["compatibility"],
        "properties": {"compatibility": {"type": "string", "maxLength": 40}},
    },
}


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a route, on a path that leads to something."""

    method: str
    path: str
    route: str
    role: str

    @property
    def is_of_the_registry(self) -> bool:
        return self.route.startswith("schemas/")

    @property
    def a_member(self) -> bytes:
        """Return the name of a member that a body may have."""
        return b"schema" if self.is_of_the_registry else b"narration"

    @property
    def is_of_people(self) -> bool:
        return self.route.startswith(OF_PEOPLE)

    @property
    def takes_a_form(self) -> bool:
        return self.route.endswith("journal-imports")

    @property
    def finds_nothing(self) -> bool:
        """Tell whether the object is absent: then a 404 may come before the body is looked at."""
        return ABSENT in self.path


@pytest.fixture(scope="module")
def database(demo_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[clones.Clone]:
    """Give the module the demo company; nothing that is sent here may change it."""
    with django_db_blocker.unblock(), clones.clone(server(), template=demo_template) as own:
        yield own


@pytest.fixture(scope="module")
def tokens(database: clones.Clone) -> dict[str, str]:
    """Return a token with every scope for each role; together they may do everything."""
    company_id = company_by_code(code="DEMO").id
    of_services = {role: _token_of_service(company_id, role) for role in ("controller", "administrator")}
    return {**of_services, PLATFORM: _token_of_platform()}


def _token_of_service(company_id: UUID, role: str) -> str:
    name = f"{role}-service"
    user = create_user(username=name, kind=User.Kind.SERVICE)
    let_in(company_id=company_id, user_id=user.id, roles=[role])
    service_client(user)
    return issue_token(client_id=name, scopes=sorted(declared_scopes()), at=clock.now())


def _token_of_platform() -> str:
    """Return the token of a program that acts for a person: no service has roles of the platform."""
    user = create_user(username="boundary-platform", is_platform_administrator=True)
    browser = sign_in(Client(), with_factor(user), methods=("pwd", "otp"))
    scopes = ("openid", *sorted(declared_scopes()))
    program = Web(client_id="boundary-program", scopes=scopes)
    token: str = program.tokens_from(browser, scope=" ".join(scopes))["access_token"]
    return token


# What may be asked there, and sent, is the plugin's to say; test_endpoints.py tells what is refused before.
OF_A_PLUGIN = "api/v1/plugins/<str:plugin_id>/<path:endpoint>"


@pytest.fixture(scope="module")
def operations(database: clones.Clone) -> list[Operation]:
    """Return every operation that programs can ask for."""
    return [
        Operation(method, door.path, door.route.path, _role(door.route, method))
        for door in doors()
        if door.route.path.startswith(("api/v1/", "schemas/"))
        and door.route.path not in ("api/v1/schema/", "api/v1/docs/", OF_A_PLUGIN)
        for method in sorted(answered_methods(door.route))
    ]


def _role(route: Route, method: str) -> str:
    action = route.declaration.action_for(method) if route.declaration else None
    allowed = {"controller"} if action is None else roles_let_in(action=action)
    return next((role for role in ("controller", "administrator") if role in allowed), PLATFORM)


@pytest.fixture(scope="module")
def browser(database: clones.Clone) -> Client:
    """Return the browser of a controller who has just signed in."""
    user = create_user(username="boundary-person")
    let_in(company_id=company_by_code(code="DEMO").id, user_id=user.id, roles=["controller"])
    return sign_in(Client(raise_request_exception=False), user, methods=("pwd", "otp"))


@pytest.fixture
def send(tokens: dict[str, str], browser: Client) -> Send:
    """Return what sends a request in the role that the operation needs."""
    client = Client(raise_request_exception=False)

    def sent(operation: Operation, body: bytes = b"", media_type: str = JSON, path: str = "") -> HttpResponse:
        headers = {"Idempotency-Key": str(uuid4())}
        if not operation.is_of_people:
            headers["Authorization"] = f"Bearer {tokens[operation.role]}"
        asker = browser if operation.is_of_people else client
        return asker.generic(
            operation.method, path or operation.path, body, content_type=media_type, headers=headers
        )

    return sent


@pytest.fixture(autouse=True)
def unchanged(
    database: clones.Clone, tokens: dict[str, str], browser: Client, operations: list[Operation]
) -> Iterator[None]:
    """Hold every row count before and after: a service that was entered would have left a row."""
    before = census(database.admin_dsn, besides=DECISIONS)
    yield
    assert census(database.admin_dsn, besides=DECISIONS) == before


def complaint(operation: Operation, answer: Any) -> str | None:
    """Return what is wrong with the answer to a malformed request."""
    media_type = answer.headers.get("Content-Type", "")
    if not 400 <= answer.status_code < 500:
        return f"{answer.status_code}"
    if operation.is_of_the_registry:
        is_told = media_type == "application/vnd.schemaregistry.v1+json" and "error_code" in answer.json()
        return None if is_told else f"{answer.status_code} {media_type}"
    if not media_type.startswith("application/problem+json"):
        return f"{answer.status_code} {media_type}"
    code = answer.json()["code"]
    if code in CONTRACT_CODES or (operation.finds_nothing and answer.status_code == 404):
        return None
    return f"{answer.status_code} {code}"


def request_schema(contract: dict[str, Any], operation: Operation) -> dict[str, Any] | None:
    """Return the schema of the body that the contract names for an operation."""
    if operation.is_of_the_registry:
        return REGISTRY_BODIES["config" if "config" in operation.route else "schema"]
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", operation.route)
    content = contract["paths"][path][operation.method.lower()].get("requestBody", {}).get("content", {})
    return next((part["schema"] for kind, part in content.items() if kind == "application/json"), None)


def complaints(sent: Iterator[tuple[Operation, str, HttpResponse]]) -> str:
    """Return a line for each answer that is no refusal by the contract."""
    found = ((operation, why, complaint(operation, answer)) for operation, why, answer in sent)
    return "\n".join(
        f"{each.method} {each.route}: {why}: {problem}" for each, why, problem in found if problem
    )


# Thousands of requests through the same lines, which others cover.
@pytest.mark.no_cover
class TestMalformedRequest:
    def test_may_come_to_every_operation(self, operations: list[Operation]) -> None:
        writing = [each for each in operations if each.method in UNSAFE]
        assert len([each for each in writing if not each.is_of_the_registry]) > 15
        assert len([each for each in operations if each.is_of_the_registry]) > 20

    def test_whose_text_is_no_strict_json_is_refused(self, operations: list[Operation], send: Send) -> None:
        assert not complaints(
            (
                each,
                why,
                send(each, text.replace(b"%s", b"schema" if each.is_of_the_registry else b"narration")),
            )
            for each in operations
            if each.method in UNSAFE
            for why, text in RAW_BODIES.items()
        )

    def test_that_is_no_object_is_refused(self, operations: list[Operation], send: Send) -> None:
        assert not complaints(
            (each, why, send(each, written(value)))
            for each in operations
            if each.method in UNSAFE
            for why, value in VALUES.items()
        )

    def test_of_another_media_type_is_refused(self, operations: list[Operation], send: Send) -> None:
        assert not complaints(
            (each, media_type, send(each, b'{"a": 1}', media_type))
            for each in operations
            if each.method in UNSAFE
            for media_type in WRONG_MEDIA_TYPES
        )

    def test_with_one_wrong_place_is_refused(self, operations: list[Operation], send: Send) -> None:
        contract = Client().get("/api/v1/schema/?format=json").json()
        components = contract["components"]["schemas"]
        bodies = [
            (each, broken)
            for each in operations
            if each.method in UNSAFE and not each.takes_a_form
            for broken in broken_bodies(request_schema(contract, each) or NOTHING, components)
        ]
        assert len(bodies) > 400
        assert not complaints((each, broken.why, send(each, written(broken.body))) for each, broken in bodies)

    def test_with_an_unknown_question_is_refused(self, operations: list[Operation], send: Send) -> None:
        assert not complaints(
            (each, query, send(each, path=f"{each.path}?{query}")) for each in operations for query in QUERIES
        )

    def test_with_a_body_that_nobody_reads_is_refused(self, operations: list[Operation], send: Send) -> None:
        assert not complaints(
            (each, "a body", send(each, b"{}")) for each in operations if each.method in ("GET", "DELETE")
        )

    def test_with_a_bad_path_is_refused(self, operations: list[Operation], send: Send) -> None:
        answers = [
            (path, send(each, path=path).status_code) for each in operations for path in _bad_paths(each)
        ]
        assert len(answers) > 200
        assert [(path[:120], status) for path, status in answers if not 400 <= status < 500] == []

    def test_in_a_form_is_refused(self, operations: list[Operation], send: Send) -> None:
        (operation,) = [each for each in operations if each.takes_a_form]
        forms = {
            "an unknown field": [("nobody_knows", "1"), ("journal", "x")],
            "a field twice": [("may_create", "true"), ("may_create", "false")],
            "a file that is a text": [("journal", "reference")],
            "a truth value that is none": [("may_create", "yes")],
            "nothing": [],
        }
        assert not complaints(
            (operation, why, send(operation, _form(parts), "multipart/form-data; boundary=x"))
            for why, parts in forms.items()
        )


def _form(parts: list[tuple[str, str]]) -> bytes:
    head = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return "".join(head.format(name, text) for name, text in parts).encode() + b"--x--\r\n"


def _bad_paths(operation: Operation) -> Iterator[str]:
    """Yield the path with one parameter that is none; the others lead nowhere."""
    parts = re.split(r"(<[^>]+>)", operation.route)
    places = [place for place, part in enumerate(parts) if part.startswith("<")]
    filled = {place: _harmless(parts[place]) for place in places}
    for place in places:
        for bad in SEGMENTS:
            changed = {**filled, place: bad}
            yield "/" + "".join(changed.get(index, part) for index, part in enumerate(parts))


def _harmless(parameter: str) -> str:
    return {"<uuid": ABSENT, "<int:": "1"}.get(parameter[:5], "DEMO")
