# SPDX-License-Identifier: Apache-2.0
"""When each member last did something in the company."""

from datetime import datetime
from uuid import UUID


def last_uses(*, company_id: UUID) -> dict[UUID, datetime]:
    """Return the last recorded use of each member, by user; who used nothing is missing."""
    return {}
