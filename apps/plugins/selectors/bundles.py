# SPDX-License-Identifier: Apache-2.0
"""Bundles that versions came from."""

from apps.plugins.domain.bundle import COMPONENT, unpack_bundle
from apps.plugins.models import PluginVersion, StoredBundle
from cortex.database.transactions import transactional


@transactional
def bundle_of(*, digest: str) -> bytes:
    """Return the bytes; the database keeps digest and content together."""
    return bytes(StoredBundle.objects.get(digest=digest).content)


def component_of(version: PluginVersion) -> bytes:
    """Return the component, to be compiled on another machine."""
    return unpack_bundle(bundle_of(digest=version.bundle_digest))[COMPONENT]
