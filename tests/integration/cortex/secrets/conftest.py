# SPDX-License-Identifier: Apache-2.0
"""A real OpenBao for the tests of this directory, started once for each worker."""

from collections.abc import Iterator

import pytest

from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.session import VaultSession
from tests.frame.openbao import ROLE, OpenBao


@pytest.fixture(scope="session")
def running_bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """Start the server with its engines."""
    server = OpenBao(tmp_path_factory.mktemp("openbao"))
    server.create()
    yield server
    server.stop()


@pytest.fixture
def bao(running_bao: OpenBao, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenBao]:
    """Give the server as it should be, whatever the test before did to it, and a credential to log in."""
    if running_bao.process is None:
        running_bao.start()
    running_bao.resume()
    monkeypatch.setenv("VAULT_SECRET_ID", running_bao.secret_id())
    yield running_bao
    if running_bao.process is not None:
        running_bao.resume()


@pytest.fixture
def options(bao: OpenBao) -> VaultOptions:
    """Return how the program reaches the server."""
    role_id = str(bao.root().auth.approle.read_role_id(ROLE)["data"]["role_id"])
    return VaultOptions(address=bao.address, role_id=role_id, timeout_seconds=1)


@pytest.fixture
def session(options: VaultOptions) -> Iterator[VaultSession]:
    """Return a session of this process that is closed after the test."""
    session = VaultSession(options)
    yield session
    session.close()
