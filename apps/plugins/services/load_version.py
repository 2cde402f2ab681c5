# SPDX-License-Identifier: Apache-2.0
"""Make a version ready to be called by this process: the first time whole, then from a few rows."""

from functools import lru_cache
from uuid import UUID

from apps.plugins.selectors.loadable import LoadableVersion, loadable_version
from apps.plugins.selectors.versions import version_with_id
from apps.plugins.services.compile_version import compile_version
from apps.plugins.services.verify_stored import verify_stored


def load_version(*, version_id: UUID) -> LoadableVersion:
    """Return what the sandbox needs, with its code compiled on this machine.

    Each process verifies the stored bundle, and compiles it where this machine has not yet, once for each
    text of the manifest; whether it was revoked or switched off since is asked each time.

    Raises: as loadable_version, verify_stored and compile_version.
    """
    found = loadable_version(version_id=version_id)
    _verify_once(version_id, found.bundle_digest, found.component_digest, found.manifest_text)
    return found


@lru_cache(maxsize=512)
def _verify_once(version_id: UUID, bundle_digest: str, component_digest: str, manifest_text: str) -> None:
    """Verify and compile once; a refusal is remembered by nobody and told each time."""
    version = version_with_id(version_id=version_id)
    verify_stored(version=version)
    compile_version(version=version)
