# SPDX-License-Identifier: Apache-2.0
"""When something was last used, in words."""

from datetime import datetime


def last_use_told(at: datetime | None) -> str:
    """Return the instant, or that there is none on record."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "Not since decisions are kept"
