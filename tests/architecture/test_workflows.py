# SPDX-License-Identifier: Apache-2.0
"""What is checked elsewhere is what a person can check at home."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.checks.tracked import ROOT

GITLAB = ROOT / ".gitlab-ci.yml"
# Containers with limits of their own take root, which loses the way to the Python of an earlier step.
AS_ROOT = ["sudo", "env", "PATH=$PATH"]
# An image of GitLab brings less than a runner of GitHub.
PREPARATIONS = {"apt-get"}
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAKE_TARGET = re.compile(r"^([a-z][a-z0-9-]*):(?!=)", re.MULTILINE)
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text())


def as_person(command: str) -> list[str]:
    """Return the words of a command without the way in which a runner becomes root."""
    words = shlex.split(command)
    return words[len(AS_ROOT) :] if words[: len(AS_ROOT)] == AS_ROOT else words


def foreign(commands: list[list[str]]) -> list[list[str]]:
    """Return the commands that are no targets of the Makefile."""
    targets = set(MAKE_TARGET.findall((ROOT / "Makefile").read_text()))
    return [words for words in commands if words[0] != "make" or not set(words[1:]) <= targets]


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job["steps"]


def test_there_is_a_workflow() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
class TestWorkflow:
    def test_runs_only_targets_of_the_makefile(self, path: Path) -> None:
        commands = [as_person(step["run"]) for step in steps(path) if "run" in step]
        assert ["make", "pipeline"] in commands
        assert foreign(commands) == []

    def test_releases_nothing_that_failed_a_check(self, path: Path) -> None:
        jobs = read(path)["jobs"]
        assert set(jobs["pipeline"]["needs"]) == set(jobs) - {"pipeline"}

    def test_pins_every_action_to_a_commit(self, path: Path) -> None:
        used = [step["uses"] for step in steps(path) if "uses" in step]
        assert [action for action in used if not PINNED.match(action)] == []

    def test_may_only_read_and_ends_in_time(self, path: Path) -> None:
        workflow = read(path)
        assert workflow["permissions"] == {"contents": "read"}
        assert [name for name, job in workflow["jobs"].items() if "permissions" in job] == []
        assert [name for name, job in workflow["jobs"].items() if job["timeout-minutes"] > 30] == []


class TestGitlab:
    def jobs(self) -> dict[str, dict[str, Any]]:
        return {name: job for name, job in read(GITLAB).items() if isinstance(job, dict) and "stage" in job}

    def test_runs_only_targets_of_the_makefile(self) -> None:
        commands = [shlex.split(line) for job in self.jobs().values() for line in job["script"]]
        assert foreign(commands) == []
        prepared = {shlex.split(line)[0] for line in read(GITLAB)["default"]["before_script"]}
        assert prepared == PREPARATIONS

    def test_checks_what_the_workflow_checks(self) -> None:
        (workflow,) = WORKFLOWS
        assert set(self.jobs()) == set(read(workflow)["jobs"])

    def test_releases_nothing_that_failed_a_check(self) -> None:
        """A stage waits for the ones before it, unless a job says that it needs less."""
        assert read(GITLAB)["stages"] == ["check", "release"]
        assert [name for name, job in self.jobs().items() if job["stage"] == "release"] == ["pipeline"]
        assert [name for name, job in self.jobs().items() if "needs" in job] == []

    def test_knows_its_stages_and_ends_in_time(self) -> None:
        assert {job["stage"] for job in self.jobs().values()} == set(read(GITLAB)["stages"])
        assert [name for name, job in self.jobs().items() if int(job["timeout"].split()[0]) > 30] == []


def test_the_builder_only_calls_make_test() -> None:
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    commands = [line for line in script if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["exec make test"]


def test_hooks_come_from_this_repository_alone() -> None:
    config = read(ROOT / ".pre-commit-config.yaml")
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert [hook["id"] for hook in hooks if hook["language"] != "system"] == []
    modules = [hook["entry"].split()[2] for hook in hooks if " -m " in hook["entry"]]
    assert [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").is_file()] == []
