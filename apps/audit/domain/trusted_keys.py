# SPDX-License-Identifier: Apache-2.0
"""The keys that auditors are handed, by another way than archives."""

from typing import Protocol


class TrustedKeys(Protocol):
    """Whoever knows the log's key and its witnesses."""

    def text(self) -> str:
        """Return the file of keys (C2SP tlog-policy) for those who verify."""
        ...
