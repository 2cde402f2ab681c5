# SPDX-License-Identifier: Apache-2.0
"""Write a folder that builds, with a test that passes: the beginning of a plugin."""

from importlib.resources import files
from pathlib import Path

from apps.plugins.domain.errors import FolderMustBeNew
from apps.plugins.domain.read_manifest import read_manifest

_FILES = {"plugin.yaml": "manifest.txt", "plugin.py": "plugin.txt", "tests/test_plugin.py": "test_plugin.txt"}
_IGNORED = "__pycache__/\n*.cortex-plugin\n*.key\n"


def new_plugin(*, folder: Path, plugin_id: str, publisher: str) -> list[Path]:
    """Write the files and return them; raises FolderMustBeNew, ManifestMustBeWellFormed for the names."""
    if folder.exists():
        raise FolderMustBeNew(f"{folder} is there already: name a folder that is not.")
    template = files("apps.plugins").joinpath("sdk", "template")
    texts = {
        name: template.joinpath(source).read_text("utf-8").replace("{id}", plugin_id)
        for name, source in _FILES.items()
    }
    texts["plugin.yaml"] = texts["plugin.yaml"].replace("{publisher}", publisher)
    read_manifest(texts["plugin.yaml"].encode())
    (folder / "tests").mkdir(parents=True)
    for name, text in {**texts, ".gitignore": _IGNORED}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
