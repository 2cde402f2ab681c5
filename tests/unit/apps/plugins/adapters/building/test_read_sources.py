# SPDX-License-Identifier: Apache-2.0
"""One list of files is built, billed and looked at for changes."""

import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

from apps.plugins.adapters.building.bill_of_materials import bill_of_materials
from apps.plugins.adapters.building.build_tool import tool_version
from apps.plugins.adapters.building.errors import (
    BuildToolMustBeInstalled,
    PluginMustBuild,
    SourceMustBePlain,
)
from apps.plugins.adapters.building.read_sources import read_sources
from apps.plugins.adapters.building.recipe import fingerprint, recipe_of
from apps.plugins.domain.read_manifest import read_manifest
from tests.factories.plugin_manifests import LEAST

BUILT = ["plugin.py", "rules/deep.py", "rules/tests/a.py", "test_rules.py", "testing.py"]
LEFT_OUT = [".hidden.py", ".git/a.py", "__pycache__/a.pyc", "rules/__pycache__/b.pyc", "tests/a.so", "x.key"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*BUILT, *LEFT_OUT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n")
    return tmp_path


def code_of(folder: Path) -> str:
    return fingerprint(recipe=recipe_of(sources=read_sources(folder=folder), handlers=["a"]))


class TestWhatIsBuilt:
    def test_is_each_python_file_but_tests_at_the_top_and_what_is_hidden(self, folder: Path) -> None:
        assert list(read_sources(folder=folder)) == BUILT
        recipe = recipe_of(sources=read_sources(folder=folder), handlers=())
        assert [name for name in recipe if name.startswith("sources/")] == [f"sources/{n}" for n in BUILT]
        assert {"sdk/cortex_sdk/_guest.py", "wit/cortex-plugin.wit"} < set(recipe)

    def test_stands_in_the_bill(self, folder: Path) -> None:
        manifest = read_manifest(LEAST.encode())
        bill = json.loads(bill_of_materials(manifest=manifest, sources=read_sources(folder=folder)))
        told = {each["name"]: each["hashes"][0]["content"] for each in bill["components"] if "hashes" in each}
        assert told == {name: hashlib.sha256(f"# {name}\n".encode()).hexdigest() for name in BUILT}

    @pytest.mark.parametrize("name", BUILT)
    def test_is_built_again_where_it_changed(self, folder: Path, name: str) -> None:
        before = code_of(folder)
        (folder / name).write_text("changed\n")
        assert code_of(folder) != before

    @pytest.mark.parametrize("name", LEFT_OUT)
    def test_is_nothing_else(self, folder: Path, name: str) -> None:
        before = code_of(folder)
        (folder / name).write_text("changed\n")
        assert code_of(folder) == before

    def test_needs_a_plugin(self, tmp_path: Path) -> None:
        with pytest.raises(PluginMustBuild):
            read_sources(folder=tmp_path)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "name", ["a.pyc", "rules/a.so", "a.pyd", "rules/componentize-py.toml", "a\nb.py", "a\udcff.py"]
    )
    def test_are_files_that_would_run_unseen(self, folder: Path, name: str) -> None:
        (folder / os.fsencode(name).decode("utf-8", "surrogateescape")).touch()
        with pytest.raises(SourceMustBePlain) as refused:
            read_sources(folder=folder)
        assert refused.value.message.isprintable()

    @pytest.mark.parametrize("target", ["plugin.py", "rules", "/etc", "/nowhere"])
    def test_are_links(self, folder: Path, target: str) -> None:
        (folder / "link.py").symlink_to(target)
        with pytest.raises(SourceMustBePlain) as refused:
            read_sources(folder=folder)
        assert refused.value.evidence["got"] == "a symbolic link"

    def test_is_a_pipe_without_waiting_for_it(self, folder: Path) -> None:
        os.mkfifo(folder / "pipe.py")
        with pytest.raises(SourceMustBePlain):
            read_sources(folder=folder)

    def test_is_more_than_a_plugin_needs(self, folder: Path) -> None:
        with (folder / "large.py").open("wb") as file:
            file.truncate((16 << 20) + 1)
        with pytest.raises(SourceMustBePlain):
            read_sources(folder=folder)

    def test_are_more_files_than_a_plugin_needs(self, folder: Path) -> None:
        for number in range(1_000):
            (folder / f"m{number}.py").touch()
        with pytest.raises(SourceMustBePlain):
            read_sources(folder=folder)


class TestTheTool:
    def test_is_named_with_where_it_is_listed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "path", [])
        with pytest.raises(BuildToolMustBeInstalled) as refused:
            tool_version()
        assert "requirements/plugins.txt" in refused.value.message
