# SPDX-License-Identifier: Apache-2.0
"""Whose a subject is: clients of one company share theirs, and another company's are not there."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from cortex import clock
from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.ports.principal import Principal
from cortex.programs.clients.issue_token import issue_token
from cortex.schemas.candidates import candidate
from cortex.schemas.models import Reference, Setting, Subject, Version
from cortex.schemas.registration import register_schema
from cortex.tenancy import scope
from cortex.tenancy.models import Company
from tests.factories.people import create_company, create_user, let_in, service_client

pytestmark = pytest.mark.django_db

WORD = {"type": "string"}
OPEN = {"type": "object"}
EVENT = "accounting.journal_entry.posted.v1"
Answer = tuple[int, Any]


@dataclass(frozen=True)
class Program:
    """A client with its token."""

    user: User
    token: str

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        response = Client().generic(
            method,
            f"/schemas/{path}",
            b"" if body is None else json.dumps(body),
            content_type="application/vnd.schemaregistry.v1+json",
            headers={"Authorization": f"Bearer {self.token}"},
        )
        found = response.json()
        is_refusal = response.status_code >= 400
        return response.status_code, found["error_code"] if is_refusal else found

    def register(self, subject: str, schema: Any, *references: dict[str, Any]) -> Answer:
        return self.call("POST", f"subjects/{subject}/versions", body_of(schema, *references))


def body_of(schema: Any, *references: dict[str, Any]) -> dict[str, Any]:
    return {"schema": json.dumps(schema), "schemaType": "JSON", "references": list(references)}


def whole_registry() -> list[Any]:
    """Return all that a change would change."""
    models: tuple[Any, ...] = (Subject, Version, Reference, Setting)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.fixture(autouse=True)
def companies() -> dict[str, Company]:
    return {code: create_company(code=code, name=code) for code in ("AAA", "BBB")}


@pytest.fixture
def ours(companies: dict[str, Company]) -> Program:
    return make("ours", companies, AAA="accountant")


@pytest.fixture
def theirs(companies: dict[str, Company]) -> Program:
    return make("theirs", companies, BBB="administrator")


def make(name: str, companies: dict[str, Company], **roles: str) -> Program:
    user = create_user(username=name, kind=User.Kind.SERVICE)
    for code, role in roles.items():
        let_in(company_id=companies[code].id, user_id=user.id, roles=[role])
    service_client(user, client_id=name)
    return Program(user, issue_token(client_id=name, scopes=["schemas"], at=clock.now()))


@pytest.fixture
def held(ours: Program) -> int:
    """Register a subject with a mode, one that refers to it, and a deleted one; return the first's id."""
    _, answer = ours.register("word", WORD)
    assert ours.call("PUT", "config/word", {"compatibility": "FULL"})[0] == 200
    assert ours.register("letter", {"$ref": "w"}, {"name": "w", "subject": "word", "version": 1})[0] == 200
    assert ours.register("gone", OPEN)[0] == 200
    assert ours.call("DELETE", "subjects/gone") == (200, [1])
    return int(answer["id"])


class TestAnotherCompany:
    @pytest.mark.parametrize(
        ("method", "path", "schema"),
        [
            ("POST", "subjects/word/versions", OPEN),
            ("POST", "subjects/word/versions", WORD),
            ("PUT", "config/word", None),
            ("DELETE", "config/word", None),
            ("DELETE", "subjects/letter", None),
            ("DELETE", "subjects/letter/versions/1", None),
            ("DELETE", "subjects/letter/versions/latest", None),
            ("DELETE", "subjects/gone?permanent=true", None),
            ("DELETE", "subjects/gone/versions/1?permanent=true", None),
            ("POST", "subjects/gone/versions", OPEN),
        ],
    )
    def test_changes_nothing(self, held: int, theirs: Program, method: str, path: str, schema: Any) -> None:
        before = whole_registry()
        body = {"compatibility": "NONE"} if method == "PUT" else body_of(schema) if schema else None
        assert theirs.call(method, path, body) == (403, 40301)
        assert whole_registry() == before

    @pytest.mark.parametrize(
        ("method", "path", "code"),
        [
            ("GET", "subjects/word/versions", 40401),
            ("GET", "subjects/gone/versions?deleted=true", 40401),
            ("GET", "subjects/word/versions/1", 40401),
            ("GET", "subjects/word/versions/latest", 40401),
            ("GET", "subjects/word/versions/1/schema", 40401),
            ("GET", "subjects/word/versions/1/referencedby", 40401),
            ("GET", "config/word", 40408),
            ("POST", "subjects/word", 40401),
            ("POST", "subjects/gone?deleted=true", 40401),
            ("POST", "compatibility/subjects/word/versions", 40401),
            ("POST", "compatibility/subjects/word/versions/1", 40401),
            ("POST", "compatibility/subjects/word/versions/latest", 40401),
        ],
    )
    def test_meets_what_is_met_where_nothing_is(
        self, held: int, theirs: Program, method: str, path: str, code: int
    ) -> None:
        body = body_of(WORD) if method == "POST" else None
        unknown = path.replace("word", "nothing").replace("gone", "nothing")
        assert [theirs.call(method, each, body) for each in (path, unknown)] == [(404, code)] * 2

    @pytest.mark.parametrize("door", ["", "/schema", "/subjects", "/versions", "/subjects?deleted=true"])
    def test_does_not_find_its_ids(self, held: int, theirs: Program, door: str) -> None:
        assert theirs.call("GET", f"schemas/ids/{held}{door}") == (404, 40403)

    def test_lists_none_of_them(self, held: int, theirs: Program) -> None:
        for which in ("", "?deleted=true", "?deleted_only=true", "?subjectPrefix=word"):
            _, names = theirs.call("GET", f"subjects{which}")
            assert not {"word", "letter", "gone"} & set(names)

    def test_falls_back_to_the_mode_for_all(self, held: int, theirs: Program) -> None:
        answer = theirs.call("GET", "config/word?defaultToGlobal=true")
        assert answer == (200, {"compatibilityLevel": "BACKWARD"})

    def test_cannot_refer_to_them(self, held: int, theirs: Program) -> None:
        reference = {"name": "w", "subject": "word", "version": 1}
        assert theirs.register("theirs", {"$ref": "w"}, reference) == (422, 42201)
        theirs.register("theirs", OPEN)
        body = body_of({"$ref": "w"}, reference)
        assert theirs.call("POST", "compatibility/subjects/theirs/versions", body) == (422, 42201)

    def test_that_holds_the_same_schema_sees_its_own_subject_alone(self, held: int, theirs: Program) -> None:
        assert theirs.register("same", WORD) == (200, {"id": held})
        assert theirs.call("GET", f"schemas/ids/{held}/subjects") == (200, ["same"])
        assert theirs.call("GET", f"schemas/ids/{held}/versions") == (
            200,
            [{"subject": "same", "version": 1}],
        )
        assert theirs.call("GET", f"schemas/ids/{held}")[0] == 200

    def test_that_is_deleted_leaves_its_name_with_its_owner(
        self, held: int, ours: Program, theirs: Program
    ) -> None:
        assert ours.call("DELETE", "subjects/gone?permanent=true") == (200, [1])
        assert theirs.register("gone", WORD) == (403, 40301)
        assert ours.register("gone", WORD)[0] == 200


