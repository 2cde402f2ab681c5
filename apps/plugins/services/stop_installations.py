# SPDX-License-Identifier: Apache-2.0
"""Stop what runs of versions that count no more, in every company at once."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from apps.plugins.adapters.digests import installation_digest
from apps.plugins.domain.policy_names import STOP
from apps.plugins.models import Installation
from apps.plugins.selectors.installations import companies_that_run, locked_installation
from apps.plugins.services.record_verb import record_installation
from apps.plugins.services.tell_stopped import tell_stopped
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal
from cortex.tenancy import scope

_log = structlog.get_logger(__name__)


@transactional
def stop_installations(*, version_ids: Sequence[UUID], reason: str, stopped_by: Principal) -> int:
    """Disable each enabled installation of these versions, tell each company, and return how many they were.

    The caller has asked whether the actor may: it is the platform's right, and no company is asked.
    """
    running = companies_that_run(version_ids=version_ids)
    for company_id, plugin_id in running:
        with scope([company_id]):
            stop_installation(
                company_id=company_id, plugin_id=plugin_id, reason=reason, stopped_by=stopped_by
            )
    return len(running)


@transactional
def stop_installation(
    *,
    company_id: UUID,
    plugin_id: str,
    reason: str,
    stopped_by: Principal,
    state: str = Installation.State.DISABLED,
    verb: str = STOP,
) -> None:
    """Disable one, or put it into quarantine, with its leaf, its event and the alarm; in the company's scope.

    Nothing is done to one that does not run.
    """
    installation = locked_installation(company_id=company_id, plugin_id=plugin_id)
    if installation.state != Installation.State.ENABLED:
        return
    before = installation_digest(installation)
    installation.state, installation.state_reason = state, reason
    installation.save(update_fields=["state", "state_reason"])
    record_installation(installation=installation, before=before, verb=verb, actor=stopped_by, reason=reason)
    tell_stopped(installation=installation)
    _log.warning(
        "plugin_stopped",
        plugin=plugin_id,
        version=installation.version.version,
        company_id=str(company_id),
        state=state,
        reason=reason,
    )
