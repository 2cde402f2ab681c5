# SPDX-License-Identifier: Apache-2.0
"""README from its first command on: a clone, `make run`, the printed sign-in, the demo, own books."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from cortex.embedded import instance, locations
from tests.frame.ports import free_port
from tests.frame.readme import commands, write_files
from tests.journeys.conftest import require_accessible
from tools.checks.tracked import ROOT

pytestmark = [pytest.mark.journey, pytest.mark.slow]

START_SECONDS_MAX, STOP_SECONDS_MAX, COMMAND_SECONDS_MAX = 420, 120, 120
# What a person's shell holds beside this: how to reach the package registry.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
KEPT_BEGINNINGS = ("PIP_", "UV_", "HTTP_", "HTTPS_", "NO_PROXY", "http", "no_proxy")


def environment() -> dict[str, str]:
    """Return a person's environment: nothing of the test run's settings, databases and make."""
    kept = {key: value for key, value in os.environ.items() if key in KEPT or key.startswith(KEPT_BEGINNINGS)}
    return {**kept, "PYTHON": sys.executable}


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A checkout in which `make run` serves."""

    checkout: Path
    process: "subprocess.Popen[bytes]"
    output: Path

    def wait_until_it_serves(self) -> str:
        """Return the printed one-time link."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while "Stop: Ctrl-C" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.2)
        said = self.output.read_text().splitlines()
        return next(line.split(": ", 1)[1] for line in said if line.startswith("Sign in once as alice: "))

    def interrupt(self) -> int:
        """Send SIGINT to the launcher, and return the exit code of make."""
        launcher = instance.running(locations=locations.prepare(base=self.checkout / ".cortex"))
        assert launcher is not None
        os.kill(launcher.pid, signal.SIGINT)
        return self.process.wait(timeout=STOP_SECONDS_MAX)

    def run(self, line: str) -> str:
        """Run a line as README prints it, and return what it says."""
        done = subprocess.run(
            shlex.split(line),
            cwd=self.checkout,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS_MAX,
            check=False,
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        return done.stdout


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Start README's `make run` in a clone of HEAD; all it leaves is removed afterwards."""
    checkout, output = tmp_path / "clone", tmp_path / "output"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(checkout)], check=True)
    run = next(line for line in commands(checkout / "README.md") if line == "make run")
    with output.open("wb") as said:
        process = subprocess.Popen(
            [*shlex.split(run), f"PORT={free_port()}"],
            cwd=checkout,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    yield Machine(checkout=checkout, process=process, output=output)
    remove(checkout, process)


def remove(checkout: Path, process: "subprocess.Popen[bytes]") -> None:
    """Stop what still runs and remove the state, which lies outside of the clone when root runs the tests."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=STOP_SECONDS_MAX)
    places = locations.prepare(base=checkout / ".cortex")
    for command in ("down", "erase"):
        subprocess.run(
            [sys.executable, "-m", "cortex.embedded", command], cwd=checkout, env=environment(), check=True
        )
    for directory in (places.home, places.sockets, places.control):
        shutil.rmtree(directory, ignore_errors=True)


def sign_in_and_read_the_total(browser: Browser, link: str) -> list[str]:
    """Press the button behind the printed link, read the demo's trial balance, and return its total."""
    page, complaints = browser.new_page(locale="en-US"), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(link)
    require_accessible(page)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/books/DEMO/")
    require_accessible(page)
    page.goto(page.url + "trial-balance/")
    expect(page.get_by_role("heading", name="Trial balance")).to_be_visible()
    require_accessible(page)
    total = page.locator("table.list tfoot td, tfoot td").all_inner_texts()
    page.close()
    assert complaints == []
    return total


def test_readme_leads_from_a_clone_to_the_demo_and_to_own_books(machine: Machine, browser: Browser) -> None:
    link = machine.wait_until_it_serves()
    debit, credit, difference = sign_in_and_read_the_total(browser, link)
    demo = machine.run(".venv/bin/cortex trial_balance --company DEMO --format table")
    assert debit == credit != difference == "0.00"
    assert [debit.replace(",", ""), credit.replace(",", "")] == demo.splitlines()[-1].replace(
        ",", ""
    ).split()[1:3]

    write_files(machine.checkout)
    imports, adds_up = (
        line for line in commands(machine.checkout / "README.md") if line.startswith(".venv/bin/cortex")
    )
    machine.run(imports)
    once = machine.run(adds_up)
    assert ["assets:bank", "119.00", "0.00", "119.00"] in [line.split() for line in once.splitlines()]
    machine.run(imports)
    assert machine.run(adds_up) == once
    assert machine.interrupt() == 0
