# SPDX-License-Identifier: Apache-2.0
"""Plugins, ready to be called: each version is loaded once in a process, and linked to its grants."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from apps.plugins.adapters.sandbox.call_component import Answered, Loaded, call_component
from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.engine import Engine, engine
from apps.plugins.adapters.sandbox.host_functions import linker_of, milliseconds_left
from apps.plugins.domain.granted_host import GrantedHost
from apps.plugins.domain.host_backend import HostBackend
from apps.plugins.domain.manifest import Manifest


class Sandbox:
    """Calls handlers of components that were compiled into one directory."""

    def __init__(self, *, compiled: CompiledComponents) -> None:
        self._compiled = compiled
        self._loaded: dict[tuple[Engine, str, frozenset[str]], Loaded] = {}

    def call(
        self,
        *,
        digest: str,
        manifest: Manifest,
        handler: str,
        given: Any,
        company: str,
        settings: Mapping[str, Any],
        at: datetime,
        backend: HostBackend,
        granted: frozenset[str] | None = None,
    ) -> Answered:
        """Call a handler for one company; raises a PluginCallFailed, or CompiledMustBeOurs.

        `given` is the handler's input, plain JSON; `at` is what the plugin is told as its moment; `granted`
        are the capabilities that it was installed with, None where nobody has installed it.
        """
        context = {
            "company": company,
            "plugin": manifest.id,
            "version": str(manifest.version),
            "at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "settings": dict(settings),
        }
        return call_component(
            loaded=self._load(digest, manifest.interfaces),
            handler=handler,
            request={"input": given, "context": context},
            answers=GrantedHost(manifest, backend, milliseconds_left, granted).answers,
            limits=manifest.limits,
        )

    def _load(self, digest: str, interfaces: frozenset[str]) -> Loaded:
        # A process that was forked has an engine of its own, and loads anew.
        ours = engine()
        key = (ours, digest, interfaces)
        if key not in self._loaded:
            component = self._compiled.load(engine=ours, digest=digest)
            linker = linker_of(engine=ours, component=component, interfaces=interfaces)
            self._loaded[key] = Loaded(ours, component, linker)
        return self._loaded[key]
