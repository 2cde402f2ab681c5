# SPDX-License-Identifier: Apache-2.0
"""In whose name a job runs, and what a program may do today that asked for it some time ago."""

from uuid import UUID

from cortex.jobs.errors import (
    OwnerMustBeKnown,
    OwnerMustHaveSecondFactor,
    OwnerRefused,
    OwnersConsentMustStand,
    OwnersProgramMustBeServed,
)
from cortex.jobs.models import Job
from cortex.ports.principal import Principal
from cortex.ports.programs import Ended, Programs
from cortex.ports.registry import get
from cortex.ports.second_factors import SecondFactorDuty

PERSON, PROGRAM = "user", "client"


def owner_of_today(job: Job) -> Principal:
    """Return the owner with no more scopes than the program's terms, and a person's yes to it, hold today.

    Raises: OwnerMustBeKnown, OwnersProgramMustBeServed, OwnersConsentMustStand, OwnerMustHaveSecondFactor.
    """
    owner = job.owner
    if owner.kind == PERSON and owner.user_id is not None:
        _require_second_factor(job, owner.user_id)
    if owner.kind != PROGRAM:
        return owner
    if not job.owner_is_known:
        raise OwnerMustBeKnown(
            f"Job {job.id}: expected to know for whom program {owner.id} acted, got a job from before that "
            "was written down. Ask for it again.",
            evidence={"object": str(job.id), "expected": "known", "got": owner.id},
        )
    found = get(Programs).of_today(program=owner)
    if isinstance(found, Ended):
        raise _refused(job, found)
    if owner.acts_for_person and owner.user_id is not None:
        _require_second_factor(job, owner.user_id)
    return found


def _refused(job: Job, ended: Ended) -> OwnerRefused:
    if ended is Ended.SWITCHED_OFF:
        return OwnersProgramMustBeServed(
            f"Job {job.id}: expected a program that is served, got one that was switched off. "
            "Let somebody else ask for it.",
            evidence={"object": str(job.id), "expected": "enabled", "got": "disabled"},
        )
    return OwnersConsentMustStand(
        f"Job {job.id}: expected a person who lets the program act in their name, got one who does so "
        "no more. Let the person ask for it, or allow the program again.",
        evidence={"object": str(job.id), "expected": "a yes that stands", "got": "none"},
    )


def _require_second_factor(job: Job, user_id: UUID) -> None:
    """No door lets in whoever owes a factor: what was asked for before is not done either."""
    if get(SecondFactorDuty).is_unmet(user_id=user_id):
        raise OwnerMustHaveSecondFactor(
            f"Job {job.id}: expected a person with a second factor, since a role of theirs asks for one; got "
            "one without. Let them sign in and add one, and ask again.",
            evidence={"object": str(job.id), "expected": "a second factor", "got": "none"},
        )
