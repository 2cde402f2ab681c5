# SPDX-License-Identifier: Apache-2.0
"""Make of a folder what a marketplace takes: sources in their only form, and a signed statement."""

from dataclasses import dataclass
from pathlib import Path

from apps.plugins.adapters.building.folder_manifest import manifest_of
from apps.plugins.adapters.building.read_sources import read_sources
from apps.plugins.adapters.signing.keys import signer_of
from apps.plugins.adapters.signing.publisher_statements import sign_submission
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.source_archive import pack_sources


@dataclass(frozen=True, slots=True)
class Packed:
    """What is sent in."""

    manifest: Manifest
    archive: bytes
    statement: str


def pack_submission(*, sources: Path, key: Path, origin: str) -> Packed:
    """Pack and sign what stands in the folder now, for the marketplace at this address.

    Raises: ManifestMustBeWellFormed, SourceMustBePlain, SourceArchiveMustBeCanonical,
    PluginKeyMustBeWellFormed.
    """
    written, manifest = manifest_of(sources)
    archive = pack_sources(manifest=written, sources=read_sources(folder=sources))
    told = sign_submission(manifest=manifest, archive=archive, origin=origin, signer=signer_of(key))
    return Packed(manifest, archive, told)
