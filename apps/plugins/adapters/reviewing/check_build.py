# SPDX-License-Identifier: Apache-2.0
"""Checks that build the sources and run what was built: in the sandbox, under the plugin's own limits."""

import secrets
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from apps.plugins.adapters.building.build_component import build_component
from apps.plugins.adapters.building.errors import BuildToolMustBeInstalled, PluginMustBuild
from apps.plugins.adapters.building.recipe import recipe_of
from apps.plugins.adapters.local_backend import LocalBackend
from apps.plugins.adapters.reviewing.samples import AT, sample_rows, samples
from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.sandbox import Sandbox
from apps.plugins.domain.bundle import COMPONENT, MEMBERS_MAX
from apps.plugins.domain.call_errors import (
    ComponentMustBeAllowed,
    ComponentMustCompile,
    PluginCallFailed,
    PluginMustSucceed,
)
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.checks import CheckResult, Outcome, could_not, failed, passed
from apps.plugins.domain.setting import default_values

_KEY_BYTES = 32


def check_build(*, manifest: Manifest, sources: Mapping[str, bytes]) -> tuple[CheckResult, bytes | None]:
    """Build the component of exactly these sources, in the builder's own process and sandbox."""
    try:
        component = build_component(recipe=recipe_of(sources=sources, handlers=manifest.handlers))
    except PluginMustBuild as error:
        return failed("build", "The sources could not be built.", error.message.splitlines()[-12:]), None
    except BuildToolMustBeInstalled as error:
        return could_not("build", error.message), None
    return passed(
        "build", f"Built of {len(sources)} files, with every handler that the manifest names."
    ), component


def check_runs(*, manifest: Manifest, component: bytes) -> list[CheckResult]:
    """Compile the component and call each handler once, then tell size and speed."""
    with tempfile.TemporaryDirectory(prefix="cortex-review-") as place:
        directory = Path(place) / "compiled"
        compiled = CompiledComponents(directory=directory, key=secrets.token_bytes(_KEY_BYTES))
        try:
            digest = compiled.compile(wasm=component)
        except (ComponentMustBeAllowed, ComponentMustCompile) as error:
            return [failed("smoke_run", error.message), could_not("size_and_speed", "It does not compile.")]
        calls = _called(Sandbox(compiled=compiled), manifest, digest)
    return [_smoke(calls), _size_and_speed(component, calls, manifest)]


Call = tuple[str, Outcome, str, int]


def _called(sandbox: Sandbox, manifest: Manifest, digest: str) -> list[Call]:
    """Return of each call what called, how it ended, what is told of that, and its milliseconds."""
    calls = []
    for handler, caller, given in samples(manifest):
        begun = time.monotonic()
        try:
            sandbox.call(
                digest=digest,
                manifest=manifest,
                handler=handler,
                given=given,
                company="REVIEW",
                settings=default_values(manifest.settings),
                at=datetime.fromisoformat(AT),
                backend=LocalBackend(data=sample_rows(manifest)),
            )
        except PluginMustSucceed as error:
            outcome, told = Outcome.COULD_NOT, error.message
        except PluginCallFailed as error:
            outcome, told = Outcome.FAILED, f"{error.code}: {error.message}"
        else:
            outcome, told = Outcome.PASSED, "answered"
        calls.append((f"{handler} ({caller})", outcome, told, round((time.monotonic() - begun) * 1000)))
    return calls


def _smoke(calls: list[Call]) -> CheckResult:
    told = [f"{name}: {what}" for name, _, what, _ in calls]
    outcomes = {outcome for _, outcome, _, _ in calls}
    if Outcome.FAILED in outcomes:
        return failed("smoke_run", "A handler left the bounds of the sandbox, or answered otherwise.", told)
    if Outcome.COULD_NOT in outcomes:
        # Made-up data is none of a handler's business: a person looks whether it should have failed.
        return could_not(
            "smoke_run", "A handler raised an exception on the data that it was tried with.", told
        )
    return passed("smoke_run", f"{len(calls)} handlers answered within their limits.", told)


def _size_and_speed(component: bytes, calls: list[Call], manifest: Manifest) -> CheckResult:
    slowest = max((milliseconds for _, _, _, milliseconds in calls), default=0)
    told = [f"{name}: {milliseconds} ms" for name, _, _, milliseconds in calls]
    size = f"{len(component) / (1 << 20):.1f} MiB of {MEMBERS_MAX[COMPONENT] >> 20}"
    if len(component) > MEMBERS_MAX[COMPONENT]:
        return failed("size_and_speed", f"The component has {size}.", told)
    limit = manifest.limits.milliseconds
    return passed("size_and_speed", f"{size}; the slowest call took {slowest} ms of {limit}.", told)
