# SPDX-License-Identifier: Apache-2.0
"""Bills of materials in CycloneDX: of the Python packages of the image, and of the whole image."""

import json
import venv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from tools.checks.tracked import ROOT
from tools.pipeline.locks import Pin
from tools.pipeline.programs import StageFailed, run
from tools.pipeline.source import Source

TOOLS = ROOT / ".venv" / "bin"
VERSION = "1.6"
PROJECT = "codexion-cortex"
REMEDY = "Read the lines above; the tools are those of requirements/pipeline.txt."


def write_python_bill(*, site: Path, scratch: Path, source: Source, target: Path) -> None:
    """Describe what is installed in `site`, with the project as the thing described; raises StageFailed."""
    # The tool asks an interpreter what it finds: an empty environment that sees `site`, and nothing else.
    venv.create(scratch, with_pip=False)
    (packages,) = scratch.glob("lib/python*/site-packages")
    (packages / "image.pth").write_text(f"{site}\n", encoding="utf-8")
    words: list[str | Path] = [
        TOOLS / "cyclonedx-py",
        "environment",
        "--output-reproducible",
        "--spec-version",
        VERSION,
    ]
    words += ["--pyproject", ROOT / "pyproject.toml", "--validate", "--output-file", target, scratch]
    environment = {"SOURCE_DATE_EPOCH": str(source.committed_at_epoch)}
    run(words, remedy=REMEDY, environment=environment)


def write_image_bill(*, archive: Path, target: Path) -> None:
    """Describe everything in the image, Debian's packages included; raises StageFailed."""
    offline = {"SYFT_CHECK_FOR_APP_UPDATE": "false", "SYFT_CACHE_DIR": "", "SYFT_PARALLELISM": "2"}
    words: list[str | Path] = [
        TOOLS / "syft",
        "scan",
        "--quiet",
        f"oci-archive:{archive}",
        "--output",
        f"cyclonedx-json@{VERSION}",
    ]
    target.write_text(run(words, remedy=REMEDY, environment=offline), encoding="utf-8")


def check_schema(path: Path) -> None:
    """Check a bill against the schema of CycloneDX; raises StageFailed."""
    from cyclonedx.schema import SchemaVersion  # noqa: PLC0415 - of requirements/pipeline.txt alone
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415

    error = JsonStrictValidator(SchemaVersion.from_version(VERSION)).validate_str(path.read_text("utf-8"))
    if error is not None:
        raise StageFailed(f"{path.name} is no CycloneDX {VERSION}: {str(error)[:300]}. {REMEDY}")


def components(path: Path, *, kind: str) -> dict[str, str]:
    """Return name and version of the components whose package URL is of a kind, `pypi` or `deb`."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found = document.get("components", [])
    return {
        canonicalize_name(part["name"]) if kind == "pypi" else part["name"]: part.get("version", "")
        for part in found
        if part.get("purl", "").startswith(f"pkg:{kind}/")
    }


def require_pins(found: Mapping[str, str], *, pins: Iterable[Pin], bill: str) -> int:
    """Check that a bill names exactly what the lock names, besides the project; return how many those are.

    Raises: StageFailed, with the names that are on one side only.
    """
    wanted = {pin.name: pin.version for pin in pins}
    listed = {name: version for name, version in found.items() if name != PROJECT}
    if not wanted or listed != wanted:
        missing = sorted(f"{name} {version}" for name, version in wanted.items() - listed.items())
        extra = sorted(f"{name} {version}" for name, version in listed.items() - wanted.items())
        raise StageFailed(
            f"{bill} and the lock differ: missing {', '.join(missing) or 'nothing'};"
            f" not locked {', '.join(extra) or 'nothing'}. Install from requirements/ alone."
        )
    return len(wanted)


def require_debs(found: Mapping[str, str], *, packages: Iterable[str], bill: str) -> int:
    """Check that a bill names exactly the image's Debian packages; return how many; raises StageFailed."""
    differing = sorted(set(found) ^ set(packages))
    if differing or not found:
        raise StageFailed(
            f"{bill} and docker/debian-packages.txt differ: {', '.join(differing) or 'nothing found'}."
            " A package needs its record under var/lib/dpkg/status.d."
        )
    return len(found)
