# SPDX-License-Identifier: Apache-2.0
"""Malformed variables are refused by name, and never shown."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from settings import env


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})


def variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


class TestText:
    def test_is_read_from_the_variable_or_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("from the file\n")
        os.environ["THING_FILE"] = str(tmp_path / "secret")
        assert env.text("THING") == "from the file"
        os.environ["THING"] = "from the variable"
        assert env.text("THING") == "from the variable"

    def test_must_be_set_when_there_is_no_default(self) -> None:
        assert env.text("THING", "default") == "default"
        with pytest.raises(ImproperlyConfigured, match="THING: expected a value, got none"):
            env.text("THING")

    def test_names_a_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        os.environ["THING_FILE"] = str(tmp_path / "missing")
        with pytest.raises(ImproperlyConfigured, match="THING_FILE: expected the path of a readable"):
            env.text("THING", "default")


class TestReaders:
    @pytest.mark.parametrize(
        ("reader", "value", "expected"),
        [
            (env.boolean, "true", True),
            (env.boolean, "OFF", False),
            (env.integer, "12", 12),
            (env.text_list, " a, b ,,c", ["a", "b", "c"]),
            (lambda name: env.url(name, schemes=("redis",)), "redis://x/0", "redis://x/0"),
            (lambda name: env.url(name, "", schemes=("https",)), "", ""),
            (lambda name: env.choice(name, "a", options=("a", "b")), "b", "b"),
        ],
    )
    def test_read_what_is_well_formed(
        self, reader: Callable[[str], object], value: str, expected: object
    ) -> None:
        os.environ["THING"] = value
        assert reader("THING") == expected

    @pytest.mark.parametrize(
        ("reader", "value"),
        [
            (env.boolean, "maybe"),
            (env.integer, "twelve"),
            (env.integer, "-1"),
            (env.integer, "1.5"),
            (env.integer, "²"),
            (lambda name: env.url(name, schemes=("redis",)), "http://secret"),
            (lambda name: env.url(name, "", schemes=("https",)), "collector:4318"),
            (lambda name: env.choice(name, "a", options=("a", "b")), "secret"),
            (env.database, "mysql://u:secret@h/n"),
            (env.database, "postgresql://u:secret@h/"),
            (env.database, "postgresql:///n"),
            (env.database, "postgresql://u:secret@h:port/n"),
            (env.database, "postgresql://u:secret@h/n?options=-csearch_path"),
        ],
    )
    def test_refuse_by_name_and_do_not_show_the_value(
        self, reader: Callable[[str], object], value: str
    ) -> None:
        os.environ["THING"] = value
        with pytest.raises(ImproperlyConfigured, match=r"^THING: expected") as refusal:
            reader("THING")
        assert "secret" not in str(refusal.value)

    def test_require_a_least_number(self) -> None:
        os.environ["THING"] = "0"
        with pytest.raises(ImproperlyConfigured, match="of at least 1"):
            env.integer("THING", minimum=1)


class TestDatabase:
    def test_reads_host_port_and_options(self) -> None:
        os.environ["DATABASE_URL"] = "postgresql://user:p%40ss@db.example:6543/books?sslmode=verify-full"
        assert env.database("DATABASE_URL") == {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "books",
            "USER": "user",
            "PASSWORD": "p@ss",
            "HOST": "db.example",
            "PORT": "6543",
            "OPTIONS": {"sslmode": "verify-full"},
        }

    def test_reads_a_socket(self) -> None:
        found = env.database("DATABASE_URL", "postgresql://user@/books?host=/run/postgresql&port=5433")
        assert (found["HOST"], found["PORT"], found["PASSWORD"]) == ("/run/postgresql", "5433", "")

    def test_reads_an_address_of_version_six(self) -> None:
        found = env.database("DATABASE_URL", "postgresql://user@[::1]:5433/books")
        assert (found["HOST"], found["PORT"]) == ("::1", "5433")


class TestDefaultsFromAFile:
    def test_yield_to_the_environment(self, tmp_path: Path) -> None:
        file = tmp_path / "env"
        file.write_text("# made at the first start\nA=1\nB=2=3\nC=4\n\n")
        os.environ.update({"A": "mine", "C_FILE": "/run/secrets/c"})
        env.read_defaults(file)
        assert variables() == {"A": "mine", "B": "2=3", "C_FILE": "/run/secrets/c"}

    def test_may_be_missing(self, tmp_path: Path) -> None:
        env.read_defaults(tmp_path / "env")
        assert variables() == {}

    def test_are_refused_with_the_line_that_is_malformed(self, tmp_path: Path) -> None:
        (tmp_path / "env").write_text("A=1\nnonsense\n")
        with pytest.raises(ImproperlyConfigured, match="env line 2: expected KEY=VALUE"):
            env.read_defaults(tmp_path / "env")
