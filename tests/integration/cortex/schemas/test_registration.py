# SPDX-License-Identifier: Apache-2.0
"""Registration in a race, with references that go deep, and under each mode."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from cortex.ports.principal import Principal
from cortex.schemas import effort
from cortex.schemas.candidates import ReferenceName, candidate
from cortex.schemas.configuration import set_compatibility
from cortex.schemas.deletion import delete_version
from cortex.schemas.errors import (
    SchemaMustBeCompatible,
    SchemaMustBeValid,
    SchemaMustNotBeTooLarge,
    SubjectMustBeWellFormed,
)
from cortex.schemas.models import Content, Version
from cortex.schemas.registration import Registered, register_schema
from cortex.schemas.selectors import version_numbers
from tests.frame.clones import Clone
from tests.frame.server import ROOT

CONSOLE = Principal.service("console")
N = {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": False}
M = {**N, "properties": {"n": {"type": "integer"}, "m": {"type": "string"}}}
L = {**N, "properties": {"n": {"type": "integer"}, "m": {"type": "integer"}}}
CHILD = """
import django; django.setup()
from cortex.ports.principal import Principal
from cortex.schemas.candidates import candidate
from cortex.schemas.registration import register_schema
import sys
for number in range(15):
    text = '{"title": "%d"}' % number
    register_schema(subject="raced", wanted=candidate(schema_type="JSON", text=text),
                    registered_by=Principal.service("console"))
