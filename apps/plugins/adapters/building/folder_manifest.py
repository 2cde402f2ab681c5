# SPDX-License-Identifier: Apache-2.0
"""The manifest of an author's folder."""

from pathlib import Path

from apps.plugins.domain.bundle import MANIFEST
from apps.plugins.domain.errors import ManifestMustBeWellFormed
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.read_manifest import read_manifest


def manifest_of(sources: Path) -> tuple[bytes, Manifest]:
    """Return the manifest of a folder as it stands there, and read; raises ManifestMustBeWellFormed."""
    try:
        written = (sources / MANIFEST).read_bytes()
    except OSError as error:
        raise ManifestMustBeWellFormed(
            f"{sources}: expected a {MANIFEST}, got: {error.strerror}. `cortex plugin new` writes one.",
            evidence={"object": str(sources), "expected": MANIFEST, "got": error.strerror},
        ) from error
    return written, read_manifest(written)
