# SPDX-License-Identifier: Apache-2.0
"""Look at what authoring plugins needs, and at a folder: one finding each, and what to do about it."""

import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from apps.plugins.adapters.building.build_tool import TOOL, tool_version
from apps.plugins.adapters.building.decorated_handlers import decorated_handlers
from apps.plugins.adapters.building.errors import PluginMustBuild
from apps.plugins.adapters.building.folder_manifest import manifest_of
from apps.plugins.adapters.building.read_sources import read_sources
from apps.plugins.adapters.private_files import is_private_directory
from apps.plugins.adapters.running_release import running_release
from cortex.errors import CortexError

# A component, its compiled form, and what the tool writes while it works.
_FREE_MIB_MIN = 512
_LIBRARIES = ("wasmtime", "securesystemslib", "cyclonedx-python-lib")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is empty where all is well."""

    subject: str
    told: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        """Tell whether nothing has to be done."""
        return not self.remedy


def examine(*, sources: Path | None, cache: Path) -> Iterator[Finding]:
    """Yield what is found of this machine and, where one is named, of an author's folder."""
    yield Finding("Python", platform.python_version())
    yield _tried(TOOL, tool_version, remedy="Install requirements/plugins.txt.")
    for name in _LIBRARIES:
        yield _library(name)
    yield _cache(cache)
    yield _room(cache)
    if sources is not None:
        yield from _folder(sources)


def _folder(sources: Path) -> Iterator[Finding]:
    yield _tried("plugin.yaml", lambda: _manifest(sources))
    yield _tried("sources", lambda: f"{len(read_sources(folder=sources))} Python files")
    yield _tried("handlers", lambda: _handlers(sources))
    has_tests = any((sources / "tests").glob("test_*.py"))
    remedy = "" if has_tests else "Write tests/test_plugin.py; cortex_sdk.testing stands for the host."
    yield Finding("tests", "there are some" if has_tests else "none", remedy)


def _manifest(sources: Path) -> str:
    _, manifest = manifest_of(sources)
    manifest.require_release(running_release())
    return f"{manifest.id} {manifest.version}, for Cortex {manifest.cortex.text}"


def _handlers(sources: Path) -> str:
    """Compare names without running anything: a folder may be a stranger's."""
    _, manifest = manifest_of(sources)
    found = decorated_handlers(sources=read_sources(folder=sources))
    if missing := sorted(manifest.handlers - found):
        raise PluginMustBuild(
            f"plugin.yaml names {', '.join(missing)}; decorated with @handler are "
            f"{', '.join(sorted(found)) or 'none'}.",
            evidence={"remedy": "Decorate a function of that name with @handler, or correct plugin.yaml."},
        )
    return ", ".join(sorted(manifest.handlers))


def _tried(subject: str, look: Callable[[], str], *, remedy: str = "") -> Finding:
    try:
        return Finding(subject, look())
    except CortexError as error:
        told = str(error.evidence.get("remedy", "")) or remedy or "Correct it; docs/plugins.md tells how."
        return Finding(subject, f"{error.code}: {error.message}", told)


def _library(name: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(name, "not installed", "Install requirements/plugins.txt.")


def _cache(cache: Path) -> Finding:
    if not cache.exists():
        return Finding("cache", f"{cache} is made at the first run")
    if is_private_directory(path=cache):
        return Finding("cache", f"{cache} is yours alone")
    return Finding("cache", f"{cache} may be entered by others", f"chmod 700 {cache}, or take it away.")


def _room(cache: Path) -> Finding:
    place = next(each for each in (cache, *cache.parents) if each.exists())
    free_mib = shutil.disk_usage(place).free >> 20
    remedy = f"Make room: building takes up to {_FREE_MIB_MIN} MiB." if free_mib < _FREE_MIB_MIN else ""
    return Finding("room", f"{free_mib} MiB free at {place}", remedy)
