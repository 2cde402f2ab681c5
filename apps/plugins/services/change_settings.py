# SPDX-License-Identifier: Apache-2.0
"""Change the settings of a plugin in a company."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.plugins.adapters.digests import installation_digest
from apps.plugins.domain.given_settings import fitting_settings
from apps.plugins.domain.policy_names import CONFIGURE
from apps.plugins.models import Installation
from apps.plugins.selectors.installations import locked_installation
from apps.plugins.selectors.versions import manifest_of
from apps.plugins.services.installing import require_right
from apps.plugins.services.record_verb import record_installation
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal


@transactional
def change_settings(
    *, company_id: UUID, plugin_id: str, untrusted_settings: Mapping[str, Any], changed_by: Principal
) -> Installation:
    """Replace all settings; what is not given has the manifest's default. In the company's scope.

    Raises: InstallationMustExist, AccessMustBeGranted, SettingsMustFit.
    """
    installation = locked_installation(company_id=company_id, plugin_id=plugin_id)
    require_right(
        principal=changed_by, action=CONFIGURE, company_id=company_id, plugin_id=plugin_id, is_wider=False
    )
    before = installation_digest(installation)
    form = manifest_of(installation.version).settings
    installation.settings = fitting_settings(form=form, untrusted_settings=untrusted_settings)
    installation.save(update_fields=["settings"])
    record_installation(installation=installation, before=before, verb=CONFIGURE, actor=changed_by)
    return installation
