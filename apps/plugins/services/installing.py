# SPDX-License-Identifier: Apache-2.0
"""What installing, upgrading, going back and starting again have in common."""

from collections.abc import Collection
from uuid import UUID

from apps.plugins.adapters.installation_resource import installation_resource
from apps.plugins.domain.lifecycle_errors import GrantsMustBeAccepted, InstallerMustBeAPerson
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.switches import require_switched_on
from apps.plugins.services.verify_stored import verify_stored
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def require_right(
    *, principal: Principal, action: str, company_id: UUID, plugin_id: str, is_wider: bool
) -> None:
    """Require the action on the plugin in the company.

    Raises: AccessMustBeGranted, ApprovalMustComeFirst where it could do more and the company wants two.
    """
    get(Authorizer).require(
        principal=principal,
        action=action,
        company_id=company_id,
        resource=installation_resource(company_id=company_id, plugin_id=plugin_id, is_wider=is_wider),
    )


def require_person(principal: Principal) -> UUID:
    """Return whose rights the plugin has where nobody calls it; raises InstallerMustBeAPerson."""
    if principal.user_id is None:
        raise InstallerMustBeAPerson(
            f"Plugin: expected somebody in whose name it acts by itself, got {principal.urn}. "
            "At the console, name the person: --as USER.",
            evidence={"object": "installer", "expected": "a user", "got": principal.urn},
        )
    return principal.user_id


def require_runnable(*, version: PluginVersion) -> None:
    """Require that it is not switched off and counts, its signature included; raises as verify_stored."""
    require_switched_on(plugin_id=version.plugin_id)
    verify_stored(version=version)


def require_accepted(*, version: PluginVersion, accepted: Collection[str]) -> list[str]:
    """Return what is granted where exactly that was accepted; raises GrantsMustBeAccepted."""
    wanted, given = set(version.capabilities), set(accepted)
    if wanted == given:
        return sorted(wanted)
    raise GrantsMustBeAccepted(
        f"Plugin {version}: expected its {len(wanted)} rights to be accepted, got {len(given & wanted)} of "
        f"them and {len(given - wanted)} others. Look at what it may do, and accept exactly that.",
        evidence={
            "object": str(version),
            "expected": sorted(wanted),
            "difference": {"missing": sorted(wanted - given), "strange": sorted(given - wanted)[:50]},
            "remedy": "accept what is expected, or do not install it",
        },
    )
