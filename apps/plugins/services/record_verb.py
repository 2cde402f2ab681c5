# SPDX-License-Identifier: Apache-2.0
"""What each verb leaves behind: a leaf, and in a company an event, in the open transaction."""

from uuid import UUID

from apps.plugins.adapters.digests import installation_digest
from apps.plugins.domain.policy_names import INSTALLATION_TYPE
from apps.plugins.models import Installation
from apps.plugins.published import InstallationChanged
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.event_bus import EventBus
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def record_platform_verb(
    *,
    verb: str,
    object_type: str,
    object_id: UUID,
    digest: str,
    actor: Principal,
    before: str | None = None,
    is_new: bool = False,
) -> None:
    """Append a leaf of the platform; reasons stand in the row, since such a leaf has no texts."""
    record = AuditRecord(
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        digest=digest,
        before=before,
        is_new=is_new,
    )
    get(AuditLog).append(company_id=None, actor=actor, records=[record])


def record_installation(
    *,
    installation: Installation,
    before: str | None,
    verb: str,
    actor: Principal,
    reason: str = "",
    rights: str = "",
) -> None:
    """Append the leaf and publish the event; `rights` are what was granted, in the words that were shown.

    `before` is the digest that the installation had, None for a new one.
    """
    details = {name: text for name, text in (("reason", reason), ("rights", rights)) if text}
    record = AuditRecord(
        verb=verb,
        object_type=INSTALLATION_TYPE,
        object_id=installation.id,
        digest=installation_digest(installation),
        details=details,
        before=before,
        is_new=before is None,
    )
    company_id = installation.company_id
    get(AuditLog).append(company_id=company_id, actor=actor, records=[record])
    event = InstallationChanged(
        aggregate_id=installation.id,
        plugin_id=installation.plugin_id,
        version=installation.version.version,
        state=installation.state,
        granted=tuple(installation.granted),
        verb=verb,
        changed_by=actor.urn,
    )
    get(EventBus).publish(company_id=company_id, events=[event])
