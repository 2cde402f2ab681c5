# SPDX-License-Identifier: Apache-2.0
"""Choose what new versions owe to those before them, for one subject or for all others."""

from cortex.database.transactions import transactional
from cortex.ports.principal import Principal
from cortex.schemas.actions import CONFIGURE
from cortex.schemas.candidates import require_subject_name
from cortex.schemas.digests import subject_digest
from cortex.schemas.errors import CompatibilityMustBeKnown
from cortex.schemas.locks import lock_registry
from cortex.schemas.models import Compatibility, Setting, Subject
from cortex.schemas.reserved import require_open_subject
from cortex.schemas.rights import require_platform_administrator, require_right
from cortex.schemas.selectors import compatibility_of
from cortex.schemas.trail import leave_leaf
from cortex.schemas.visibility import require_writable, subject_for


@transactional
def set_compatibility(*, subject: str | None, mode: str, changed_by: Principal) -> str:
    """Set and return the mode; a subject may get one before its first version.

    Raises: CompatibilityMustBeKnown, SubjectMustBeWellFormed, SubjectMustBeOpen, SubjectMustBeYours,
    AccessMustBeGranted.
    """
    _enter(subject, changed_by)
    if mode not in Compatibility.values:
        raise CompatibilityMustBeKnown(
            f"Compatibility {mode[:40]}: expected one of {', '.join(Compatibility.values)}.",
            evidence={"object": "compatibility", "expected": list(Compatibility.values), "got": mode[:40]},
        )
    before, holder = subject_digest(name=subject), None
    if subject is None:
        Setting.objects.filter(pk=1).update(compatibility=mode)
    else:
        holder = subject_for(subject, first=changed_by)
        Subject.objects.filter(pk=holder.pk).update(compatibility=mode)
    leave_leaf(verb=CONFIGURE, subject=holder, before=before, actor=changed_by)
    return mode


@transactional
def forget_compatibility(*, subject: str | None, changed_by: Principal) -> str:
    """Take back a mode and return it: a subject falls back to the one for all, that one to BACKWARD.

    Raises: ConfigMustExist, SubjectMustBeOpen, SubjectMustBeYours, AccessMustBeGranted.
    """
    _enter(subject, changed_by)
    mode = compatibility_of(subject=subject, seen_by=changed_by, falls_back=False)
    before = subject_digest(name=subject)
    if subject is None:
        Setting.objects.filter(pk=1).update(compatibility=Compatibility.BACKWARD)
        holder = None
    else:
        holder = Subject.objects.get(name=subject)
        Subject.objects.filter(pk=holder.pk).update(compatibility=None)
    leave_leaf(verb=CONFIGURE, subject=holder, before=before, actor=changed_by)
    return mode


def _enter(subject: str | None, principal: Principal) -> None:
    require_right(principal=principal, action=CONFIGURE)
    if subject is None:
        require_platform_administrator(principal=principal, action=CONFIGURE)
    else:
        require_subject_name(subject)
        require_open_subject(subject=subject, principal=principal)
    lock_registry()
    if subject is not None:
        require_writable(subject=subject, principal=principal, action=CONFIGURE)