"""


def register(schema: Any, subject: str = "notes", *references: ReferenceName) -> Registered:
    wanted = candidate(schema_type="JSON", text=json.dumps(schema), references=references)
    return register_schema(subject=subject, wanted=wanted, registered_by=CONSOLE)


class TestRace:
    def test_of_threads_gives_one_id_and_one_version(self, committed_database: Clone) -> None:
        def raced(_: int) -> tuple[int, bool]:
            try:
                found = register(N, "raced")
                return found.version.content_id, found.is_new
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(raced, range(16)))
        assert len({schema_id for schema_id, _ in answers}) == 1
        assert sum(is_new for _, is_new in answers) == 1
        assert version_numbers(subject="raced", seen_by=CONSOLE) == [1]

    @pytest.mark.slow
    def test_of_processes_leaves_no_gap_and_nothing_twice(self, committed_database: Clone) -> None:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.test"}
        command = [sys.executable, "-c", CHILD]
        racers = [subprocess.Popen(command, cwd=ROOT, env=environment) for _ in range(2)]
        assert [racer.wait(timeout=60) for racer in racers] == [0, 0]
        assert version_numbers(subject="raced", seen_by=CONSOLE) == list(range(1, 16))
        held = Version.objects.filter(subject__name="raced").values_list("content_id", flat=True)
        assert len(set(held)) == 15


@pytest.mark.django_db
class TestMode:
    @pytest.mark.parametrize(
        ("mode", "history", "then", "is_taken"),
        [
            ("BACKWARD", [N], M, True),
            ("BACKWARD", [M], N, False),
            ("FORWARD", [M], N, True),
            ("FORWARD", [N], M, False),
            ("FULL", [N], M, False),
            ("FULL", [N], {**N, "title": "other"}, True),
            ("NONE", [M], L, True),
            ("BACKWARD_TRANSITIVE", [N], M, True),
        ],
        ids=lambda value: value if isinstance(value, str) else None,
    )
    def test_asks_for_what_its_name_says(
        self, mode: str, history: list[Any], then: Any, is_taken: bool
    ) -> None:
        for schema in history:
            register(schema)
        set_compatibility(subject="notes", mode=mode, changed_by=CONSOLE)
        if is_taken:
            assert register(then).is_new
            return
        with pytest.raises(SchemaMustBeCompatible):
            register(then)
        assert version_numbers(subject="notes", seen_by=CONSOLE) == [1]

    def test_that_is_transitive_looks_at_every_version(self) -> None:
        set_compatibility(subject="notes", mode="NONE", changed_by=CONSOLE)
        register(M)
        register(N)
        set_compatibility(subject="notes", mode="BACKWARD_TRANSITIVE", changed_by=CONSOLE)
        with pytest.raises(SchemaMustBeCompatible, match="what version 1 wrote: /properties/m: type"):
            register(L)
        set_compatibility(subject="notes", mode="BACKWARD", changed_by=CONSOLE)
        assert register(L).is_new

    def test_that_is_transitive_costs_no_more_than_one_request_may(self, monkeypatch: Any) -> None:
        set_compatibility(subject="notes", mode="FULL_TRANSITIVE", changed_by=CONSOLE)
        versions = [{**N, "title": str(number)} for number in range(4)]
        for schema in versions:
            register(schema)
        monkeypatch.setattr(effort, "STEPS_MAX", 20)
        with pytest.raises(SchemaMustBeCompatible, match="with so many versions") as refusal:
            register({**N, "title": "one more"})
        assert len(refusal.value.evidence["got"]) == 1


@pytest.mark.django_db
class TestDeletion:
    @pytest.mark.parametrize("latest", ["latest", "-1"])
    def test_of_the_latest_version_goes_to_the_one_before_it(self, latest: str) -> None:
        register(N)
        register(M)
        for number in (2, 1):
            assert delete_version(subject="notes", version=latest, deleted_by=CONSOLE) == number


@pytest.mark.django_db
class TestReferences:
    def test_may_go_some_levels_deep_and_no_deeper(self) -> None:
        register({"type": "string"}, "level-0")
        for level in range(1, 11):
            name = f"level-{level - 1}"
            register({"$ref": name}, f"level-{level}", ReferenceName(name, name, 1))
        with pytest.raises(SchemaMustNotBeTooLarge, match="at most 10 levels"):
            register({"$ref": "level-10"}, "level-11", ReferenceName("level-10", "level-10", 1))

    def test_of_another_language_are_refused(self) -> None:
        wanted = candidate(schema_type="AVRO", text='"string"')
        register_schema(subject="avro", wanted=wanted, registered_by=CONSOLE)
        with pytest.raises(SchemaMustBeValid, match="written in AVRO"):
            register({"$ref": "a"}, "notes", ReferenceName("a", "avro", 1))

    def test_make_a_schema_another_one(self) -> None:
        register({"type": "string"}, "one")
        register({"type": "string"}, "two")
        first = register({"$ref": "it"}, "a", ReferenceName("it", "one", 1))
        second = register({"$ref": "it"}, "b", ReferenceName("it", "two", 1))
        assert first.version.content_id != second.version.content_id

    def test_are_compared_with_what_they_stand_for(self) -> None:
        set_compatibility(subject="word", mode="NONE", changed_by=CONSOLE)
        register({"type": "string"}, "word")
        register({"type": "integer"}, "word")
        register({"$ref": "it"}, "notes", ReferenceName("it", "word", 1))
        with pytest.raises(SchemaMustBeCompatible, match=r"\$ref: type: string may be written"):
            register({"$ref": "it"}, "notes", ReferenceName("it", "word", 2))


@pytest.mark.django_db
class TestRefusal:
    @pytest.mark.parametrize(
        "name", ["", " a", "a\nb", "a\0", "x" * 256, "versions", "a/versions/b", "../a", "a//b"]
    )
    def test_of_a_name_that_fits_no_path(self, name: str) -> None:
        with pytest.raises(SubjectMustBeWellFormed):
            register(N, name)

    @pytest.mark.parametrize(
        "text",
        ["", "{", '{"a":1,"a":2}', "NaN", "[" * 100 + "]" * 100, '"\\ud800"', '{"title":"\\u0000"}', "1"],
    )
    def test_of_a_text_that_is_no_schema_leaves_nothing(self, text: str) -> None:
        before = Content.objects.count()
        with pytest.raises(SchemaMustBeValid):
            wanted = candidate(schema_type="JSON", text=text)
            register_schema(subject="notes", wanted=wanted, registered_by=CONSOLE)
        assert Content.objects.count() == before

    def test_of_too_much_text(self) -> None:
        with pytest.raises(SchemaMustNotBeTooLarge, match="at most 65536 bytes"):
            register({"description": "x" * 65_536})
