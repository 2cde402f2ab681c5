# SPDX-License-Identifier: Apache-2.0
"""`cortex plugin doctor` tells of a machine and a folder what is wrong, and runs nothing of it."""

from pathlib import Path

import pytest

from apps.plugins.management.authoring import main
from apps.plugins.services.authoring import examine as service


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "cortex-plugins"


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    main(["new", str(tmp_path / "demo"), "--id", "com.example.demo"])
    capsys.readouterr()
    return tmp_path / "demo"


def failures(capsys: pytest.CaptureFixture[str], *words: str) -> list[tuple[str, str]]:
    """Return each finding that asks for something, with what it asks for; the exit code must agree."""
    code = main(["doctor", *words])
    lines = capsys.readouterr().out.splitlines()
    failed = [at for at, line in enumerate(lines) if line.startswith("FAIL")]
    assert code == (1 if failed else 0)
    return [(lines[at].removeprefix("FAIL  "), lines[at + 1].strip()) for at in failed]


class TestAMachine:
    def test_with_everything_is_well(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert failures(capsys) == []

    def test_without_the_tool_is_told_what_to_install(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "_LIBRARIES", ("no-such-library",))
        remedy = "Install requirements/plugins.txt."
        assert failures(capsys) == [("no-such-library: not installed", remedy)]

    def test_where_others_may_enter_the_cache_is_told_how_to_close_it(
        self, capsys: pytest.CaptureFixture[str], cache: Path
    ) -> None:
        cache.mkdir(parents=True)
        cache.chmod(0o755)
        told, remedy = failures(capsys)[0]
        assert told == f"cache: {cache} may be entered by others"
        assert remedy == f"chmod 700 {cache}, or take it away."

    def test_that_is_full_is_told(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "_FREE_MIB_MIN", 1 << 40)
        assert [told.partition(":")[0] for told, _remedy in failures(capsys)] == ["room"]


class TestAFolder:
    def test_that_new_wrote_is_well(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        assert failures(capsys, str(folder)) == []

    def test_without_a_manifest_says_so(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        (folder / "plugin.yaml").unlink()
        assert [told.partition(":")[0] for told, _remedy in failures(capsys, str(folder))] == [
            "plugin.yaml",
            "handlers",
        ]

    def test_for_another_release_says_so(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        path = folder / "plugin.yaml"
        path.write_text(path.read_text().replace(">=0.1.0 <2.0.0", ">=99.0.0"))
        told, remedy = failures(capsys, str(folder))[0]
        assert told.startswith("plugin.yaml: plugins.plugin_must_fit_this_release: ")
        assert remedy == "Take a version of the plugin that names this release."

    def test_whose_function_is_no_handler_says_which(
        self, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        path = folder / "plugin.py"
        path.write_text(path.read_text().replace("@handler", ""))
        ((told, remedy),) = failures(capsys, str(folder))
        assert "plugin.yaml names on_posted; decorated with @handler are none." in told
        assert remedy == "Decorate a function of that name with @handler, or correct plugin.yaml."

    @pytest.mark.parametrize("text", ["def on_posted(:\n", "\0", "(" * 10_000])
    def test_that_is_no_python_names_the_line_and_runs_nothing(
        self, capsys: pytest.CaptureFixture[str], folder: Path, text: str
    ) -> None:
        (folder / "plugin.py").write_text(f"open({str(folder / 'sprung')!r}, 'w')\n{text}")
        ((told, remedy),) = failures(capsys, str(folder))
        assert told.startswith("handlers: plugins.plugin_must_build: plugin.py, line ")
        assert remedy.startswith("Correct plugin.py, line ")
        assert not (folder / "sprung").exists()

    def test_without_tests_is_told_where_they_go(
        self, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        (folder / "tests" / "test_plugin.py").unlink()
        remedy = "Write tests/test_plugin.py; cortex_sdk.testing stands for the host."
        assert failures(capsys, str(folder)) == [("tests: none", remedy)]
