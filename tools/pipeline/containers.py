# SPDX-License-Identifier: Apache-2.0
"""Containers of the image under trial: all with the same confinement, servers and secrets."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cortex.database.provision import OWNER
from cortex.embedded.environment import URL_OF_ROLE
from tools.pipeline.confinement import OPTIONS, findings, observe
from tools.pipeline.programs import StageFailed
from tools.pipeline.rootfs import UID
from tools.pipeline.workplace import Engine

SECRETS = Path("/run/secrets")
OWNER_URL = URL_OF_ROLE[OWNER]
STOP_SECONDS_MAX = 30
LOG_LINES_SHOWN = 25
REMEDY = "Read the lines above; docs/operations/image.md says what the image needs."


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """What every container of the trial is started with."""

    engine: Engine
    image: str
    secrets: Path
    secret_names: tuple[str, ...]
    mounts: tuple[str, ...]
    environment: Mapping[str, str]

    def command(self, *words: str) -> str:
        """Run a command of the image to its end and return what it printed; raises StageFailed."""
        return self._run("--rm", "--network=none", self.image, *words, secrets=self.secret_names)

    @contextmanager
    def started(self, role: str, *words: str, network: str = "none") -> Iterator["Container"]:
        """Start a role in the background; it is stopped as an orchestrator would, and removed, in any case.

        Raises: StageFailed, when it did not end by itself after being asked.
        """
        name = f"cortex-trial-{role}"
        options = ("--detach", f"--name={name}", f"--network={network}")
        # A process that only serves does not know the owner's login.
        secrets = tuple(secret for secret in self.secret_names if secret != OWNER_URL)
        self._run(*options, self.image, role, *words, secrets=secrets)
        container = Container(engine=self.engine, name=name)
        try:
            yield container
            container.stop()
        finally:
            self.engine.run("podman", "rm", "--force", "--time", "1", name, remedy=REMEDY)

    def _run(self, *words: str, secrets: tuple[str, ...]) -> str:
        given = {**{f"{name}_FILE": str(SECRETS / name) for name in secrets}, **self.environment}
        volumes = [f"{self.secrets / name}:{SECRETS / name}:ro" for name in secrets] + list(self.mounts)
        return self.engine.run(
            "podman", "run", "--pull=never", *OPTIONS,
            *(f"--volume={volume}" for volume in volumes),
            *(f"--env={name}={value}" for name, value in given.items()),
            *words, remedy=REMEDY,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Container:
    """One running container."""

    engine: Engine
    name: str

    def state(self) -> dict[str, object]:
        """Return what the engine knows about it."""
        shown = self.engine.run("podman", "inspect", "--format", "{{json .State}}", self.name, remedy=REMEDY)
        state: dict[str, object] = json.loads(shown)
        return state

    def log(self) -> str:
        """Return the end of what it wrote."""
        return "\n".join(self._lines()[-LOG_LINES_SHOWN:])

    def first_line(self) -> str:
        """Return the first line that it wrote."""
        return next(iter(self._lines()), "")

    def _lines(self) -> list[str]:
        # What went to standard error comes back there.
        done = self.engine.run("podman", "logs", self.name, remedy=REMEDY, with_errors=True)
        return done.splitlines()

    def execute(self, *words: str) -> str:
        """Run a program inside; raises StageFailed."""
        return self.engine.run("podman", "exec", self.name, *words, remedy=REMEDY)

    def require_running(self) -> None:
        """Check that it still runs; raises StageFailed with the end of its log."""
        if self.state().get("Running") is not True:
            raise StageFailed(f"{self.name} ended:\n{self.log()}\n{REMEDY}")

    def require_confined(self) -> None:
        """Check its confinement in /proc; raises StageFailed with every promise that does not hold."""
        wrong = findings(observe(pid=int(str(self.state()["Pid"]))))
        if wrong:
            raise StageFailed(
                f"{self.name} is not confined: {'; '.join(wrong)}. See OPTIONS in confinement.py."
            )

    def stop(self) -> None:
        """Ask it to end and check that it did so by itself, without an error; raises StageFailed."""
        self.engine.run("podman", "stop", "--time", str(STOP_SECONDS_MAX), self.name, remedy=REMEDY)
        code = self.state().get("ExitCode")
        if code != 0:
            raise StageFailed(
                f"{self.name} ended with {code} when it was asked to stop:\n{self.log()}\n{REMEDY}"
            )


def write_secrets(*, directory: Path, secrets: Mapping[str, str]) -> None:
    """Write each secret into a file that only the image's account can read."""
    for name, value in secrets.items():
        file = directory / name
        file.touch(mode=0o400)
        file.write_text(value, encoding="utf-8")
        os.chown(file, UID, UID)
    directory.chmod(0o500)
    os.chown(directory, UID, UID)
