# SPDX-License-Identifier: Apache-2.0
"""All that a component is made of: the author's sources, the SDK, the contract and the list of handlers.

It is in memory: what is built runs while it is built, and can write to nothing that is read afterwards.
"""

import hashlib
from collections.abc import Iterable, Mapping
from importlib.resources import as_file, files
from pathlib import Path

from apps.plugins.adapters.building.build_tool import tool_version
from apps.plugins.adapters.building.read_sources import ENTRY

APP = "cortex_plugin_app"
# Directories of the recipe in the order in which a module is looked for; the contract is none of them.
SEARCHED, CONTRACT = ("app", "sdk", "sources"), "wit"
_APP = f"""
from cortex_sdk._guest import WitWorld
from cortex_sdk._handlers import require
import {ENTRY}

require({{handlers!r}})
"""


def recipe_of(*, sources: Mapping[str, bytes], handlers: Iterable[str]) -> Mapping[str, bytes]:
    """Return the content of each file by its path; building checks that the plugin has these handlers."""
    return {
        f"app/{APP}.py": _APP.format(handlers=sorted(handlers)).encode(),
        **_sdk(),
        **{f"sources/{place}": content for place, content in sources.items()},
    }


def fingerprint(*, recipe: Mapping[str, bytes]) -> str:
    """Return a digest of a recipe and the tool: components of the same one need not be built again."""
    told = hashlib.sha256(f"componentize-py {tool_version()}\n".encode())
    for place, content in sorted(recipe.items()):
        told.update(f"{place} {len(content)}\n".encode() + content)
    return told.hexdigest()


def _sdk() -> dict[str, bytes]:
    with as_file(files("apps.plugins").joinpath("sdk")) as sdk:
        return {
            **_files(sdk / "cortex_sdk", "*.py", "sdk/cortex_sdk"),
            **_files(sdk / "wit", "*.wit", CONTRACT),
        }


def _files(directory: Path, pattern: str, place: str) -> dict[str, bytes]:
    found = sorted(directory.rglob(pattern))
    return {f"{place}/{path.relative_to(directory).as_posix()}": path.read_bytes() for path in found}
