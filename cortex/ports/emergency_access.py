# SPDX-License-Identifier: Apache-2.0
"""Emergency access, as far as whoever decides on access has to know of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OpenAccess:
    """A company that a person has opened in an emergency, until an instant that belongs to it no more."""

    id: UUID
    company_id: UUID
    company_code: str
    company_name: str
    company_status: str
    company_created_at: datetime
    expires_at: datetime


class EmergencyAccess(Protocol):
    """Knows who has opened what; a person's alone, never a program's."""

    def opened_by(self, *, user_id: UUID) -> list[OpenAccess]:
        """Return what this person has open now in any company; needs no tenancy scope, asked to find one."""
        ...
