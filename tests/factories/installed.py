# SPDX-License-Identifier: Apache-2.0
"""A plugin that is installed in a company, with its code compiled once for all workers of a run."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from apps.plugins.adapters.sandbox.sandbox import Sandbox
from apps.plugins.adapters.signing.signed_bundle import add_signature, sign_members
from apps.plugins.domain.bundle import BILL, COMPONENT, MANIFEST
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import (
    Installation,
    PluginCall,
    PluginRun,
    PluginVersion,
    StoredBundle,
    StoredValue,
    TrustedKey,
)
from apps.plugins.services.ask_validators import VALIDATORS
from cortex import clock
from cortex.database.transactions import transactional
from cortex.events.models import OutboxEvent
from cortex.ids import uuid7
from cortex.tenancy import scope
from tests.factories.plugin_bundles import PUBLISHER, REVIEWER
from tests.frame.components import FIXTURES, built, compiled_in

WORKER = "com.example.worker"
# A second after a minute at which its job would have been due.
INSTALLED_AT = datetime(2026, 11, 1, 6, 0, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Installed:
    """The plugin in one company."""

    company_id: UUID
    id: UUID

    @property
    def row(self) -> Installation:
        with scope([self.company_id]):
            return transactional(
                lambda: Installation.objects.select_related("version").get(
                    company_id=self.company_id, id=self.id
                )
            )()

    def change(self, **values: Any) -> "Installed":
        with scope([self.company_id]):
            transactional(
                lambda: Installation.objects.filter(company_id=self.company_id, id=self.id).update(**values)
            )()
        VALIDATORS.forget()
        return self

    def mode(self, name: str) -> "Installed":
        return self.change(settings={"mode": name})

    def calls(self, trigger: str) -> list[PluginCall]:
        return [each for each in self._all(PluginCall) if each.trigger == trigger]

    @property
    def stored(self) -> dict[str, Any]:
        return {
            each.key: json.loads(each.text) for each in self._rows(StoredValue, company_id=self.company_id)
        }

    @property
    def emitted(self) -> list[dict[str, Any]]:
        rows = self._rows(OutboxEvent, event_type__startswith=f"{self.row.plugin_id.replace('-', '_')}.")
        return [json.loads(bytes(each.envelope)) for each in rows]

    @property
    def runs(self) -> list[PluginRun]:
        return self._all(PluginRun)

    def _all(self, model: Any) -> list[Any]:
        return self._rows(model, installation_id=self.id)

    def _rows(self, model: Any, **conditions: Any) -> list[Any]:
        with scope([self.company_id]):
            return transactional(lambda: list(model.objects.filter(**conditions).order_by("id")))()


@transactional
def add_worker(components: Path) -> PluginVersion:
    """Add the tests' own plugin."""
    return add_version(components, name="worker", within=FIXTURES)


@transactional
def add_version(components: Path, *, name: str, within: Path) -> PluginVersion:
    """Add the version whose component lies there, signed by two who count."""
    wasm = built(name=name, directory=components, within=within)
    text = (within / name / "plugin.yaml").read_bytes()
    members = {MANIFEST: text, COMPONENT: wasm, BILL: b"{}"}
    bundle = add_signature(untrusted_bundle=sign_members(members=members, signer=PUBLISHER), signer=REVIEWER)
    return stored_version(bundle, text, compiled_in(components).compile(wasm=wasm))


def stored_version(bundle: bytes, text: bytes, component_digest: str) -> PluginVersion:
    manifest, digest = read_manifest(text), hashlib.sha256(bundle).hexdigest()
    StoredBundle(digest=digest, content=bundle).save(force_insert=True)
    for role, publisher, signer in (("publisher", manifest.publisher, PUBLISHER), ("reviewer", "", REVIEWER)):
        key = signer.public_key
        TrustedKey.objects.get_or_create(
            role=role,
            publisher=publisher,
            keyid=key.keyid,
            defaults={
                "public_key": key.keyval["public"],
                "added_by": "service:console",
                "added_at": clock.now(),
            },
        )
    version = PluginVersion(
        plugin_id=manifest.id,
        version=str(manifest.version),
        publisher=manifest.publisher,
        bundle_digest=digest,
        component_digest=component_digest,
        manifest_text=text.decode(),
        capabilities=sorted(each.text for each in manifest.capabilities),
        signed_by=sorted([PUBLISHER.public_key.keyid, REVIEWER.public_key.keyid]),
        origin="file",
        added_by="service:console",
        added_at=clock.now(),
    )
    version.save(force_insert=True)
    return version


def install(
    version: PluginVersion, *, company_id: UUID, user_id: UUID, without: tuple[str, ...] = ()
) -> Installed:
    """Install it with all that it asks for, but what begins with a text of `without`."""
    granted = [each for each in version.capabilities if not each.startswith(without or ("-",))]
    row = Installation(
        id=uuid7(),
        company_id=company_id,
        plugin_id=version.plugin_id,
        version=version,
        granted=granted,
        settings={"mode": "plain"},
        installed_by=f"user:{user_id}",
        installed_by_user_id=user_id,
        installed_at=INSTALLED_AT,
    )
    with scope([company_id]):
        transactional(lambda: row.save(force_insert=True))()
    VALIDATORS.forget()
    return Installed(company_id, row.id)


@contextmanager
def code_from(components: Path) -> Iterator[None]:
    """Let this process run what lies compiled there."""
    compiled = compiled_in(components)
    box = Sandbox(compiled=compiled)
    with pytest.MonkeyPatch.context() as patched:
        for name in (
            "apps.plugins.adapters.runtime.code.compiled_components",
            "apps.plugins.services.compile_version.compiled_components",
        ):
            patched.setattr(name, lambda: compiled)
        patched.setattr("apps.plugins.services.call_plugin.sandbox", lambda: box)
        yield
