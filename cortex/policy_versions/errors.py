# SPDX-License-Identifier: Apache-2.0
"""Why a version of the policies does not go further."""

from cortex.errors import Conflict, CortexError, NotFound


class PolicyVersionMustExist(NotFound):
    """No version has this number."""

    code = "policy.version_must_exist"


class PolicyVersionMustBeSound(CortexError):
    """A version that cannot be read, asked or left again does not come into force."""

    code = "policy.version_must_be_sound"


class PolicyVersionMustComeSoFar(Conflict):
    """A step was left out: draft, validated, simulated, approved, active."""

    code = "policy.version_must_come_so_far"


class PolicyVersionMustBeProposed(Conflict):
    """Nobody is asked to approve the version at present."""

    code = "policy.version_must_be_proposed"


class SecondPersonMustApprove(CortexError):
    """Whoever wrote a version does not approve it."""

    code = "policy.second_person_must_approve"
    status = 403


class PolicyVersionMustFit(CortexError):
    """The version in force was written for another release."""

    code = "policy.version_must_fit"


class PackagedTextMustBeRecorded(CortexError):
    """What this release brings along decides, and nobody wrote it down."""

    code = "policy.packaged_text_must_be_recorded"


class PackagedTextMustExist(NotFound):
    """No release that was recorded here brought this text along."""

    code = "policy.packaged_text_must_exist"


class PolicyVersionMustDiffer(Conflict):
    """The version is in force already."""

    code = "policy.version_must_differ"


class VersionMustHaveBeenInForce(Conflict):
    """Only what was in force before can be gone back to by one person."""

    code = "policy.version_must_have_been_in_force"


class PolicySimulationMustEnd(Conflict):
    """A version is simulated once at a time."""

    code = "policy.simulation_must_end"


class SimulatedTextMustBeTheSame(Conflict):
    """What a simulation found counts for the text that it was about."""

    code = "policy.simulated_text_must_be_the_same"


class SimulationLost(Exception):
    """Raised where the lease ran out and another worker took the simulation; nothing of it is kept."""
