# SPDX-License-Identifier: Apache-2.0
"""Processes that start with keys which only a keeper of secrets has."""

import json
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cortex.boot.log_header.keys import new_key
from cortex.clock import now
from cortex.confidential import forms_of
from cortex.secrets import console
from cortex.secrets.options import VaultOptions
from cortex.secrets.sealed.sealed_file import SealedFile
from cortex.secrets.sealed.vault import with_secret
from tests.frame.openbao import OpenBao
from tests.frame.processes import inherited

ROOT = Path(__file__).parents[4]
NOWHERE = "postgresql://nobody@/nothing?host=/nonexistent"
pytestmark = pytest.mark.slow


@pytest.fixture
def keys() -> dict[str, str]:
    return {"SECRET_KEY": secrets.token_urlsafe(50), "LOG_SIGNING_KEY": new_key()}


def run(*words: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run a command whose environment has none of the keys."""
    environ = {
        **inherited(),
        "DJANGO_SETTINGS_MODULE": "settings.prod",
        "DATABASE_URL": NOWHERE,
        "DATABASE_SERVICE_URL": NOWHERE,
        "REDIS_URL": "unix:///nonexistent/valkey.sock?db=0",
        "ALLOWED_HOSTS": "books.example",
        **given,
    }
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


def in_vault(bao: OpenBao, options: VaultOptions) -> dict[str, str]:
    return {
        "VAULT_ADDR": bao.address,
        "VAULT_ROLE_ID": options.role_id,
        "VAULT_SECRET_ID": bao.secret_id(),
        "VAULT_TIMEOUT_SECONDS": "1",
    }


def assert_starts(keys: dict[str, str], **keeper: str) -> None:
    """The keys come from the keeper, the process signs its log by one, and shows neither."""
    done = run("boot", "report", "--format", "json", **keeper)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["started"]["log_key_id"]
    sources = run("config", "show", **keeper)
    told = [line for line in sources.stdout.splitlines() if line.split()[:1] in ([key] for key in keys)]
    assert len(told) == len(keys), sources.stdout + sources.stderr
    assert all("keepers of secrets" in line for line in told)
    shown = done.stdout + done.stderr + sources.stdout + sources.stderr
    assert not [form for key in keys.values() for form in forms_of(key) if form in shown]


class TestStart:
    def test_has_its_keys_from_the_sealed_file(self, keys: dict[str, str], tmp_path: Path) -> None:
        file = SealedFile(path=tmp_path / "s.age", identity_path=tmp_path / "i.age")
        file.create(console.sealed_with_keys())
        for name, value in keys.items():
            file.change(lambda document: with_secret(document, name=name, value=value, at=now()))  # noqa: B023
        assert_starts(keys, SEALED_SECRETS_FILE=str(file.path), SEALED_IDENTITY_FILE=str(file.identity_path))

    def test_has_its_keys_from_the_vault(
        self, keys: dict[str, str], bao: OpenBao, options: VaultOptions
    ) -> None:
        for name, value in keys.items():
            bao.put(name, value)
        assert_starts(keys, **in_vault(bao, options))

    def test_without_the_vault_stops_with_one_sentence(self, bao: OpenBao, options: VaultOptions) -> None:
        keeper = in_vault(bao, options)
        bao.stop(signal.SIGKILL)
        done = run("check", **keeper)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert "SECRET_KEY: expected a secret that can be read" in line
        assert "Vault: expected an answer, got no connection" in line
        assert "Traceback" not in done.stdout + done.stderr

    def test_without_a_key_in_the_vault_stops_with_one_sentence(
        self, bao: OpenBao, options: VaultOptions
    ) -> None:
        done = run("check", **in_vault(bao, options), VAULT_KV_PATH="cortex/empty")
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert "SECRET_KEY: expected a value, got none" in line
