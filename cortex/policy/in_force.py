# SPDX-License-Identifier: Apache-2.0
"""What is in force as one object of the log, from the first release that is recorded on."""

from uuid import UUID

from cortex.canonical_json import canonical_digest
from cortex.policy.models import PolicyActivation, PolicyVersion
from cortex.policy.packaged import VERSION, packaged_text, text_digest
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get

# What is in force is one object for the whole platform: each activation makes another of it.
IN_FORCE, IN_FORCE_ID = "policy.in_force", UUID(int=0)


def leave_leaf_of_what_is_in_force(*, actor: Principal, before: str | None) -> None:
    """Append the leaf of what comes into force; `before` was read while nobody else could activate."""
    record = AuditRecord(
        verb="policy.in_force.changed",
        object_type=IN_FORCE,
        object_id=IN_FORCE_ID,
        digest=in_force_digest(),
        before=before,
        is_new=before is None,
    )
    get(AuditLog).append(company_id=None, actor=actor, records=[record])


def begin_trail_of_what_is_in_force(*, actor: Principal) -> None:
    """Append the first leaf: what the program brings along is in force, as nobody has activated anything.

    Whoever lets a version come into force past the program has a leaf against them from then on. Where
    activations are there already, none is left: it would sign what somebody may have inserted.
    """
    if latest_activation() is None:
        leave_leaf_of_what_is_in_force(actor=actor, before=None)


def in_force_digest() -> str:
    """Return the digest of what the newest activation put in force, before the first what is brought along.

    Of a version its number and text, as they are stored now. Of what the program brings along the number
    alone: its text comes with a release and changes without a verb.
    """
    latest = latest_activation()
    if latest is None or latest.version is None:
        return canonical_digest({"number": VERSION})
    return version_digest(latest.version)


def latest_activation() -> PolicyActivation | None:
    """Return the row by which every process decides, whoever wrote it."""
    return PolicyActivation.objects.select_related("version").order_by("-id").first()


def version_digest(version: PolicyVersion | None, **told: object) -> str:
    """Return the digest of a version's number and text, and of what is told about a step of it."""
    text = packaged_text() if version is None else version.text
    content = {
        "number": VERSION if version is None else version.number,
        "text": text_digest(text),
        **told,
    }
    return canonical_digest(content)
