# SPDX-License-Identifier: Apache-2.0
"""The contract of the books: complete, and kept by the program whatever is sent."""

import warnings
from io import StringIO
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from cortex.tenancy.companies import company_by_code
from tests.factories.books import open_books
from tests.factories.people import token_of_client
from tests.frame.clones import Clone

# Of each operation and mode; `make soak` sends others, and many.
EXAMPLES, EXAMPLES_OF_A_SOAK = 5, 100
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
SCOPES = ("accounting:read", "accounting:write", "jobs:read", "jobs:write")


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    """Return the contract as programs read it."""
    document: dict[str, Any] = Client().get("/api/v1/schema/?format=json").json()
    return document


class TestContract:
    def test_is_generated_without_a_warning(self) -> None:
        call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())

    def test_names_every_operation_once(self, contract: dict[str, Any]) -> None:
        operations = [operation for path in contract["paths"].values() for operation in path.values()]
        names = [operation["operationId"] for operation in operations]
        assert len(set(names)) == len(names)
        assert all(operation["description"] for operation in operations)

    def test_closes_every_body_and_shows_an_example_of_a_posting(self, contract: dict[str, Any]) -> None:
        bodies = [body for name, body in contract["components"]["schemas"].items() if "ToPostRequest" in name]
        assert bodies
        assert all(body["additionalProperties"] is False for body in bodies)
        post = contract["paths"]["/api/v1/companies/{company_code}/journal-entries"]["post"]
        assert post["requestBody"]["content"]["application/json"]["examples"]
        key = next(header for header in post["parameters"] if header["name"] == "Idempotency-Key")
        assert key["required"] is True


@pytest.fixture
def token(committed_database: Clone) -> str:
    """Return a token of a controller's client, in a database where each request ends its transaction."""
    books = open_books()
    with books.entered():
        company = company_by_code(code=books.code)
    return token_of_client(company, *SCOPES, role="controller")


@pytest.fixture
def live_contract(token: str) -> Any:
    """Return the contract bound to the program itself, called in this process."""
    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application())


@pytest.mark.slow
@pytest.mark.no_cover
class TestProgram:
    def test_keeps_the_contract_whatever_is_sent(self, live_contract: Any, token: str) -> None:
        operations = [result.ok() for result in live_contract.get_all_operations()]
        assert len(operations) > 20
        for operation in operations:
            _call(operation, token, examples=EXAMPLES)

    @pytest.mark.soak
    def test_keeps_the_contract_for_long(self, live_contract: Any, token: str) -> None:
        for result in live_contract.get_all_operations():
            _call(result.ok(), token, examples=EXAMPLES_OF_A_SOAK)


def _call(operation: schemathesis.APIOperation, token: str, *, examples: int) -> None:
    _send(operation, GenerationMode.POSITIVE, token, examples)
    if len(operation.body):
        _send(operation, GenerationMode.NEGATIVE, token, examples)


def _send(operation: schemathesis.APIOperation, mode: GenerationMode, token: str, examples: int) -> None:
    """Send requests that keep the contract, or break it; any 5xx or answer outside the contract fails."""

    @settings(
        max_examples=examples,
        deadline=None,
        # The same requests on every machine; a soak looks for new ones.
        derandomize=examples == EXAMPLES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        if "company_code" in case.path_parameters:
            case.path_parameters["company_code"] = "DEMO"
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    with warnings.catch_warnings():
        # The generator warns of schemas for which it searches long; the program is what is tested.
        warnings.simplefilter("ignore")
        send()
