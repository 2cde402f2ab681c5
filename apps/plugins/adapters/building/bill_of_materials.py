# SPDX-License-Identifier: Apache-2.0
"""What a component is made of, in CycloneDX 1.6: the plugin, the SDK, and the Python that carries both."""

import hashlib
from collections.abc import Mapping

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6

from apps.plugins.adapters.building.build_tool import TOOL, tool_version
from apps.plugins.domain.manifest import Manifest


def bill_of_materials(*, manifest: Manifest, sources: Mapping[str, bytes]) -> bytes:
    """Return the bill; each source file, as it was read for building, stands in it with its SHA-256.

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


def _runtime() -> Component:
    return Component(name=TOOL, version=tool_version(), type=ComponentType.PLATFORM)


def _files(sources: Mapping[str, bytes]) -> list[Component]:
    return [
        Component(
            name=place,
            type=ComponentType.FILE,
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(content).hexdigest())],
        )
        for place, content in sources.items()
    ]
