# SPDX-License-Identifier: Apache-2.0
"""Make a signed bundle of an author's folder."""

from dataclasses import dataclass
from pathlib import Path

from apps.plugins.adapters.building.build_component import build_component
from apps.plugins.adapters.building.build_tool import tool_version
from apps.plugins.adapters.building.folder_manifest import manifest_of
from apps.plugins.adapters.building.read_sources import read_sources
from apps.plugins.adapters.building.recipe import recipe_of
from apps.plugins.adapters.signing.keys import signer_of
from apps.plugins.adapters.signing.signed_bundle import sign_members
from apps.plugins.domain.bundle import BILL, COMPONENT, MANIFEST
from apps.plugins.domain.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Built:
    """A bundle, and the manifest in it."""

    manifest: Manifest
    bundle: bytes


def build_plugin(*, sources: Path, key: Path) -> Built:
    """Build and sign what stands in the folder now.

    Raises: ManifestMustBeWellFormed, SourceMustBePlain, PluginMustBuild, PluginKeyMustBeWellFormed,
    BuildToolMustBeInstalled.
    """
    tool_version()
    from apps.plugins.adapters.building.bill_of_materials import bill_of_materials  # noqa: PLC0415

    signer = signer_of(key)
    written, manifest = manifest_of(sources)
    read = read_sources(folder=sources)
    members = {
        MANIFEST: written,
        BILL: bill_of_materials(manifest=manifest, sources=read),
        COMPONENT: build_component(recipe=recipe_of(sources=read, handlers=manifest.handlers)),
    }
    return Built(manifest, sign_members(members=members, signer=signer))
