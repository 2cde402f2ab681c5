# SPDX-License-Identifier: Apache-2.0
"""Compiled components on disk: native code, so only what this installation wrote is loaded.

Wasmtime does not check what it deserialises. Each file ends with a seal, and the directory is nobody else's.
"""

import hashlib
import subprocess
from pathlib import Path

from wasmtime import WasmtimeError
from wasmtime.component import Component

from apps.plugins.adapters.own_process import run_apart
from apps.plugins.adapters.private_files import (
    PlaceMustBePrivate,
    fresh_file,
    is_private_directory,
    read_private,
    require_private_directory,
)
from apps.plugins.adapters.sandbox.engine import Engine
from apps.plugins.adapters.sandbox.interfaces import require_allowed_imports
from apps.plugins.adapters.sandbox.sealed_code import is_sealed, sealed
from apps.plugins.domain.bundle import COMPONENT, MEMBERS_MAX
from apps.plugins.domain.call_errors import CompiledMustBeOurs, ComponentMustBeAllowed, ComponentMustCompile

_COMPILE_SECONDS_MAX = 180
_COMPILER = "apps.plugins.adapters.sandbox.compiler"


class CompiledComponents:
    """A directory of compiled components; `key` is a secret of this installation."""

    def __init__(self, *, directory: Path, key: bytes) -> None:
        self._directory, self._key = directory.absolute(), key

    def compile(self, *, wasm: bytes) -> str:
        """Compile a component in a process of its own, unless its code is here, and return its SHA-256.

        Code that somebody else put here, or that was sealed with a former key, is replaced.

        Raises: ComponentMustBeAllowed for its imports, ComponentMustCompile, PlaceMustBePrivate.
        """
        digest = hashlib.sha256(wasm).hexdigest()
        if len(wasm) > MEMBERS_MAX[COMPONENT]:
            raise ComponentMustCompile(f"Component {digest[:12]}: {len(wasm)} bytes, 64 MiB are allowed.")
        # First, or each call would compile for seconds what no call would load.
        require_private_directory(path=self._directory)
        if not self._is_genuine(digest):
            self._compile(wasm, digest)
        return digest

    def has(self, *, digest: str) -> bool:
        """Tell whether code of this component is here that this installation sealed; it reads all of it."""
        return self._is_genuine(digest)

    def load(self, *, engine: Engine, digest: str) -> Component:
        """Return the component; raises CompiledMustBeOurs where it is missing or was changed."""
        if not self._is_genuine(digest):
            raise _not_ours(digest, "no file that this installation sealed, in a directory of its own")
        try:
            component = Component.deserialize_file(engine.wasm, str(self._path(digest)))
        except WasmtimeError as error:
            raise _not_ours(digest, f"the engine takes no such code ({str(error)[:200]})") from None
        require_allowed_imports(engine=engine.wasm, component=component)
        return component

    def _is_genuine(self, digest: str) -> bool:
        if not is_private_directory(path=self._directory):
            return False
        try:
            content = read_private(path=self._path(digest))
        except (FileNotFoundError, PlaceMustBePrivate):
            return False
        return is_sealed(content=content, digest=digest, key=self._key)

    def _compile(self, wasm: bytes, digest: str) -> None:
        with fresh_file(beside=self._path(digest)) as fresh:
            try:
                done = run_apart(
                    module=_COMPILER,
                    words=[str(fresh)],
                    place=self._directory,
                    seconds_max=_COMPILE_SECONDS_MAX,
                    given=wasm,
                )
            except subprocess.TimeoutExpired:
                told = f"Component {digest[:12]}: compiling did not end in {_COMPILE_SECONDS_MAX} seconds."
                raise ComponentMustCompile(told) from None
            self._require_compiled(done, digest)
            fresh.write_bytes(sealed(code=fresh.read_bytes(), digest=digest, key=self._key))
            fresh.replace(self._path(digest))

    def _require_compiled(self, done: "subprocess.CompletedProcess[bytes]", digest: str) -> None:
        if not done.returncode:
            return
        told = done.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1][:300]
        code, _, sentence = told.partition(": ")
        if code == ComponentMustBeAllowed.code:
            raise ComponentMustBeAllowed(sentence)
        raise ComponentMustCompile(
            f"Component {digest[:12]}: {told or f'the compiler ended with {done.returncode}'}"
        )

    def _path(self, digest: str) -> Path:
        """Return where the code lies; another release of the engine compiles anew."""
        release = hashlib.sha256(Engine.identity.encode()).hexdigest()[:16]
        return self._directory / f"{digest}.{release}.cwasm"


def require_component(*, engine: Engine, wasm: bytes) -> Component:
    """Compile in this process; only the throw-away compiler does. Raises ComponentMustCompile."""
    try:
        return Component(engine.wasm, wasm)
    except WasmtimeError as error:
        raise ComponentMustCompile(str(error)) from None


def _not_ours(digest: str, got: str) -> CompiledMustBeOurs:
    return CompiledMustBeOurs(
        f"Compiled component {digest[:12]}: {got}. Nothing was run; install the plugin again.",
        evidence={
            "object": digest,
            "got": got,
            "remedy": "Delete the file and install the plugin again.",
        },
    )
