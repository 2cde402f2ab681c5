# SPDX-License-Identifier: Apache-2.0
"""Licensed texts of a framework, laid beside the pack by whoever bought them; never part of the program."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from apps.audit.domain.compliance.errors import OverlayMustFit, PackMustBeWellFormed
from apps.audit.domain.compliance.reading import Place
from apps.audit.domain.compliance.strict_yaml import node_of

TEXT_MAX = 20_000


def licensed_texts(*, pack_name: str) -> Mapping[str, str]:
    """Return the publisher's text of each control that the local file has; raises OverlayMustFit.

    The file is `<COMPLIANCE_TEXTS>/<pack>.yaml` with the members `pack` and `texts`, by control.
    """
    if not settings.COMPLIANCE_TEXTS:
        return {}
    path = Path(settings.COMPLIANCE_TEXTS) / f"{pack_name}.yaml"
    if not path.is_file():
        return {}
    try:
        found = Place(node_of(path.read_text(encoding="utf-8")), "").members(required=("pack", "texts"))
        texts = {
            name: each.text(at_most=TEXT_MAX) for name, each in found["texts"].pairs(pattern=r"[A-Z0-9.]+")
        }
        named = found["pack"].text(at_most=60)
    except (PackMustBeWellFormed, OSError, UnicodeDecodeError) as error:
        raise _refused(pack_name, getattr(error, "message", type(error).__name__)) from error
    if named != pack_name:
        raise _refused(pack_name, f"expected the pack {pack_name}, got {named}.")
    return texts


def _refused(pack_name: str, why: str) -> OverlayMustFit:
    return OverlayMustFit(
        f"Licensed texts of {pack_name}: {why}", evidence={"object": f"licensed texts of {pack_name}"}
    )
