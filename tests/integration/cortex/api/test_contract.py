# SPDX-License-Identifier: Apache-2.0
"""The contract is served to everybody, valid, and without a request to another host."""

import json
import re

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema


@pytest.fixture(scope="module")
def contract() -> dict:  # type: ignore[type-arg]
    return json.loads(Client().get("/api/v1/schema/?format=json").content)


class TestContract:
    def test_is_valid_openapi_3_1(self, contract: dict) -> None:  # type: ignore[type-arg]
        assert contract["openapi"].startswith("3.1")
        validate_schema(contract)

    def test_gives_every_operation_the_problem_as_its_refusal(self, contract: dict) -> None:  # type: ignore[type-arg]
        for path in contract["paths"].values():
            for operation in path.values():
                content = operation["responses"]["default"]["content"]["application/problem+json"]
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}

    def test_offers_the_key_of_repetition_on_every_unsafe_call(self, contract: dict) -> None:  # type: ignore[type-arg]
        for path in contract["paths"].values():
            for method, operation in path.items():
                headers = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "header"]
                assert ("Idempotency-Key" in headers) == (method not in ("get", "head"))

    def test_names_the_scope_that_a_token_needs(self, contract: dict) -> None:  # type: ignore[type-arg]
        assert {"oauth2": ["jobs:read"]} in contract["paths"]["/api/v1/jobs/{job_id}"]["get"]["security"]
        flow = contract["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
        assert flow["tokenUrl"] == "/o/token/"
        assert "accounting:write" in flow["scopes"]


class TestDocumentation:
    def test_asks_no_other_host_and_needs_no_inline_script(self) -> None:
        response = Client().get("/api/v1/docs/")
        page = response.content.decode()
        assert response.status_code == 200
        assert re.findall(r"https?://", page) == []
        assert "<style" not in page
        assert re.findall(r"<script(?! src=)", page) == []

    def test_starts_from_a_script_of_its_own(self) -> None:
        response = Client().get("/api/v1/docs/?script=")
        assert response.headers["Content-Type"].startswith("application/javascript")
        assert b"/api/v1/schema/" in response.content
