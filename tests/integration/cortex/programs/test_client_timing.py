# SPDX-License-Identifier: Apache-2.0
"""Whether a client is there is told by no answer that takes longer: hashes are counted, no clock is read."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from cortex.identity.models import User
from cortex.ports.principal import Principal
from cortex.programs.clients.rotate_secret import rotate_secret
from cortex.programs.clients.switch_client import switch_client
from tests.factories.people import create_user, service_client

pytestmark = pytest.mark.django_db
CONSOLE = Principal.service("console")
# By what is shown: the fields of the form.
SHOWN: dict[str, dict[str, str]] = {
    "none": {},
    "empty": {"client_secret": ""},
    "wrong": {"client_secret": "wrong"},
    "too long": {"client_secret": "x" * 201},
}
DOORS = {
    "/o/token/": {"grant_type": "client_credentials"},
    "/o/introspect/": {"token": "nonsense"},
    "/o/revoke_token/": {"token": "nonsense"},
}


@pytest.fixture
def clients() -> list[str]:
    """Return names of clients: one as it is, one with two secrets, one switched off, and none."""
    for name in ("known", "rotated", "off"):
        service_client(create_user(username=name, kind=User.Kind.SERVICE))
    rotate_secret(client_id="rotated", rotated_by=CONSOLE)
    switch_client(client_id="off", is_enabled=False, switched_by=CONSOLE)
    return ["known", "rotated", "off", "unknown"]


class TestNo:
    @pytest.mark.parametrize("door", DOORS)
    @pytest.mark.parametrize("shown", SHOWN)
    def test_costs_the_same_work_whether_the_client_is_there_or_not(
        self, clients: list[str], door: str, shown: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        work, encode = {}, MD5PasswordHasher.encode
        for name in clients:
            hashed: list[str] = []
            with monkeypatch.context() as watched:
                watched.setattr(
                    MD5PasswordHasher, "encode", lambda *call, log=hashed: log.append("x") or encode(*call)
                )
                answer = Client().post(door, {**DOORS[door], "client_id": name, **SHOWN[shown]})
            work[name] = (answer.status_code, len(hashed))
        assert work == dict.fromkeys(clients, (401, 2))
