# SPDX-License-Identifier: Apache-2.0
"""How passwords are kept, as production does it: the tests' own settings hash quickly and badly."""

import re

import argon2
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.module_loading import import_string

from cortex.identity.passwords import Argon2idHasher
from settings import base

PASSWORD = "correct horse battery staple"


class TestPasswords:
    def test_are_kept_by_argon2id_alone(self) -> None:
        assert [import_string(name) for name in base.PASSWORD_HASHERS] == [Argon2idHasher]

    def test_are_kept_with_what_owasp_asks_for(self) -> None:
        kept = Argon2idHasher().encode(PASSWORD, Argon2idHasher().salt())
        found = re.fullmatch(r"argon2(\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[^$]+\$[^$]+)", kept)
        assert found is not None
        memory_kib, passes, lanes = (int(each) for each in found.groups()[1:])
        # Any one row of the cheat sheet's table; this is the row of m = 46 MiB and above.
        assert memory_kib >= 46 * 1024
        assert (passes >= 1, lanes) == (True, 1)
        # Another implementation agrees with it.
        assert argon2.PasswordHasher().verify(found[1], PASSWORD)

    def test_are_told_from_others(self) -> None:
        hasher = Argon2idHasher()
        kept = hasher.encode(PASSWORD, hasher.salt())
        assert hasher.verify(PASSWORD, kept)
        assert not hasher.verify(PASSWORD + "r", kept)

    def test_are_kept_anew_when_they_were_kept_with_less(self) -> None:
        weaker = type("Weaker", (Argon2idHasher,), {"memory_cost": 19_456})()
        assert Argon2idHasher().must_update(weaker.encode(PASSWORD, weaker.salt()))
        assert not Argon2idHasher().must_update(Argon2idHasher().encode(PASSWORD, weaker.salt()))

    def test_of_another_way_are_read_by_nobody(self) -> None:
        other = PBKDF2PasswordHasher()
        names = {import_string(name).algorithm for name in base.PASSWORD_HASHERS}
        assert other.encode(PASSWORD, "salt", 1).split("$")[0] not in names
