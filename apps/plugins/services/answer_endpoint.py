# SPDX-License-Identifier: Apache-2.0
"""Answer a request to an endpoint of a plugin, with the rights of whoever asks and the plugin's grants."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from apps.plugins.adapters.policy_entities_of_calls import CALL_ENDPOINT, READ_ENDPOINT
from apps.plugins.domain.asked_call import ENDPOINT, AskedCall
from apps.plugins.domain.capability import Capability, Kind
from apps.plugins.domain.manifest import Endpoint
from apps.plugins.domain.runtime_errors import EndpointMustExist
from apps.plugins.models import Installation
from apps.plugins.selectors.versions import manifest_of
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope


def answer_endpoint(
    *, company_id: UUID, plugin_id: str, method: str, path: str, given: Mapping[str, Any], asked_by: Principal
) -> Any:
    """Return the plugin's answer.

    Raises: AccessMustBeGranted, EndpointMustExist, PluginCallFailed, and what its effects raise.
    """
    action = READ_ENDPOINT if method == "GET" else CALL_ENDPOINT
    get(Authorizer).require(principal=asked_by, action=action, company_id=company_id)
    from apps.plugins.services.call_plugin import call_installed  # noqa: PLC0415
    from apps.plugins.services.person_behind import person_behind_plugin  # noqa: PLC0415

    with scope([company_id]):
        installation, endpoint = _found(company_id, plugin_id, method, path)
        asked = AskedCall(
            handler=endpoint.handler,
            trigger=ENDPOINT,
            trigger_id=f"{method} {path} {uuid4()}",
            given=given,
            user_id=asked_by.user_id or person_behind_plugin(installation=installation),
            within=asked_by.scopes,
            only_reads=method == "GET",
        )
        answered = call_installed(installation=installation, asked=asked)
    return (
        {"rejected": answered.rejected, "remedy": answered.remedy} if answered.rejected else answered.answer
    )


@transactional
def _found(company_id: UUID, plugin_id: str, method: str, path: str) -> tuple[Installation, Endpoint]:
    rows = Installation.objects.filter(
        company_id=company_id, plugin_id=plugin_id, state=Installation.State.ENABLED
    )
    installation = rows.select_related("version").first()
    if installation is not None:
        for endpoint in manifest_of(installation.version).endpoints:
            text = Capability(Kind.ENDPOINT, f"{endpoint.method} {endpoint.path}").text
            if (endpoint.method, endpoint.path) == (method, path) and text in installation.granted:
                return installation, endpoint
    raise EndpointMustExist(
        f"Endpoint {method} {plugin_id[:100]!a} {path[:80]!a}: expected one of an enabled plugin of this "
        "company, got none.",
        evidence={"object": plugin_id[:100], "got": f"{method} {path[:80]}"},
    )
