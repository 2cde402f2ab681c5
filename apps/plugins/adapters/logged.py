# SPDX-License-Identifier: Apache-2.0
"""Versions, keys, switches and installations as the nightly comparison with their leaves reads them."""

from functools import partial

from apps.plugins.adapters.digests import installation_digest, key_digest, switch_digest, version_digest
from apps.plugins.domain.policy_names import INSTALLATION_TYPE, KEY_TYPE, SWITCH_TYPE, VERSION_TYPE
from apps.plugins.models import Installation, PluginSwitch, PluginVersion, TrustedKey
from cortex.database.logged_rows import StoredRows
from cortex.ports.logged_objects import LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register them; installations are companies', the rest is the platform's."""
    kind = partial(LoggedObjects, is_platforms=True)
    stored = partial(StoredRows, is_companys=None)
    logged_objects(
        kind(object_type=VERSION_TYPE, rows=stored(rows=PluginVersion.objects.all, digest=version_digest)),
        kind(object_type=KEY_TYPE, rows=stored(rows=TrustedKey.objects.all, digest=key_digest)),
        kind(object_type=SWITCH_TYPE, rows=stored(rows=PluginSwitch.objects.all, digest=switch_digest)),
        LoggedObjects(
            object_type=INSTALLATION_TYPE,
            rows=StoredRows(rows=Installation.objects.all, digest=installation_digest),
        ),
    )
