# SPDX-License-Identifier: Apache-2.0
"""Which release of Cortex runs here."""

from functools import cache
from importlib.metadata import version

from semver import Version


@cache
def running_release() -> Version:
    """Return the release that is installed; plugins say which ones they are for."""
    return Version.parse(version("codexion-cortex"))
