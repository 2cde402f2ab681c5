# SPDX-License-Identifier: Apache-2.0
"""What a component is made of, in CycloneDX 1.6: the plugin, the SDK, and the Python that carries both."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6

from apps.plugins.domain.manifest import Manifest

_TOOL = "componentize-py"


def bill_of_materials(*, manifest: Manifest, sources: Path) -> bytes:
    """Return the bill; each source file stands in it with its SHA-256.

    Licences of what the tool carries are the tool's to state: its release is named.
    """
    plugin = Component(
        name=manifest.id,
        version=str(manifest.version),
        type=ComponentType.APPLICATION,
        licenses=[LicenseExpression(manifest.licence)],
    )
    bom = Bom(metadata=BomMetaData(component=plugin), components=[_runtime(), *_files(sources)])
    bom.register_dependency(plugin, bom.components)
    return JsonV1Dot6(bom).output_as_string().encode()


def source_files(sources: Path) -> list[Path]:
    """Return the Python files that may become part of a component, in order."""
    return sorted(path for path in sources.rglob("*.py") if not _is_left_out(path.relative_to(sources)))


def _runtime() -> Component:
    return Component(name=_TOOL, version=version(_TOOL), type=ComponentType.PLATFORM)


def _files(sources: Path) -> list[Component]:
    return [
        Component(
            name=path.relative_to(sources).as_posix(),
            type=ComponentType.FILE,
            hashes=[
                HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(path.read_bytes()).hexdigest())
            ],
        )
        for path in source_files(sources)
    ]


def _is_left_out(path: Path) -> bool:
    return any(part.startswith((".", "__pycache__", "test")) for part in path.parts)
