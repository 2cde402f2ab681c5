# SPDX-License-Identifier: Apache-2.0
"""Instants as texts: one form, whose order is that of time."""

from datetime import UTC, datetime


def instant_text(at: datetime) -> str:
    """Return the instant in UTC with six digits behind the point, as evidence and OSCAL write it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
