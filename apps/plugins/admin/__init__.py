# SPDX-License-Identifier: Apache-2.0
"""Plugins in the administration: the platform's and companies' own, and the marketplace."""

from apps.plugins.admin import (
    calls,
    installations,
    marketplace,
    review_queue,
    switches,
    trusted_keys,
    versions,
)

__all__ = [
    "calls",
    "installations",
    "marketplace",
    "review_queue",
    "switches",
    "trusted_keys",
    "versions",
]
