# SPDX-License-Identifier: Apache-2.0
"""Call one handler of an author's folder in the sandbox, with rows of a file as the host's data."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from apps.plugins.adapters.building.build_component import build_component
from apps.plugins.adapters.building.folder_manifest import manifest_of
from apps.plugins.adapters.building.read_sources import read_sources
from apps.plugins.adapters.building.recipe import fingerprint, recipe_of
from apps.plugins.adapters.local_backend import LocalBackend
from apps.plugins.adapters.private_files import (
    PlaceMustBePrivate,
    read_private,
    require_private_directory,
    write_once,
    write_private,
)
from apps.plugins.adapters.sandbox.call_component import Answered
from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.sandbox import Sandbox
from apps.plugins.domain.errors import HandlerMustBeNamed
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.setting import default_values

_KEY_BYTES = 32
COMPANY = "TEST"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a call on the author's machine."""

    answered: Answered
    stored: Mapping[str, str]
    emitted: Sequence[tuple[str, Mapping[str, Any]]]


def run_handler(
    *,
    sources: Path,
    handler: str,
    given: Any,
    data: Mapping[str, Sequence[Mapping[str, Any]]],
    at: datetime,
    cache: Path,
) -> Tried:
    """Build what changed, compile it and call the handler under the limits and grants of its manifest.

    `cache` is the author's own: were it a part of the folder, whoever handed on the folder could lay native
    code there, with the key that seals it.

    Raises: HandlerMustBeNamed, ManifestMustBeWellFormed, SourceMustBePlain, PluginMustBuild,
    PluginCallFailed, BuildToolMustBeInstalled, PlaceMustBePrivate where the cache could be another's.
    """
    _, manifest = manifest_of(sources)
    _require_handler(manifest, handler)
    require_private_directory(path=cache)
    compiled = CompiledComponents(directory=cache / "compiled", key=_key(cache))
    digest = compiled.compile(wasm=_component(sources, manifest, cache))
    backend = LocalBackend(data=data)
    answered = Sandbox(compiled=compiled).call(
        digest=digest,
        manifest=manifest,
        handler=handler,
        given=given,
        company=COMPANY,
        settings=default_values(manifest.settings),
        at=at,
        backend=backend,
    )
    return Tried(answered, backend.stored, backend.emitted)


def _require_handler(manifest: Manifest, handler: str) -> None:
    if handler not in manifest.handlers:
        named = ", ".join(sorted(manifest.handlers))
        raise HandlerMustBeNamed(
            f"Handler {handler}: plugin.yaml names {named}.",
            evidence={"object": handler, "expected": sorted(manifest.handlers)},
        )


def _key(cache: Path) -> bytes:
    """Return the key that seals compiled code for this person, made at the first time."""
    path = cache / "key"
    if not path.exists():
        write_once(path=path, content=secrets.token_bytes(_KEY_BYTES))
    key = read_private(path=path)
    if len(key) != _KEY_BYTES:
        raise PlaceMustBePrivate(
            f"File {path}: expected {_KEY_BYTES} bytes, got {len(key)}. Delete it, and plugins compile anew.",
            evidence={"object": str(path), "remedy": "Delete the file."},
        )
    return key


def _component(sources: Path, manifest: Manifest, cache: Path) -> bytes:
    """Return the component of the sources as they are now; building takes seconds: only after a change."""
    recipe = recipe_of(sources=read_sources(folder=sources), handlers=manifest.handlers)
    path = cache / f"{fingerprint(recipe=recipe)}.wasm"
    try:
        return read_private(path=path)
    except FileNotFoundError:
        built = build_component(recipe=recipe)
        write_private(path=path, content=built)
        return built
