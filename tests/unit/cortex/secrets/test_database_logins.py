# SPDX-License-Identifier: Apache-2.0
"""Leases of database logins that the vault does not renew; with a real vault in tests/integration."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.database_logins import PAUSE_SECONDS_MIN, VaultDatabaseLogins
from cortex.secrets.vault.session import VaultSession

LIVES_SECONDS = 60
ROLES = (("default", "a"), ("service", "b"))


class Session:
    """A vault that lends logins and renews only those that are not lost."""

    generation = 1
    options = VaultOptions(address="https://vault.invalid", database_roles=ROLES)

    def __init__(self) -> None:
        self.lost: set[str] = set()
        self.renewed: list[str] = []
        self.database = self.secrets = self.sys = self

    def call(self, ask: Callable[[Any], Any], *, what: str) -> Any:
        return ask(self)

    def generate_credentials(self, role: str, *, mount_point: str) -> dict[str, Any]:
        login = {"username": f"v-{role}", "password": "unused"}
        return {"lease_id": f"lease-{role}", "lease_duration": LIVES_SECONDS, "data": login}

    def renew_lease(self, lease_id: str) -> dict[str, Any]:
        if lease_id in self.lost:
            raise VaultMustBeReachable("Vault: expected an answer, got none.")
        self.renewed.append(lease_id)
        return {"lease_duration": LIVES_SECONDS}


class TestKeep:
    def test_renews_the_other_logins_when_one_is_not_renewed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        session, now = Session(), 1000.0
        monkeypatch.setattr("time.monotonic", lambda: now)
        logins = VaultDatabaseLogins(cast(VaultSession, session))
        logins.login(alias="default")
        logins.login(alias="service")
        session.lost = {"lease-a"}
        now = logins.wants_attention_at()
        logins.keep()
        assert session.renewed == ["lease-b"]
        assert logins.wants_attention_at() >= now + PAUSE_SECONDS_MIN
        session.lost = set()
        now = logins.wants_attention_at()
        logins.keep()
        assert "lease-a" in session.renewed
