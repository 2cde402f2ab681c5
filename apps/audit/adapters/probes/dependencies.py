# SPDX-License-Identifier: Apache-2.0
"""What the program is built of: locked with hashes, and told in a bill of materials."""

import re
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from apps.audit.adapters.probes.counting import none_in
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe, unknown

_PINNED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?==[^\s;]+", re.MULTILINE)
_LOCKS = ("base", "web", "worker")
_BILLS = ("sbom.cdx.json", "sbom.json", "bom.json")


@probe(
    "dependencies.locked",
    title="Every dependency is pinned with its hashes",
    remedy="`make lock`, and review what changed.",
)
def locked(asked: Asked) -> Finding:
    """Look for a line of the locks without a hash; an installed wheel has no locks to look at."""
    files = [settings.BASE_DIR / "requirements" / f"{name}.txt" for name in _LOCKS]
    texts = {path.name: path.read_text(encoding="utf-8") for path in files if path.is_file()}
    if not texts:
        return unknown("The locks are not part of this installation.")
    open_ones, count = [], 0
    for name, text in texts.items():
        starts = [match.start() for match in _PINNED.finditer(text)]
        count += len(starts)
        parts = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
        open_ones += [f"{name}: {part.split('==')[0]}" for part in parts if "--hash=sha256:" not in part]
    return none_in(
        open_ones, of=count, well="Every dependency has its hash.", ill="Dependencies without a hash"
    )


@probe(
    "dependencies.bill_of_materials",
    title="There is a fresh bill of materials",
    remedy="Build it with the pipeline, and lay it beside the program.",
    days=90,
)
def bill_of_materials(asked: Asked) -> Finding:
    """Look for the file and its age."""
    places = [Path(settings.BASE_DIR) / name for name in _BILLS]
    path = next((each for each in places if each.is_file()), None)
    if path is None:
        return unknown("No bill of materials lies beside the program.")
    age = (asked.now - datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)).days
    return judged(
        age <= asked["days"],
        well=f"The bill of materials is {age} days old.",
        ill=f"Expected one of at most {asked['days']} days, got one of {age}.",
        age_days=age,
    )
