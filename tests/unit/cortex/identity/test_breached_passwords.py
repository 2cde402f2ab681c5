# SPDX-License-Identifier: Apache-2.0
"""A password of the operator's collection is refused, and one that is not is found nowhere in it."""

import hashlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from cortex.identity.breached_passwords import (
    BreachedPasswordsMustBeReadable,
    BreachedValidator,
    is_breached,
)

BREACHED = [f"several words of breach {number}" for number in range(257)]


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def collection(
    path: Path, passwords: list[str], *, end: str = "\r\n", count: str = ":7", is_lower: bool = False
) -> Path:
    lines = sorted(digest(each) for each in passwords)
    text = "".join(f"{line.lower() if is_lower else line}{count}{end}" for line in lines)
    path.write_bytes(text.encode())
    return path


class TestCollection:
    @pytest.mark.parametrize("size", [1, 2, 3, 64, 257])
    @pytest.mark.parametrize(("end", "count"), [("\r\n", ":7"), ("\n", ""), ("\n", ":123456789")])
    def test_holds_each_of_its_own_and_no_other(
        self, tmp_path: Path, size: int, end: str, count: str
    ) -> None:
        path = collection(tmp_path / "breached.txt", BREACHED[:size], end=end, count=count)
        assert all(is_breached(each, path=path) for each in BREACHED[:size])
        assert not any(is_breached(f"another {each}", path=path) for each in BREACHED)

    def test_that_ends_without_a_line_feed_or_is_in_small_letters_is_read_as_well(
        self, tmp_path: Path
    ) -> None:
        path = collection(tmp_path / "breached.txt", BREACHED, end="\n", is_lower=True)
        path.write_bytes(path.read_bytes().rstrip(b"\n"))
        assert all(is_breached(each, path=path) for each in BREACHED)

    def test_that_is_empty_holds_nothing(self, tmp_path: Path) -> None:
        assert not is_breached("anything", path=collection(tmp_path / "breached.txt", []))

    @pytest.mark.parametrize("held", [None, b"no digests\n" * 50, b"A" * 1000])
    def test_that_is_none_lets_no_password_be_chosen(self, tmp_path: Path, held: bytes | None) -> None:
        path = tmp_path / "breached.txt"
        if held is not None:
            path.write_bytes(held)
        with pytest.raises(BreachedPasswordsMustBeReadable, match="BREACHED_PASSWORDS"):
            is_breached("anything", path=path)


class TestPassword:
    def test_of_a_breach_is_refused_where_the_operator_names_a_file(
        self, tmp_path: Path, settings: Settings
    ) -> None:
        settings.BREACHED_PASSWORDS = str(collection(tmp_path / "breached.txt", BREACHED))
        with pytest.raises(ValidationError, match="breached"):
            BreachedValidator().validate(BREACHED[7])
        BreachedValidator().validate("quite another sentence")

    def test_is_looked_up_nowhere_without_one(self, settings: Settings) -> None:
        assert settings.BREACHED_PASSWORDS == ""
        BreachedValidator().validate(BREACHED[7])

    def test_is_looked_up_by_every_page_that_takes_a_new_one(self, settings: Settings) -> None:
        names = [each["NAME"] for each in settings.AUTH_PASSWORD_VALIDATORS]
        assert "cortex.identity.breached_passwords.BreachedValidator" in names
