# SPDX-License-Identifier: Apache-2.0
"""An author's way from nothing to a signed bundle, at the console, without settings."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROWS = {"accounting.journal_entry": [{"id": "0193", "number": 7, "accounting_date": "2026-01-31"}]}
BUNDLE = "com.example.demo-0.1.0.cortex-plugin"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("author")
    _lay_traps(place)
    (place / "input.json").write_text('{"subject": "accounting.journal_entry/0193"}')
    (place / "rows.json").write_text(json.dumps(ROWS))
    assert cortex(place, "new", "demo", "--id", "com.example.demo").returncode == 0
    for name in ("publisher", "reviewer"):
        (place / f"{name}.json").write_text(cortex(place, "keygen", f"{name}.key").stdout)
    return place


def _lay_traps(place: Path) -> None:
    """Lay modules where commands are typed, that tell of themselves when anything imports them."""
    (place / "apps").mkdir()
    for name in ("resource.py", "wasmtime.py", "componentize_py.py", "apps/__init__.py"):
        (place / name).write_text(f"open({str(place / 'sprung')!r}, 'a').write({name!r})\n")


def cortex(place: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Type `cortex plugin WORDS` where nothing is configured."""
    command = Path(sys.executable).with_name("cortex")
    return subprocess.run(
        [command, "plugin", *words],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath, "HOME": str(place)},
    )


class TestAnAuthor:
    def test_tries_what_new_wrote_in_the_sandbox(self, place: Path) -> None:
        done = cortex(place, "run", "demo", "on_posted", "--input", "input.json", "--rows", "rows.json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told["log"] == ["info: Posted: entry 7 of TEST"]
        assert told["used"]["host_calls"] == 2

    def test_runs_nothing_of_the_directory_where_it_is_typed(self, place: Path) -> None:
        """A stranger's folder may hold modules with the names of Python's own."""
        done = cortex(place, "run", "demo", "on_posted", "--input", "input.json", "--rows", "rows.json")
        assert (done.returncode, (place / "sprung").exists()) == (0, False), done.stderr

    def test_leaves_nothing_in_the_folder(self, place: Path) -> None:
        """What lay there could be native code of whoever handed the folder on."""
        names = {path.name for path in (place / "demo").iterdir()}
        assert names == {"plugin.yaml", "plugin.py", "tests", ".gitignore"}
        cache = place / ".cache" / "cortex-plugins"
        assert (cache.stat().st_mode & 0o777, (cache / "key").stat().st_mode & 0o777) == (0o700, 0o600)

    def test_reads_where_their_own_code_failed(self, place: Path) -> None:
        done = cortex(place, "run", "demo", "on_posted")
        assert done.returncode == 1
        assert 'File "plugin.py", line 9, in on_posted\nKeyError: ' in done.stderr
        assert done.stderr.strip().endswith(
            "plugins.plugin_must_succeed: The plugin failed: KeyError: 'subject'."
        )

    def test_is_told_of_a_handler_that_nothing_names(self, place: Path) -> None:
        done = cortex(place, "run", "demo", "on_closed")
        assert done.stderr.strip() == (
            "plugins.handler_must_be_named: Handler on_closed: plugin.yaml names on_posted."
        )

    def test_runs_tests_without_a_server(self, place: Path) -> None:
        done = cortex(place, "test", "demo")
        assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout

    def test_builds_and_signs_and_a_reviewer_signs_too(self, place: Path) -> None:
        assert cortex(place, "build", "demo", "--key", "publisher.key").stdout == f"{BUNDLE}\n"
        both = ("--key", "publisher.json", "--key", "reviewer.json")
        alone = cortex(place, "verify", BUNDLE, *both)
        assert (alone.returncode, alone.stdout) == (1, "")
        assert alone.stderr.startswith("plugins.bundle_must_be_attested: ")
        told = cortex(place, "sign", BUNDLE, "--key", "reviewer.key").stdout.splitlines()
        _, *words = cortex(place, "verify", BUNDLE, *both).stdout.splitlines()
        assert told == ["signed com.example.demo 0.1.0", *words, BUNDLE]
        assert words == [
            (
                "may read accounting.journal_entry of company (where it is installed): "
                "accounting_date, id, number"
            ),
            "is told of the event accounting.journal_entry.posted.v1",
        ]


class TestBuilding:
    def test_names_the_handler_that_is_missing(self, place: Path) -> None:
        cortex(place, "new", "empty", "--id", "com.example.empty")
        (place / "empty" / "plugin.py").write_text("import json\n")
        done = cortex(place, "run", "empty", "on_posted")
        assert done.stderr.strip().endswith("LookupError: plugin.yaml names on_posted; handlers are")

    def test_shows_the_line_of_a_mistake(self, place: Path) -> None:
        cortex(place, "new", "broken", "--id", "com.example.broken")
        (place / "broken" / "plugin.py").write_text("import json\nimport ssl\n")
        done = cortex(place, "run", "broken", "on_posted")
        assert 'plugin.py", line 2, in <module>' in done.stderr
        assert done.returncode == 1

    def test_a_folder_that_is_there_is_not_written_over(self, place: Path) -> None:
        done = cortex(place, "new", "demo", "--id", "com.example.demo")
        assert done.stderr.startswith("plugins.folder_must_be_new: ")
