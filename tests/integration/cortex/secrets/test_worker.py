# SPDX-License-Identifier: Apache-2.0
"""A real worker that is careless with a secret tells it nowhere, and gives its tokens back."""

import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from celery import Celery

from cortex.boot.log_header.keys import new_key
from cortex.confidential import forms_of
from cortex.secrets.options import VaultOptions
from tests.frame.openbao import OpenBao
from tests.frame.processes import inherited
from tests.integration.cortex.events.brokers import own_valkey

ROOT = Path(__file__).parents[4]
NOWHERE = "postgresql://nobody@/nothing?host=/nonexistent"


def accessors(bao: OpenBao) -> set[str]:
    return set(bao.root().list("auth/token/accessors")["data"]["keys"])


def command_lines(parent: int) -> str:
    """Return the command lines of a process and of its children."""
    tasks = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return " ".join(Path(f"/proc/{pid}/cmdline").read_text() for pid in [str(parent), *tasks])


@pytest.mark.slow
class TestWorker:
    def test_tells_no_secret_and_gives_its_tokens_back(
        self, bao: OpenBao, options: VaultOptions, tmp_path: Path
    ) -> None:
        canary = f"canary-worker&<'\">+/{secrets.token_urlsafe(24)}"
        bao.put("CANARY", canary)
        log = tmp_path / "worker.log"
        with own_valkey(tmp_path / "valkey") as valkey:
            environ = {
                **inherited(),
                "DJANGO_SETTINGS_MODULE": "settings.test",
                "SECRET_KEY": secrets.token_urlsafe(50),
                "LOG_SIGNING_KEY": new_key(),
                "DATABASE_URL": NOWHERE,
                "REDIS_URL": valkey.url(),
                "VAULT_ADDR": bao.address,
                "VAULT_ROLE_ID": options.role_id,
                "VAULT_SECRET_ID": bao.secret_id(),
            }
            broker = f"redis+socket://{valkey.url().removeprefix('unix://')}"
            before = accessors(bao)
            words = [
                "-m",
                "celery",
                "-A",
                "settings.celery",
                "-b",
                broker,
                "worker",
                "--concurrency=1",
                "-Qcareless",
            ]
            words += ["--without-mingle", "--without-gossip", "-I", __package__ + ".careless_tasks"]
            with log.open("ab") as written:
                worker = subprocess.Popen(
                    [sys.executable, *words], cwd=ROOT, env=environ, stdout=written, stderr=written
                )
            try:
                with Celery("sender", broker=broker, set_as_current=False) as app:
                    app.send_task("testing.careless", queue="careless")
                deadline = time.monotonic() + 25
                while "login failed" not in log.read_text():
                    assert worker.poll() is None, log.read_text()
                    assert time.monotonic() < deadline, log.read_text()[-3000:]
                    time.sleep(0.05)
                # The process of the pool has a token of its own now.
                assert accessors(bao) - before
                shown = command_lines(worker.pid)
            finally:
                worker.terminate()
                worker.wait(timeout=30)
            with redis.Redis.from_url(valkey.url()) as store:
                kept = [str(store.dump(key)) for key in store.scan_iter()]
        outputs = [log.read_text(), shown, *kept]
        assert "connecting with" in outputs[0]
        assert [form for form in forms_of(canary) if any(form in output for output in outputs)] == []
        assert accessors(bao) - before == set()
