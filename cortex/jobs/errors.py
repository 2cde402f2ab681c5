# SPDX-License-Identifier: Apache-2.0
"""What can go wrong around jobs."""

from cortex.errors import Conflict, CortexError, NotFound


class JobMustExist(NotFound):
    """No job of this id can be seen."""

    code = "jobs.job_must_exist"


class JobMustBeUnfinished(Conflict):
    """A finished job cannot be cancelled."""

    code = "jobs.job_must_be_unfinished"


class JobKindMustBeKnown(CortexError):
    """No function is registered for a kind of job: a wiring mistake."""

    code = "jobs.job_kind_must_be_known"
    status = 500


class JobInputFileMustExist(NotFound):
    """A job was not given a file of this name."""

    code = "jobs.input_file_must_exist"


class JobMustNotFailAgain(CortexError):
    """A job was taken up as often as is sensible and ended its worker each time."""

    code = "jobs.job_must_not_fail_again"
    status = 500


class OwnerRefused(Conflict):
    """Whoever asked for a job may not have it done any more; `reason` is what the log of decisions says."""

    reason = "refused"


class OwnersProgramMustBeServed(OwnerRefused):
    """The program that asked for a job was switched off before the job ran."""

    code = "jobs.owners_program_must_be_served"
    reason = "the program that asked for the job is switched off"


class OwnersConsentMustStand(OwnerRefused):
    """The person took back what they allowed the program that asked for a job in their name."""

    code = "jobs.owners_consent_must_stand"
    reason = "the person lets the program act in their name no more"


class OwnerMustHaveSecondFactor(OwnerRefused):
    """Whoever asked for the job, or the person behind the program, owes a second factor."""

    code = "jobs.owner_must_have_second_factor"
    reason = "the person who asked for the job owes a second factor"


class OwnerMustBeKnown(OwnerRefused):
    """A program asked before it was written down for whom: nothing is done by a guess."""

    code = "jobs.owner_must_be_known"
    reason = "for whom the program acted was not written down"


class JobCancelled(Exception):
    """Raised inside a job when somebody cancelled it; what it did so far is rolled back."""


class JobLost(Exception):
    """Raised inside a job whose lease ran out and was given to another worker; nothing of it may commit."""
