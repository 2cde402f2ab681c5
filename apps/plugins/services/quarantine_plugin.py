# SPDX-License-Identifier: Apache-2.0
"""Put a plugin into quarantine that fails again and again: it is called no more until a person has looked."""

from itertools import takewhile

from apps.plugins.domain.asked_call import FAILURES_MAX, FAULTS
from apps.plugins.models import Installation, PluginCall
from apps.plugins.services.stop_installations import stop_installation
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

SANDBOX = Principal.service("plugins")
# Enough to count what was let out of quarantine several times and fails still.
_LOOKED_AT = 20 * FAILURES_MAX


@transactional
def quarantine_where_it_fails(*, installation: Installation, outcome: str) -> bool:
    """Stop it at its fifth failure in a row, and at each fifth after it was started again; tell whether."""
    rows = PluginCall.objects.filter(company_id=installation.company_id, installation_id=installation.id)
    outcomes = rows.order_by("-id").values_list("outcome", flat=True)[:_LOOKED_AT]
    failures = sum(1 for _ in takewhile(lambda each: each in FAULTS, outcomes))
    if not failures or failures % FAILURES_MAX:
        return False
    stop_installation(
        company_id=installation.company_id,
        plugin_id=installation.plugin_id,
        reason=f"{FAILURES_MAX} failures in a row, the last: {outcome}",
        stopped_by=SANDBOX,
        state=Installation.State.QUARANTINED,
    )
    return True