class TestCompany:
    def test_shares_what_its_clients_register(
        self, held: int, ours: Program, companies: dict[str, Company]
    ) -> None:
        second = make("second", companies, AAA="controller")
        assert {"word", "letter"} <= set(second.call("GET", "subjects")[1])
        assert second.call("GET", "config/word") == (200, {"compatibilityLevel": "FULL"})
        assert second.call("GET", "subjects/word/versions/1/referencedby")[0] == 200
        assert second.call("PUT", "config/word", {"compatibility": "NONE"})[0] == 200
        assert second.register("word", OPEN)[0] == 200
        assert ours.call("GET", "subjects/word/versions") == (200, [1, 2])
        assert second.call("DELETE", "subjects/word/versions/2") == (200, 2)
        assert second.call("DELETE", "subjects/word/versions/2?permanent=true") == (200, 2)
        assert Subject.objects.get(name="word").owner_id == ours.user.id

    def test_counts_the_role_in_the_company_that_is_shared(
        self, held: int, companies: dict[str, Company]
    ) -> None:
        both = make("both", companies, AAA="viewer", BBB="accountant")
        assert both.call("GET", "subjects/word/versions") == (200, [1])
        assert both.register("word", OPEN) == (403, 40301)
        assert both.call("DELETE", "subjects/letter") == (403, 40301)

    def test_that_is_suspended_shares_nothing(self, held: int, companies: dict[str, Company]) -> None:
        both = make("both", companies, AAA="accountant", BBB="accountant")
        assert both.call("GET", "subjects/word/versions")[0] == 200
        suspend(companies["AAA"])
        assert both.call("GET", "subjects/word/versions") == (404, 40401)
        assert both.call("DELETE", "subjects/letter") == (403, 40301)


class TestPlatform:
    def test_has_subjects_that_all_read_and_none_writes(self, ours: Program, theirs: Program) -> None:
        wanted = candidate(schema_type="JSON", text=json.dumps(WORD))
        console = Principal.service("console")
        schema_id = register_schema(subject="shared", wanted=wanted, registered_by=console).version.content_id
        for each in (ours, theirs):
            assert each.call("GET", f"schemas/ids/{schema_id}/subjects") == (200, ["shared"])
            assert {"shared", EVENT} <= set(each.call("GET", "subjects")[1])
            assert each.register("shared", WORD) == (200, {"id": schema_id})
            assert each.register("shared", OPEN) == (403, 40301)
            assert each.call("DELETE", "subjects/shared") == (403, 40301)
            reference = {"name": "w", "subject": "shared", "version": 1}
            assert each.register(f"of-{each.user.username}", {"$ref": "w"}, reference)[0] == 200
        assert len(ours.call("GET", "subjects/shared/versions/1/referencedby")[1]) == 1

    def test_administrators_see_and_change_everything(self, held: int, theirs: Program) -> None:
        User.objects.filter(pk=theirs.user.pk).update(is_superuser=True)
        assert theirs.call("GET", "subjects/word/versions") == (200, [1])
        assert theirs.call("DELETE", "subjects/letter") == (200, [1])
        assert theirs.call("DELETE", "subjects/letter?permanent=true") == (200, [1])


def suspend(company: Company) -> None:
    companies = Company.objects.filter(pk=company.pk)
    with scope([company.id]):
        assert transactional(companies.update)(status=Company.Status.SUSPENDED) == 1
