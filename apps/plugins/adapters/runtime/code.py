# SPDX-License-Identifier: Apache-2.0
"""Compiled plugins of this machine. Nothing here is imported by a process that calls none.

Wasmtime, its engine and its thread come with the first call of a process, so after any fork.
"""

import hmac
import os
import tempfile
import threading
from functools import cache
from pathlib import Path

from django.conf import settings

from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.sandbox import Sandbox
from apps.plugins.domain.bundle import COMPONENT, unpack_bundle
from apps.plugins.domain.call_errors import CodeMustBeReady
from apps.plugins.models import StoredBundle
from cortex.database.transactions import transactional

_PURPOSE = b"compiled plugins of this installation"
_compiling: set[str] = set()
# What this process has found here once: its seal is looked at again when it is loaded.
_ready: set[str] = set()
_lock = threading.Lock()


@cache
def compiled_components() -> CompiledComponents:
    """Return this machine's compiled components; their seal follows from the installation's own key."""
    key = hmac.digest(settings.SECRET_KEY.encode(), _PURPOSE, "sha256")
    return CompiledComponents(directory=_directory(), key=key)


@cache
def sandbox() -> Sandbox:
    """Return the sandbox of this process."""
    return Sandbox(compiled=compiled_components())


def require_code(*, component_digest: str, bundle_digest: str, may_wait: bool) -> None:
    """Compile the component here unless its code is here; that takes seconds, in a process of its own.

    Whoever may not wait is refused while it is compiled for the next call.
    Raises: CodeMustBeReady, ComponentMustCompile, PlaceMustBePrivate.
    """
    if component_digest in _ready or compiled_components().has(digest=component_digest):
        _ready.add(component_digest)
        return
    if may_wait:
        compiled_components().compile(wasm=_component(bundle_digest))
        return
    _compile_aside(component_digest, _component(bundle_digest))
    raise CodeMustBeReady(
        f"Plugin component {component_digest[:12]}: it is being compiled on this machine, which takes about "
        "ten seconds after a start or an upgrade. Try again then.",
        evidence={"object": component_digest, "remedy": "try again in ten seconds"},
    )


def _compile_aside(digest: str, wasm: bytes) -> None:
    """Compile in a thread that waits for the compiler's process: nobody waits for the thread."""
    with _lock:
        if digest in _compiling:
            return
        _compiling.add(digest)

    def work() -> None:
        try:
            compiled_components().compile(wasm=wasm)
        finally:
            _compiling.discard(digest)

    threading.Thread(target=work, daemon=True, name="plugin-compiler").start()


@transactional
def _component(bundle_digest: str) -> bytes:
    """Return the component of a stored bundle, whose digest the database itself keeps true."""
    content = StoredBundle.objects.values_list("content", flat=True).get(digest=bundle_digest)
    return unpack_bundle(bytes(content))[COMPONENT]


def _directory() -> Path:
    if settings.PLUGIN_DIRECTORY:
        return Path(settings.PLUGIN_DIRECTORY)
    return Path(tempfile.gettempdir()) / f"cortex-plugins-{os.getuid()}"
