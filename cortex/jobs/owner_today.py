# SPDX-License-Identifier: Apache-2.0
"""In whose name a job runs, and what a program may do today that asked for it some time ago."""

from dataclasses import replace
from uuid import UUID

from cortex.jobs.errors import OwnerMustHaveSecondFactor, OwnersConsentMustStand, OwnersProgramMustBeServed
from cortex.jobs.models import Job
from cortex.ports.principal import Principal
from cortex.ports.programs import Programs
from cortex.ports.registry import get
from cortex.ports.second_factors import SecondFactorDuty

PROGRAM = "client"


def owner_of_today(job: Job) -> Principal:
    """Return the owner with no more scopes than the program's terms, and a person's yes to it, hold today.

    Raises: OwnersProgramMustBeServed, OwnersConsentMustStand, OwnerMustHaveSecondFactor.
    """
    owner = job.owner
    if owner.kind != PROGRAM:
        return owner
    terms = get(Programs).terms_of(client_id=owner.id)
    if terms is None:
        raise OwnersProgramMustBeServed(
            f"Job {job.id}: expected a program that is served, got one that was switched off. "
            "Let somebody else ask for it.",
            evidence={"object": str(job.id), "expected": "enabled", "got": "disabled"},
        )
    scopes = terms.scopes & (owner.scopes or frozenset())
    if owner.acts_for_person and owner.user_id is not None:
        scopes &= _allowed_by_person(job, owner.id, owner.user_id)
    return replace(owner, scopes=scopes, bound_to=terms.bound_to)


def _allowed_by_person(job: Job, program_id: str, user_id: UUID) -> frozenset[str]:
    """Return what the person behind the program lets it do today."""
    allowed = get(Programs).scopes_allowed_by(user_id=user_id, client_id=program_id)
    if allowed is None:
        raise OwnersConsentMustStand(
            f"Job {job.id}: expected a person who lets the program act in their name, got one who does so "
            "no more. Let the person ask for it, or allow the program again.",
            evidence={"object": str(job.id), "expected": "a yes that stands", "got": "none"},
        )
    # No door takes a token whose person owes a factor: what it asked for before is not done either.
    if get(SecondFactorDuty).is_unmet(user_id=user_id):
        raise OwnerMustHaveSecondFactor(
            f"Job {job.id}: expected a person with a second factor behind the program, since a role of "
            "theirs asks for one; got one without. Let them sign in and add one, and ask again.",
            evidence={"object": str(job.id), "expected": "a second factor", "got": "none"},
        )
    return allowed
