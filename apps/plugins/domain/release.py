# SPDX-License-Identifier: Apache-2.0
"""Which release of Cortex this is, for manifests that name those they work with."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from semver import Version


@cache
def running_release() -> Version:
    """Return the release; a checkout that nobody installed counts as the one before the first."""
    try:
        return Version.parse(version("codexion-cortex"))
    except (PackageNotFoundError, ValueError):
        return Version(0, 1, 0)
