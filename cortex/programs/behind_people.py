# SPDX-License-Identifier: Apache-2.0
"""Answers other rooms about programs: what they may do today, and the end of what a person allows."""

from dataclasses import replace
from uuid import UUID

from oauth2_provider.models import get_application_model, get_grant_model

from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.programs import Ended
from cortex.ports.registry import get
from cortex.programs.families import end_all, living
from cortex.programs.models import Authorization
from cortex.programs.scopes import allowed_scopes
from cortex.programs.usable import is_served


class StoredPrograms:
    """The programs of this installation."""

    def of_today(self, *, program: Principal) -> Principal | Ended:
        """Return the program with what its terms, and a person's yes to it, hold today."""
        rows = get_application_model().objects.select_related("program", "user")
        application = rows.filter(client_id=program.id).first()
        if application is None or not is_served(application):
            return Ended.SWITCHED_OFF
        scopes = allowed_scopes(application) & (program.scopes or frozenset())
        if program.acts_for_person and program.user_id is not None:
            allowed = _allowed_by(program.user_id, client_id=program.id)
            if allowed is None:
                return Ended.CONSENT
            scopes &= allowed
        terms = application.program
        bound_to = terms.certificate_id if terms.requires_certificate else None
        return replace(program, scopes=scopes, bound_to=bound_to)

    @transactional
    def end_all_of(self, *, user_id: UUID, ended_by: Principal) -> int:
        """End every yes of this person, with its codes and tokens; return how many."""
        get_grant_model().objects.filter(user_id=user_id).delete()
        return end_all(Authorization.objects.filter(user_id=user_id), ended_by=ended_by)


@transactional
def _allowed_by(user_id: UUID, *, client_id: str) -> frozenset[str] | None:
    """Return the scopes of every yes that stands, or None without one; a code never used is none yet."""
    given = Authorization.objects.filter(
        user_id=user_id, application__client_id=client_id, code_used_at__isnull=False
    )
    standing = list(living(given, at=get(Clock).now()).values_list("scopes", flat=True))
    return frozenset().union(*standing) if standing else None
