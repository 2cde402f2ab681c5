# SPDX-License-Identifier: Apache-2.0
"""Building runs the sources: in WebAssembly, on copies, under bounds."""

import hashlib
from importlib.resources import files
from pathlib import Path

import pytest

from apps.plugins.adapters.building.build_component import Bounds, build_component
from apps.plugins.adapters.building.errors import PluginMustBuild
from apps.plugins.adapters.building.read_sources import read_sources
from apps.plugins.adapters.building.recipe import recipe_of

pytestmark = pytest.mark.slow

# What it can write to is told beside where it may look for modules.
POISON = """
import os
import sys

wrote = set()
for mount in sys.path:
    if mount.startswith("/python"):
        continue
    for place, _, names in os.walk(mount):
        for name in [*names, "planted.py"]:
            try:
                with open(os.path.join(place, name), "w") as file:
                    file.write("poison")
            except OSError:
                continue
            wrote.add(mount)
raise RuntimeError(f"looks in {sys.path} wrote to {sorted(wrote)}")
"""


def _digests(place: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plugin.py").write_text(POISON)
    (tmp_path / "beside.py").write_text("a = 1\n")
    (tmp_path / "publisher.key").write_text("the author's secret")
    return tmp_path


class TestHostileSources:
    def test_meet_copies_and_no_package_of_the_machine(self, folder: Path) -> None:
        sdk = Path(str(files("apps.plugins").joinpath("sdk")))
        before = _digests(folder), _digests(sdk)
        with pytest.raises(PluginMustBuild) as refused:
            build_component(recipe=recipe_of(sources=read_sources(folder=folder), handlers=()))
        assert (_digests(folder), _digests(sdk)) == before
        ours = "'/world', '/0', '/1', '/2', '/3', '/bundled'"
        python = "'/python/lib/python314.zip', '/python/lib/python3.14', '/python/lib/python3.14/lib-dynload'"
        assert f"looks in ['/python', {ours}, {python}] wrote to ['/0', '/1', '/2'" in refused.value.message

    @pytest.mark.parametrize(
        ("bounds", "told"),
        [
            (Bounds(seconds=0.5), "importing it did not end in 0.5 seconds"),
            (
                Bounds(cpu_seconds=1),
                "importing it was stopped, since it took more time or memory than it may",
            ),
            (Bounds(data_bytes=200 << 20), "took more time or memory than it may"),
            (Bounds(file_bytes=1 << 10), "File too large"),
        ],
    )
    def test_end_at_each_bound_with_a_sentence(self, folder: Path, bounds: Bounds, told: str) -> None:
        recipe = recipe_of(sources=read_sources(folder=folder), handlers=())
        with pytest.raises(PluginMustBuild) as refused:
            build_component(recipe=recipe, bounds=bounds)
        assert told in refused.value.message
