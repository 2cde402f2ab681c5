# SPDX-License-Identifier: Apache-2.0
"""Call one handler of an author's folder in the sandbox, with rows of a file as the host's data."""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from apps.plugins.adapters.building.bill_of_materials import source_files
from apps.plugins.adapters.building.build_component import build_component
from apps.plugins.adapters.local_backend import LocalBackend
from apps.plugins.adapters.sandbox.call_component import Answered
from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.sandbox import Sandbox
from apps.plugins.domain.bundle import MANIFEST
from apps.plugins.domain.errors import HandlerMustBeNamed
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.setting import default_values
from apps.plugins.services.authoring.build_plugin import manifest_of

SCRATCH, _KEY_BYTES = ".cortex-plugin", 32
COMPANY = "TEST"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a call on the author's machine."""

    answered: Answered
    stored: Mapping[str, str]
    emitted: Sequence[tuple[str, Mapping[str, Any]]]


def run_handler(
    *, sources: Path, handler: str, given: Any, data: Mapping[str, Sequence[Mapping[str, Any]]], at: datetime
) -> Tried:
    """Build what changed, compile it and call the handler under the limits and grants of its manifest.

    Raises: HandlerMustBeNamed, ManifestMustBeWellFormed, PluginMustBuild, PluginCallFailed.
    """
    _, manifest = manifest_of(sources)
    _require_handler(manifest, handler)
    scratch = _scratch(sources)
    compiled = CompiledComponents(directory=scratch / "compiled", key=_key(scratch))
    digest = compiled.compile(wasm=_component(sources, scratch, manifest))
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


def _scratch(sources: Path) -> Path:
    scratch = sources / SCRATCH
    scratch.mkdir(mode=0o700, exist_ok=True)
    return scratch


def _key(scratch: Path) -> bytes:
    """Return the key that seals compiled code on this machine, made at the first time."""
    path = scratch / "key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
    return path.read_bytes()


def _component(sources: Path, scratch: Path, manifest: Manifest) -> bytes:
    """Return the component of the sources as they are now; building takes seconds: only after a change."""
    path = scratch / "component.wasm"
    newest = max(file.stat().st_mtime_ns for file in (sources / MANIFEST, *source_files(sources)))
    if not path.exists() or path.stat().st_mtime_ns <= newest:
        path.write_bytes(build_component(sources=sources, handlers=manifest.handlers))
    return path.read_bytes()
