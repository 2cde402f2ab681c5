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


class OwnersProgramMustBeServed(Conflict):
    """The program that asked for a job was switched off before the job ran."""

    code = "jobs.owners_program_must_be_served"


class OwnersConsentMustStand(Conflict):
    """The person took back what they allowed the program that asked for a job in their name."""

    code = "jobs.owners_consent_must_stand"


class OwnerMustHaveSecondFactor(Conflict):
    """The person behind the program must have a second factor, and has none."""

    code = "jobs.owner_must_have_second_factor"


class JobCancelled(Exception):
    """Raised inside a job when somebody cancelled it; what it did so far is rolled back."""


class JobLost(Exception):
    """Raised inside a job whose lease ran out and was given to another worker; nothing of it may commit."""
