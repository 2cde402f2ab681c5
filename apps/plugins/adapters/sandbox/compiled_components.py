# SPDX-License-Identifier: Apache-2.0
"""Compiled components on disk: native code, so only what this installation wrote is loaded.

Wasmtime does not check what it deserialises. Each file has a seal beside it, an HMAC over the file and what
it was compiled for; the directory is nobody else's.
"""

import hashlib
import hmac
import os
import subprocess
import sys
from pathlib import Path

from wasmtime import WasmtimeError
from wasmtime.component import Component

from apps.plugins.adapters.sandbox.engine import Engine
from apps.plugins.adapters.sandbox.interfaces import require_allowed_imports
from apps.plugins.domain.call_errors import CompiledMustBeOurs, ComponentMustBeAllowed, ComponentMustCompile

COMPONENT_BYTES_MAX = 64 << 20
_COMPILE_SECONDS_MAX = 180


class CompiledComponents:
    """A directory of compiled components; `key` is a secret of this installation."""

    def __init__(self, *, directory: Path, key: bytes) -> None:
        self._directory, self._key = directory, key

    def compile(self, *, wasm: bytes) -> str:
        """Compile a component in a process of its own, unless its code is here, and return its SHA-256.

        Code that somebody else put here, or that was sealed with a former key, is replaced.

        Raises: ComponentMustBeAllowed for its imports, ComponentMustCompile.
        """
        digest = hashlib.sha256(wasm).hexdigest()
        if len(wasm) > COMPONENT_BYTES_MAX:
            raise ComponentMustCompile(f"Component {digest[:12]}: {len(wasm)} bytes, 64 MiB are allowed.")
        if not self._is_genuine(digest):
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._compile(wasm, digest)
        return digest

    def load(self, *, engine: Engine, digest: str) -> Component:
        """Return the component; raises CompiledMustBeOurs where it is missing or was changed."""
        if not self._is_genuine(digest):
            raise CompiledMustBeOurs(
                f"Compiled component {digest[:12]}: no file that this installation sealed, in a directory of "
                "its own. Nothing was run; install the plugin again.",
                evidence={"object": digest, "remedy": "Delete the file and install the plugin again."},
            )
        component = Component.deserialize_file(engine.wasm, str(self._path(digest)))
        require_allowed_imports(engine=engine.wasm, component=component)
        return component

    def _is_genuine(self, digest: str) -> bool:
        try:
            written = bytes.fromhex(self._seal(digest).read_text())
            is_private = not self._directory.stat().st_mode & 0o077
            return is_private and hmac.compare_digest(written, self._hmac(digest, self._path(digest)))
        except (OSError, ValueError):
            return False

    def _compile(self, wasm: bytes, digest: str) -> None:
        fresh = self._path(digest).with_suffix(f".{os.getpid()}")
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-m", "apps.plugins.adapters.sandbox.compiler", str(fresh)],
                input=wasm,
                capture_output=True,
                timeout=_COMPILE_SECONDS_MAX,
                check=False,
                env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            self._require_compiled(done, digest)
            seal = self._hmac(digest, fresh).hex()
            fresh.replace(self._path(digest))
            self._seal(digest).write_text(seal)
        except subprocess.TimeoutExpired:
            raise ComponentMustCompile(f"Component {digest[:12]}: compiling did not end in time.") from None
        finally:
            fresh.unlink(missing_ok=True)

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

    def _hmac(self, digest: str, path: Path) -> bytes:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        return hmac.digest(self._key, f"{Engine.identity}\n{digest}\n".encode() + content, "sha256")

    def _path(self, digest: str) -> Path:
        """Return where the code lies; another release of the engine compiles anew."""
        release = hashlib.sha256(Engine.identity.encode()).hexdigest()[:16]
        return self._directory / f"{digest}.{release}.cwasm"

    def _seal(self, digest: str) -> Path:
        return self._path(digest).with_suffix(".seal")


def require_component(*, engine: Engine, wasm: bytes) -> Component:
    """Compile in this process; only the throw-away compiler does. Raises ComponentMustCompile."""
    try:
        return Component(engine.wasm, wasm)
    except WasmtimeError as error:
        raise ComponentMustCompile(str(error)) from None
