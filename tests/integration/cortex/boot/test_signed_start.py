# SPDX-License-Identifier: Apache-2.0
"""Real processes with signed files: they start, or say in one sentence why they do not."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.factories.signed_files import Signer
from tests.frame.processes import inherited

ROOT = Path(__file__).parents[4]
SITE = "# ours\nEVENT_BUS: memory\nALLOWED_HOSTS: [books.example]\n"
MANAGE = ("manage.py", "check")
PROGRAMS = {
    "command": MANAGE,
    "gunicorn": ("-m", "gunicorn", "settings.wsgi", "--bind=127.0.0.1:0", "--no-control-socket"),
    "gunicorn_preload": (
        "-m",
        "gunicorn",
        "settings.wsgi",
        "--preload",
        "--bind=127.0.0.1:0",
        "--no-control-socket",
    ),
    "release_web": ("-m", "gunicorn", "settings.wsgi", "--config=python:settings.gunicorn"),
    "celery_worker": ("-m", "celery", "-A", "settings.celery", "worker"),
    "celery_beat": ("-m", "celery", "-A", "settings.celery", "beat"),
}


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(tmp_path)


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**inherited(), "DJANGO_SETTINGS_MODULE": "settings.test", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def changed_byte(signer: Signer) -> Path:
    path = signer.write(SITE)
    path.write_text(SITE.replace("memory", "memorY"))
    return path


def unknown_name(signer: Signer) -> Path:
    return signer.write(SITE + "EVENT_BUSS: kafka\n")


def rolled_back(signer: Signer) -> Path:
    accepted = signer.environment(signer.write(SITE, version=8))
    assert run(accepted, *MANAGE).returncode == 0
    return signer.write("EVENT_BUS: redis\n", version=7)


def expired(signer: Signer) -> Path:
    return signer.write(SITE, expires_at=datetime(2026, 11, 2, tzinfo=UTC))


def unsigned(signer: Signer) -> Path:
    path = signer.write(SITE)
    path.with_name("site.yaml.sig").unlink()
    return path


@pytest.mark.slow
class TestStart:
    def test_takes_a_signed_file(self, signer: Signer) -> None:
        environment = signer.environment(signer.write(SITE))
        program = "from django.conf import settings as s; print(s.EVENT_BUS, s.ALLOWED_HOSTS, s.LOG_LEVEL)"
        told = run({**environment, "CORTEX_ARGUMENTS": "--set LOG_LEVEL=ERROR"}, "-c", program)
        assert (told.stdout, told.stderr) == ("memory ['books.example'] ERROR\n", "")

    def test_takes_arguments_before_the_command(self, signer: Signer) -> None:
        environment = signer.environment()
        path = signer.write(SITE)
        arguments = ("--config", str(path), "--set", "EVENT_BUS=kafka", "--set=LOG_LEVEL=ERROR")
        told = run(environment, "manage.py", *arguments, "config", "show")
        rows = {line.split()[0]: line.split()[1:] for line in told.stdout.splitlines() if line}
        assert rows["EVENT_BUS"] == ["memory", "file", f"{path}:2"]
        assert rows["LOG_LEVEL"] == ["ERROR", "argument"]
        assert run(environment, "manage.py", *arguments, "check").returncode == 0

    @pytest.mark.parametrize(
        ("tamper", "code", "sentence"),
        [
            (changed_byte, "file_must_be_unchanged", "it was changed after version 1 was signed"),
            (unknown_name, "name_must_be_known", "Did you mean EVENT_BUS?"),
            (rolled_back, "version_must_not_fall", "this is version 7, and version 8 was accepted before"),
            (expired, "signature_must_be_current", "its signature expired at 2026-11-02T00:00:00Z"),
            (unsigned, "file_must_be_signed", "expected its signature beside it"),
        ],
    )
    def test_says_in_one_sentence_what_it_refuses(
        self, tamper: Callable[[Signer], Path], code: str, sentence: str, signer: Signer
    ) -> None:
        told = run(signer.environment(tamper(signer)), *MANAGE)
        assert told.returncode == 1
        assert told.stdout == ""
        (line,) = told.stderr.splitlines()
        assert line.startswith(f"boot.configuration_{code}: ")
        assert sentence in line

    @pytest.mark.parametrize("program", PROGRAMS)
    def test_is_refused_by_every_program_without_a_traceback(self, program: str, signer: Signer) -> None:
        told = run(signer.environment(changed_byte(signer)), *PROGRAMS[program])
        assert told.returncode in (1, 3)
        assert told.stderr.count("boot.configuration_file_must_be_unchanged: ") == 1
        assert "Traceback" not in told.stderr + told.stdout

    def test_of_an_unsigned_file_is_refused_in_development_too(self, signer: Signer) -> None:
        environment = signer.environment(unsigned(signer), DJANGO_SETTINGS_MODULE="settings.dev")
        told = run(environment, *MANAGE)
        assert told.returncode == 1
        assert told.stderr.startswith("boot.configuration_file_must_be_signed: ")
