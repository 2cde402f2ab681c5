# SPDX-License-Identifier: Apache-2.0
"""Call one handler of an author's folder in the sandbox, with rows of a file as the host's data."""

import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from apps.plugins.adapters.building.build_component import build_component
from apps.plugins.adapters.local_backend import LocalBackend
from apps.plugins.adapters.sandbox.call_component import Answered
from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.sandbox import Sandbox
from apps.plugins.domain.errors import HandlerMustBeNamed
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.setting import default_values
from apps.plugins.services.authoring.build_plugin import manifest_of

_BUILT_OF = frozenset({".py", ".wit"})
_KEY_BYTES, _NEW_FILE = 32, os.O_WRONLY | os.O_CREAT | os.O_EXCL
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

    Raises: HandlerMustBeNamed, ManifestMustBeWellFormed, PluginMustBuild, PluginCallFailed.
    """
    _, manifest = manifest_of(sources)
    _require_handler(manifest, handler)
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    with suppress(FileExistsError), os.fdopen(os.open(path, _NEW_FILE, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
    return path.read_bytes()


def _component(sources: Path, manifest: Manifest, cache: Path) -> bytes:
    """Return the component of the sources as they are now; building takes seconds: only after a change."""
    built = cache / f"{_fingerprint(sources, manifest)}.wasm"
    if not built.exists():
        fresh = built.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(build_component(sources=sources, handlers=manifest.handlers))
        fresh.replace(built)
    return built.read_bytes()


def _fingerprint(sources: Path, manifest: Manifest) -> str:
    """Return a digest of all that a component is built of."""
    content = hashlib.sha256(f"{sorted(manifest.handlers)} {version('componentize-py')}".encode())
    with as_file(files("apps.plugins").joinpath("sdk")) as sdk:
        for root in (sources, sdk / "cortex_sdk", sdk / "wit"):
            for path in sorted(each for each in root.rglob("*") if each.suffix in _BUILT_OF):
                told = path.read_bytes()
                content.update(f"{path.relative_to(root)} {len(told)}\n".encode() + told)
    return content.hexdigest()
