# SPDX-License-Identifier: Apache-2.0
"""Every event is registered by `migrate`, its subject is the program's own, and publishing looks at it."""

from typing import ClassVar

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection

from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.ids import uuid7
from cortex.ports.event_bus import Event, EventBus
from cortex.ports.registry import get
from cortex.schemas import event_registration
from cortex.schemas.candidates import candidate
from cortex.schemas.event_registration import (
    REGISTRAR,
    EventMustKeepItsSchema,
    EventSchemaMustBeRegistered,
    register_events,
    schema_address,
)
from cortex.schemas.event_schemas import event_classes, folder_of, published_schemas, schema_of
from cortex.schemas.models import Subject, Version
from cortex.schemas.registration import register_schema
from cortex.schemas.selectors import compatibility_of, subject_names, version_of
from tests.factories.people import cast, create_user

pytestmark = pytest.mark.django_db


class PageTurned(Event):
    """An event whose schema nobody committed."""

    event_type: ClassVar[str] = "testing.page.turned.v1"
    aggregate_type: ClassVar[str] = "testing.page"


@pytest.fixture(autouse=True)
def forgetful_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin as a new process does."""
    monkeypatch.setattr(event_registration, "_addresses", {})


class TestMigratedDatabase:
    def test_holds_the_schema_of_every_event(self) -> None:
        assert {each.event_type for each in event_classes()} <= set(subject_names(seen_by=REGISTRAR))
        for event_class in event_classes():
            version = version_of(subject=event_class.event_type, version="latest", seen_by=REGISTRAR)
            assert version.content.text == schema_of(event_class)
            assert (
                compatibility_of(subject=event_class.event_type, seen_by=REGISTRAR) == "BACKWARD_TRANSITIVE"
            )

    def test_gets_what_is_missing_and_nothing_twice(self) -> None:
        Version.objects.all().delete()
        assert register_events() == sum(len(published_schemas(each)) for each in event_classes())
        assert register_events() == 0


class TestNameThatAClientTookFirst:
    @pytest.mark.parametrize("is_the_same", [False, True], ids=["another schema", "the same schema"])
    def test_is_the_platforms_and_what_the_client_registered_stays_the_clients(
        self, is_the_same: bool
    ) -> None:
        event_class = event_classes()[0]
        name = event_class.event_type
        Version.objects.filter(subject__name=name).delete()
        Subject.objects.filter(name=name).delete()
        client = create_user(username="client", kind=User.Kind.SERVICE)
        Subject.objects.create(name=name, versions_issued=0, owner=client, compatibility="NONE")
        text = schema_of(event_class) if is_the_same else '{"type":"string"}'
        wanted = candidate(schema_type="JSON", text=text)
        taken = register_schema(subject=name, wanted=wanted, registered_by=REGISTRAR).version

        assert register_events(classes=[event_class]) == len(published_schemas(event_class))
        ours = Subject.objects.get(name=name)
        assert (ours.owner, ours.compatibility) == (None, "BACKWARD_TRANSITIVE")
        assert [each.registered_by for each in ours.versions.all()] == [REGISTRAR.urn] * ours.versions_issued
        theirs = Version.objects.get(pk=taken.pk).subject
        assert (theirs.owner, theirs.compatibility) == (client, "NONE")
        assert theirs.name == f"{name}.before-{theirs.id}"
        assert schema_address(event_class.model_construct(aggregate_id=uuid7())).startswith(
            f"/schemas/subjects/{name}/versions/"
        )
        assert register_events(classes=[event_class]) == 0


class TestPublishing:
    def test_names_the_schema_that_the_event_keeps(self) -> None:
        (event_class,) = [each for each in event_classes() if each.event_type.endswith("state_changed.v1")]
        event = event_class.model_construct(aggregate_id=uuid7())
        latest = len(published_schemas(event_class))
        address = f"/schemas/subjects/{event_class.event_type}/versions/{latest}/schema"
        assert schema_address(event) == address

    def test_asks_the_database_once_in_a_process(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        event = event_classes()[0].model_construct(aggregate_id=uuid7())
        schema_address(event)
        with django_assert_num_queries(0):
            schema_address(event)

    def test_refuses_an_event_that_is_not_registered(self) -> None:
        company = cast().company

        @transactional
        def publish() -> None:
            get(EventBus).publish(company_id=company.id, events=[PageTurned(aggregate_id=uuid7())])

        with pytest.raises(EventSchemaMustBeRegistered, match="Run `cortex migrate`"):
            publish()

    def test_of_what_was_not_committed_cannot_be_registered(self) -> None:
        with pytest.raises(EventMustKeepItsSchema, match="Run `cortex schemas write`"):
            register_events(classes=[PageTurned])


class TestCommand:
    def test_lists_subjects_with_their_versions(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("schemas", "list")
        assert "accounting.journal_entry.posted.v1 BACKWARD_TRANSITIVE 1" in capsys.readouterr().out

    def test_registers_nothing_twice(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("schemas", "register")
        assert capsys.readouterr().out == "0 registered\n"

    def test_writes_nothing_while_nothing_changed(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("schemas", "write")
        assert capsys.readouterr().out == ""
        assert all(folder_of(each).is_dir() for each in event_classes())


class TestMessagesOfThePast:
    def test_keep_their_schema_for_ever(self) -> None:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE schemas_content SET text = '{}'")
