# SPDX-License-Identifier: Apache-2.0
"""Refusals of packs and of what is done with them."""

from cortex.errors import Conflict, CortexError, Malformed, NotFound


class PackMustBeWellFormed(Malformed):
    """A text is no pack; `place` and `line` say where."""

    code = "audit.pack_must_be_well_formed"


class PackMustBeSigned(CortexError):
    """No trusted key signed this very pack."""

    code = "audit.pack_must_be_signed"
    status = 403


class PackKeyMustBeWellFormed(Malformed):
    """A file of pack keys cannot be read."""

    code = "audit.pack_key_must_be_well_formed"


class PackMustExist(NotFound):
    """There is no such pack."""

    code = "audit.pack_must_exist"


class PackMustBeNewer(Conflict):
    """A pack of this name and version, or a later one, was brought in before."""

    code = "audit.pack_must_be_newer"


class PackMustBeWaiting(Conflict):
    """The pack was decided about already."""

    code = "audit.pack_must_be_waiting"


class SecondPersonMustAgreeToPack(CortexError):
    """Whoever brought a pack in does not approve it."""

    code = "audit.second_person_must_agree_to_pack"
    status = 403


class ProbeMustBeKnown(CortexError):
    """A check names a probe that this release does not have."""

    code = "audit.probe_must_be_known"


class ProbeMustBeRegisteredOnce(CortexError):
    """Two probes have one name: a wiring mistake."""

    code = "audit.probe_must_be_registered_once"
    status = 500


class ControlMustExist(NotFound):
    """No pack in force has this control."""

    code = "audit.control_must_exist"


class ExceptionMustEnd(CortexError):
    """An exception lasts a day at least, and a year at most."""

    code = "audit.exception_must_end"


class ExceptionMustCount(Conflict):
    """There is no such exception, or it counts no more."""

    code = "audit.exception_must_count"


class ProcedureMustExist(NotFound):
    """The pack in force has no such procedure."""

    code = "audit.procedure_must_exist"


class RecordMustBePlain(CortexError):
    """A record of a procedure has an outcome, a method, a day that has come, a note, perhaps a digest."""

    code = "audit.procedure_record_must_be_plain"


class OverlayMustFit(Malformed):
    """A file of licensed texts does not fit the pack."""

    code = "audit.overlay_must_fit"
