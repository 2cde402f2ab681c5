# SPDX-License-Identifier: Apache-2.0
"""Readers take what is well formed, and refuse the rest without showing it."""

import pytest

from cortex.boot.configuration.readers import Flag, Listed, OneOf, Reader, Text, Unexpected, Whole
from cortex.boot.configuration.subjects.events import Brokers
from cortex.boot.configuration.subjects.web import Listening
from cortex.boot.configuration.urls import DatabaseUrl, Url, connection

REDIS = Url(schemes=("redis",))
# Passwords written as they are, of which a part would count as path, option or fragment, and be shown.
CUT = [f"redis://:ab{mark}secret@cache:6379/0" for mark in "/?#"] + [
    "redis:///:secret@cache",
    "redis://h/0#secret",
]


class TestReaders:
    @pytest.mark.parametrize(
        ("reader", "given", "value"),
        [
            (Flag(), "true", True),
            (Flag(), " OFF ", False),
            (Whole(), "12", 12),
            (Listed(), " a, b ,,c", ("a", "b", "c")),
            (Listed(), ["a,b", " c "], ("a,b", "c")),
            (REDIS, "redis://x/0", "redis://x/0"),
            (Url(schemes=("https",), may_be_empty=True), "", ""),
            (OneOf(("a", "b")), "b", "b"),
            (Text(), " as it is ", " as it is "),
            (Brokers(), "", ""),
            (Brokers(), "a:9092, SASL_SSL://b:9093,[::1]:9092,c", "a:9092, SASL_SSL://b:9093,[::1]:9092,c"),
            (Listening(), "[::]:8000", "[::]:8000"),
        ],
        ids=repr,
    )
    def test_take_what_is_well_formed(self, reader: Reader, given: object, value: object) -> None:
        assert reader.read(given) == value

    @pytest.mark.parametrize(
        ("reader", "given"),
        [
            (Flag(), "secret"),
            (Flag(), ["on"]),
            (Whole(), "twelve"),
            (Whole(), "-1"),
            (Whole(), "1.5"),
            (Whole(), "²"),
            (Whole(), "9" * 16),
            (Whole(1), "0"),
            (Listed(), {"a": "b"}),
            (Listed(), [["secret"]]),
            (REDIS, "http://secret"),
            (REDIS, "redis://[secret"),
            *((REDIS, url) for url in CUT),
            (REDIS, ""),
            (Url(schemes=("https",), may_be_empty=True), "collector:4318"),
            (OneOf(("a", "b")), "secret"),
            (Text(), ["secret"]),
            *(
                (Brokers(), text)
                for text in ("u:secret@h:9092", "a:9092,u:secret@h", "h:secret", "h/secret", ",")
            ),
            (Brokers(), ["secret"]),
            *((Listening(), text) for text in ("", "8000", ":8000", "unix:/secret", "h:0", "h:65536")),
            (DatabaseUrl(), "mysql://u:secret@h/n"),
            (DatabaseUrl(), "postgresql://u:secret@h/"),
            (DatabaseUrl(), "postgresql:///n"),
            (DatabaseUrl(), "postgresql://u:secret@h:port/n"),
            (DatabaseUrl(), "postgresql://u:secret@h/n?options=-csearch_path"),
        ],
        ids=repr,
    )
    def test_refuse_the_rest_and_do_not_show_it(self, reader: Reader, given: object) -> None:
        with pytest.raises(Unexpected) as refusal:
            reader.read(given)
        assert "secret" not in str(refusal.value)


class TestUrl:
    @pytest.mark.parametrize("url", [*CUT, "redis://:secret@h", "redis://h?key=secret", "redis://[secret"])
    def test_is_known_to_hold_a_password_before_it_is_read(self, url: str) -> None:
        assert REDIS.holds_secret(url)

    def test_may_hold_none(self) -> None:
        assert not REDIS.holds_secret("redis://user@h:6379/0?db=1")


class TestDatabase:
    def test_reads_host_port_and_options(self) -> None:
        assert connection("postgresql://user:p%40ss@db.example:6543/books?sslmode=verify-full") == {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "books",
            "USER": "user",
            "PASSWORD": "p@ss",
            "HOST": "db.example",
            "PORT": "6543",
            "OPTIONS": {"sslmode": "verify-full"},
        }

    def test_reads_a_socket(self) -> None:
        found = connection("postgresql://user@/books?host=/run/postgresql&port=5433")
        assert (found["HOST"], found["PORT"], found["PASSWORD"]) == ("/run/postgresql", "5433", "")

    def test_reads_an_address_of_version_six(self) -> None:
        found = connection("postgresql://user@[::1]:5433/books")
        assert (found["HOST"], found["PORT"]) == ("::1", "5433")
