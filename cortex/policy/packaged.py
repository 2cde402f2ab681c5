# SPDX-License-Identifier: Apache-2.0
"""The policies that the program brings along: version 0, in force until people activate their own."""

from cortex.policy.schema import packaged_files

VERSION = 0


def packaged_text() -> str:
    """Return the policies of all rooms as one text."""
    return "\n".join(path.read_text(encoding="utf-8") for path in packaged_files("*.cedar"))
