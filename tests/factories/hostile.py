# SPDX-License-Identifier: Apache-2.0
"""The hostile plugin of the fixtures, with few rights and tight limits."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from semver import Version

from apps.plugins.adapters.local_backend import LocalBackend
from apps.plugins.adapters.sandbox.call_component import Answered
from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.sandbox import Sandbox
from apps.plugins.domain.host_backend import HostBackend
from apps.plugins.domain.limits import Limits
from apps.plugins.domain.manifest import DataScope, Manifest
from apps.plugins.domain.version_range import VersionRange

LIMITS = Limits(milliseconds=3_000, fuel=2_000_000_000, host_calls=50, output_bytes=64 << 10)
MANIFEST = Manifest(
    id="com.example.hostile",
    version=Version(1),
    cortex=VersionRange(">=0.1.0"),
    name="Hostile",
    description="Tries everything.",
    publisher="com.example",
    licence="Apache-2.0",
    support="mailto:support@example.com",
    data=(DataScope("accounting.journal_entry", ("read",), ("number",)),),
    limits=LIMITS,
)
AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


@dataclass
class Hostile:
    """Calls handlers of the hostile plugin."""

    compiled: CompiledComponents
    digest: str
    manifest: Manifest = MANIFEST
    backend: HostBackend = field(
        default_factory=lambda: LocalBackend(data={"accounting.journal_entry": [{"number": 7}]})
    )

    @cached_property
    def sandbox(self) -> Sandbox:
        return Sandbox(compiled=self.compiled)

    def within(self, **limits: int) -> "Hostile":
        """Return the same with other limits, in the same sandbox."""
        return self._with(manifest=replace(self.manifest, limits=replace(LIMITS, **limits)))

    def with_backend(self, backend: HostBackend) -> "Hostile":
        """Return the same with another host behind it, in the same sandbox."""
        return self._with(backend=backend)

    def tell(self, handler: str, given: Any = None, *, company: str = "ACME") -> Answered:
        return self.sandbox.call(
            digest=self.digest,
            manifest=self.manifest,
            handler=handler,
            given=given,
            company=company,
            settings={},
            at=AT,
            backend=self.backend,
        )

    def _with(self, **changes: Any) -> "Hostile":
        other = replace(self, **changes)
        other.__dict__["sandbox"] = self.sandbox
        return other
