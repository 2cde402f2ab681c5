# SPDX-License-Identifier: Apache-2.0
"""Checks that read sources and run nothing of them."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from semver import Version

from apps.plugins.adapters.building.bill_of_materials import bill_of_materials
from apps.plugins.adapters.own_process import run_apart
from apps.plugins.domain.capability import difference, in_words
from apps.plugins.domain.errors import PluginMustFitThisRelease
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.checks import CheckResult, could_not, failed, passed
from apps.plugins.domain.marketplace.licences import refused_licences
from apps.plugins.domain.marketplace.secret_rules import secrets_in

_SECONDS = 60
_READER = "apps.plugins.adapters.reviewing.source_reader"
EVERYWHERE = "where it is installed"


def check_manifest(*, manifest: Manifest, running: Version) -> CheckResult:
    """Tell whether it works with this release; reading it was required before."""
    try:
        manifest.require_release(running)
    except PluginMustFitThisRelease as error:
        return failed("manifest", error.message)
    return passed("manifest", f"{manifest.id} {manifest.version} works with Cortex {running}.")


def check_licence(*, manifest: Manifest) -> CheckResult:
    """Hold the licence against the list."""
    if refused := refused_licences(manifest.licence):
        return failed("licence", f"{manifest.licence}: not on the list of allowed licences.", refused)
    return passed("licence", f"{manifest.licence} is allowed.")


def check_bill(*, manifest: Manifest, sources: Mapping[str, bytes]) -> tuple[CheckResult, bytes]:
    """Make the bill of materials of what is built, and see that it names each file by its digest."""
    bill = bill_of_materials(manifest=manifest, sources=sources)
    named = {each["name"]: each.get("hashes", []) for each in json.loads(bill)["components"]}
    if missing := [name for name in sources if not named.get(name)]:
        return failed("sbom", "Files are not in the bill of materials.", missing), bill
    return passed(
        "sbom", f"CycloneDX 1.6 names {len(sources)} files with SHA-256, and the Python it is built with."
    ), bill


def check_secrets(*, members: Mapping[str, bytes]) -> CheckResult:
    """Look for secrets that were left in; where they stand is told, and never what they are."""
    found = [f"{name}, line {line}: {rule}" for name, line, rule in secrets_in(members)]
    if found:
        return failed(
            "secrets", "Secrets seem to stand in the sources. Take them out, and change them.", found
        )
    return passed("secrets", f"No secret was found in {len(members)} files.")


def read_sources_apart(*, archive: bytes) -> Iterator[CheckResult]:
    """Yield what static rules and the list of dependencies say, read in a process of its own."""
    try:
        with tempfile.TemporaryDirectory(prefix="cortex-review-") as place:
            done = run_apart(
                module=_READER,
                words=[],
                place=Path(place),
                seconds_max=_SECONDS,
                given=archive,
                environment={"PYTHONWARNINGS": "ignore"},
            )
        told = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        # What brings the reader down cannot be judged: a plugin does not need such a text.
        why = "Reading the sources did not end: they are too deep or too large for Python's own parser."
        yield failed("static_rules", why)
        yield could_not("dependencies", "The sources could not be read.")
        return
    if told["broken"]:
        yield failed("static_rules", "Sources do what plugins have no need for.", told["broken"])
    else:
        yield passed(
            "static_rules", "No code from texts, native code, processes, sockets or hidden characters."
        )
    if told["strange"]:
        why = "Modules that are neither Python's, nor the SDK's, nor the plugin's own."
        yield failed("dependencies", why, told["strange"])
    else:
        yield passed(
            "dependencies", "Only Python's own modules, the SDK and the plugin's own files are imported."
        )


def compare_rights(*, manifest: Manifest, before: Manifest | None) -> CheckResult:
    """Say in words what this version may do that the last released one may not; a person judges it."""
    words = in_words(manifest.capabilities, company=f"({EVERYWHERE})")
    if before is None:
        return passed("rights", "The first release: all that it may do is new.", words)
    changed = difference(before=before.capabilities, after=manifest.capabilities)
    told = [
        *(f"new: {each}" for each in in_words(changed.added, company=f"({EVERYWHERE})")),
        *(f"given up: {each}" for each in in_words(changed.removed, company=f"({EVERYWHERE})")),
    ]
    word = "more than" if changed.is_wider else "no more than"
    return passed("rights", f"It may do {word} {before.version}.", told)
