# SPDX-License-Identifier: Apache-2.0
"""Policies: two people behind each version, the text that was approved, and decisions written down."""

import hashlib
from datetime import timedelta

import orjson
from django.db.models import Q

from apps.audit.adapters.probes.counting import none_in, none_of
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe, unknown
from cortex.canonical_json import canonical_digest
from cortex.database.service_role import service_transaction
from cortex.policy.models import PolicyActivation, PolicyDecision, PolicyVersion
from cortex.policy.policy_actions import APPROVE_VERSION
from cortex.ports.principal import person_behind

_WAS_IN_FORCE = (PolicyVersion.State.ACTIVE, PolicyVersion.State.RETIRED)
_LEAVES = (
    "SELECT object_id, convert_from(body, 'UTF8') FROM audit_entry WHERE object_id = ANY (%s) AND verb = %s"
)


@probe(
    "policy.approved_by_two",
    title="Every version of the policies that came into force was approved by a second person",
    remedy="Go back to a version that two people agreed to (`cortex policy rollback`); find out who did it.",
)
def approved_by_two(asked: Asked) -> Finding:
    """Look for versions without a second person; the packaged ones came with a signed release."""
    versions = PolicyVersion.objects.filter(_was_in_force()).only("id", "author", "approved_by")
    return none_in(
        [str(each.id) for each in versions if not _has_second_person(each)],
        of=len(versions),
        well="Every version that came into force was approved by a second person.",
        ill="Versions that came into force without a second person",
    )


@probe(
    "policy.text_intact",
    title="The policies in force are the text that was approved",
    remedy="Treat it as an attack: see runbooks/control-is-red.md; go back to an intact version.",
)
def text_intact(asked: Asked) -> Finding:
    """Hash the text of each version that was agreed to, and look for the log's leaf of just that."""
    approved = Q(state=PolicyVersion.State.APPROVED)
    versions = list(PolicyVersion.objects.filter(_was_in_force() | approved))
    with service_transaction() as cursor:
        cursor.execute(_LEAVES, [[each.id for each in versions], APPROVE_VERSION])
        told = {(object_id, orjson.loads(body)["digest"]) for object_id, body in cursor.fetchall()}
    return none_in(
        [str(each.id) for each in versions if (each.id, _digest(each)) not in told],
        of=len(versions),
        well="Every version is the one that the log says was approved.",
        ill="Versions whose text is not what the log says was approved",
    )


@probe(
    "policy.in_force",
    title="The policies in force are the newest that were approved",
    remedy="Activate the version that was approved, or write down why it waits.",
    days=14,
)
def nothing_approved_waits(asked: Asked) -> Finding:
    """Look for versions that were approved and not put in force."""
    waiting = PolicyVersion.objects.filter(state=PolicyVersion.State.APPROVED)
    return none_of(
        waiting.filter(approved_at__lt=asked.now - timedelta(days=asked["days"])),
        of=waiting.count(),
        well="No approved version waits for long.",
        ill=f"Approved versions that wait for more than {asked['days']} days",
        activations=PolicyActivation.objects.count(),
    )


@probe(
    "policy.decisions_recorded",
    title="Decisions of the policies are written down",
    remedy="Look at the log of the web processes for errors of the decision log.",
    days=7,
)
def decisions_recorded(asked: Asked) -> Finding:
    """Look for a decision of the last days."""
    last = PolicyDecision.objects.order_by("-id").values_list("decided_at", flat=True).first()
    if last is None:
        return unknown("No decision was ever written down.")
    return judged(
        last >= asked.now - timedelta(days=asked["days"]),
        well="Decisions are written down.",
        ill=f"No decision was written down in {asked['days']} days.",
        last_at=last.isoformat(),
    )


def _was_in_force() -> Q:
    """Select what ever decided: by its activations, since whoever inserts one leaves the state as it was."""
    activated = PolicyActivation.objects.filter(version_id__isnull=False).values("version_id")
    return Q(state__in=_WAS_IN_FORCE) | Q(id__in=activated)


def _has_second_person(version: PolicyVersion) -> bool:
    """Tell whether another person than its author agreed: whoever wrote through a program is the same one."""
    approver = None if version.approved_by is None else person_behind(version.approved_by)
    return approver is not None and approver != person_behind(version.author)


def _digest(version: PolicyVersion) -> str:
    """Return what the leaf of its approval holds: see cortex.policy_versions.trail."""
    content = {"number": version.number, "text": hashlib.sha256(version.text.encode()).hexdigest()}
    return canonical_digest(content)
