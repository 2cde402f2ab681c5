# SPDX-License-Identifier: Apache-2.0
"""A plugin on its way into a company: keys that count, signed bundles of small components, installations."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from securesystemslib.signer import CryptoSigner

from apps.plugins.adapters.signing.keys import public_text
from apps.plugins.adapters.signing.signed_bundle import add_signature, sign_members
from apps.plugins.domain.bundle import BILL, COMPONENT, MANIFEST
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import Installation, PluginVersion, StoredBundle, TrustedKey
from apps.plugins.selectors.versions import version_named
from apps.plugins.services.add_version import add_version
from apps.plugins.services.install_plugin import install_plugin
from apps.plugins.services.trust_key import trust_key
from cortex import clock
from cortex.ports.principal import Principal
from tests.factories.plugin_bundles import PUBLISHER, REVIEWER
from tests.factories.wat_components import component

CONSOLE = Principal.service("console")
GUARD = "com.example.guard"
MANIFEST_TEXT = """\
format: 1
id: {id}
version: {version}
cortex: "{cortex}"
name: Guard
description: Looks at entries.
publisher: {publisher}
licence: MIT
support: mailto:support@example.com
entry_points:
  events:
    accounting.journal_entry.posted.v1: on_posted
capabilities:
  data:
    - {{entity: accounting.journal_entry, verbs: [read], fields: [{fields}]}}
settings:
  limit:
    title: Limit
    type: integer
    default: 100
    minimum: 1
    maximum: 1000
  mode:
    title: Mode
    type: string
    choices: [strict, loose]
    required: true
    default: strict
  accounts:
    title: Accounts
    type: list
"""


@cache
def small_component() -> bytes:
    """Return a component that answers 1; the same for all, so that it is compiled once."""
    return component()


def manifest_text(
    *,
    version: str = "1.0.0",
    plugin_id: str = GUARD,
    publisher: str = "com.example",
    fields: str = "number",
    cortex: str = ">=0.1.0",
) -> str:
    """Return a manifest that reads these fields of entries."""
    return MANIFEST_TEXT.format(
        id=plugin_id, version=version, publisher=publisher, fields=fields, cortex=cortex
    )


def bundle(
    text: str | None = None,
    *,
    by: CryptoSigner = PUBLISHER,
    reviewed_by: CryptoSigner | None = REVIEWER,
    **manifest: str,
) -> bytes:
    """Return the bundle of a manifest, signed by both."""
    written = text or manifest_text(**manifest)
    members = {MANIFEST: written.encode(), COMPONENT: small_component(), BILL: b"{}"}
    signed = sign_members(members=members, signer=by)
    return signed if reviewed_by is None else add_signature(untrusted_bundle=signed, signer=reviewed_by)


def key_text(signer: CryptoSigner) -> bytes:
    """Return the public half as `cortex plugin keygen` prints it."""
    return public_text(signer.public_key).encode()


def trusted(signer: CryptoSigner, *, role: str = "publisher", publisher: str = "com.example") -> TrustedKey:
    """Trust a key, as whoever has the machine does."""
    named = publisher if role == "publisher" else ""
    return trust_key(role=role, publisher=named, untrusted_key=key_text(signer), trusted_by=CONSOLE)


def trusted_both() -> tuple[TrustedKey, TrustedKey]:
    """Trust the publisher's key and the reviewer's."""
    return trusted(PUBLISHER), trusted(REVIEWER, role="reviewer")


def added(**manifest: str) -> PluginVersion:
    """Add a version of the guard."""
    return add_version(untrusted_bundle=bundle(**manifest), added_by=CONSOLE)


@dataclass(frozen=True, kw_only=True)
class InCompany:
    """Somebody who keeps the plugins of a company; the scope is entered by the caller."""

    company_id: UUID
    by: Principal

    def install(
        self,
        version: str = "1.0.0",
        *,
        plugin_id: str = GUARD,
        settings: Mapping[str, Any] | None = None,
    ) -> Installation:
        """Install a version, accepting all that it may do."""
        wanted = version_named(plugin_id=plugin_id, version=version)
        return install_plugin(
            company_id=self.company_id,
            plugin_id=plugin_id,
            version=version,
            accepted=wanted.capabilities,
            installed_by=self.by,
            untrusted_settings=settings,
        )


def forged(**change: Any) -> PluginVersion:
    """Insert a version past the program: a bundle that was signed, and a row that says something else."""
    content = bundle()
    digest = hashlib.sha256(content).hexdigest()
    StoredBundle.objects.create(digest=digest, content=content)
    manifest = read_manifest(manifest_text().encode())
    told = {
        "plugin_id": GUARD,
        "version": "1.0.0",
        "publisher": "com.example",
        "bundle_digest": digest,
        "component_digest": hashlib.sha256(small_component()).hexdigest(),
        "manifest_text": manifest_text(),
        "capabilities": sorted(each.text for each in manifest.capabilities),
        "signed_by": sorted([PUBLISHER.public_key.keyid, REVIEWER.public_key.keyid]),
        "origin": "file",
        "added_by": "user:nobody",
        "added_at": clock.now(),
    }
    return PluginVersion.objects.create(**{**told, **change})
