# SPDX-License-Identifier: Apache-2.0
"""When something should be renewed: with a third of its life left, two more tries fit before it ends."""

from datetime import datetime


def is_due(*, starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Return whether it should have been renewed by now."""
    return ends_at - at < (ends_at - starts_at) / 3
