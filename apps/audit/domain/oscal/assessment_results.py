# SPDX-License-Identifier: Apache-2.0
"""The assessment results of one version of a pack in a period."""

from datetime import datetime
from typing import Any

from apps.audit.domain.compliance.assessment import Assessment
from apps.audit.domain.compliance.instants import instant_text
from apps.audit.domain.oscal.findings import findings, risks, watched
from apps.audit.domain.oscal.identifiers import id_of, prop
from apps.audit.domain.oscal.observations import IsShown, observations

OSCAL_VERSION = "1.2.3"


def assessment_results(
    assessment: Assessment, *, origin: str, size: int, as_of: datetime, is_shown: IsShown
) -> dict[str, Any]:
    """Return the document: the pack is its plan, results are observations, controls are findings.

    `as_of` is when the log's tree of `size` leaves was signed: what was found later is not in it.
    """
    pack = assessment.pack
    return {
        "assessment-results": {
            "uuid": id_of("assessment-results", assessment.pack_id, origin, str(size), *_bounds(assessment)),
            "metadata": {
                "title": f"Automated checks of {pack.framework.title}",
                "last-modified": instant_text(as_of),
                "version": f"{pack.version}-{size}",
                "oscal-version": OSCAL_VERSION,
                "props": [prop("log", origin), prop("tree-size", str(size))],
            },
            "import-ap": {"href": f"#{_pack_resource_id(assessment)}"},
            "results": [_result(assessment, is_shown)],
            "back-matter": {"resources": [_pack_resource(assessment)]},
        }
    }


def _result(assessment: Assessment, is_shown: IsShown) -> dict[str, Any]:
    pack = assessment.pack
    standings = watched(assessment)
    assessed = sorted(each.control.id for each in standings)
    by_hand = [each.id for each in pack.controls if each.id not in assessed]
    reviewed: dict[str, Any] = {"include-controls": [{"control-id": name} for name in assessed]}
    if by_hand:
        reviewed["remarks"] = f"Seen to by hand, and not assessed here: {', '.join(by_hand)}."
    parts = {
        "observations": list(observations(assessment, is_shown=is_shown)),
        "risks": list(risks(assessment, standings)),
        "findings": list(findings(assessment, standings)),
    }
    return {
        "uuid": id_of("result", assessment.pack_id, *_bounds(assessment)),
        "title": f"{pack.name} {pack.version}",
        "description": "What probes saw, what people recorded, and how controls stood at the end.",
        "start": instant_text(assessment.start),
        "end": instant_text(assessment.end),
        "reviewed-controls": {"control-selections": [reviewed if assessed else {"include-all": {}}]},
        **{name: found for name, found in parts.items() if found},
    }


def _pack_resource(assessment: Assessment) -> dict[str, Any]:
    pack = assessment.pack
    name = f"../compliance/packs/{pack.name}-{pack.version}"
    digest = {"algorithm": "SHA-256", "value": pack.digest}
    return {
        "uuid": _pack_resource_id(assessment),
        "title": f"Pack {pack.name} {pack.version}",
        "description": pack.framework.notice,
        "rlinks": [
            {"href": f"{name}.json", "media-type": "application/json", "hashes": [digest]},
            {"href": f"{name}.note", "media-type": "text/plain"},
        ],
    }


def _pack_resource_id(assessment: Assessment) -> str:
    return id_of("pack", assessment.pack_id)


def _bounds(assessment: Assessment) -> tuple[str, str]:
    return instant_text(assessment.start), instant_text(assessment.end)
