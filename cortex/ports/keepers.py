# SPDX-License-Identifier: Apache-2.0
"""The keepers of secrets as probes see them."""

from collections.abc import Mapping
from typing import Protocol


class KeepersHealth(Protocol):
    """Tells which keepers of secrets answer; the program serves without them for a while."""

    def parts(self) -> Mapping[str, bool]:
        """Return whether each keeper of this installation answers now, by its name."""
        ...
