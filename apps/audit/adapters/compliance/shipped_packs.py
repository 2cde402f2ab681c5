# SPDX-License-Identifier: Apache-2.0
"""The packs that the program brings along: to be brought in like any other, by one person and another."""

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "packs"
SHIPPED_KEYS = FOLDER / "trusted_keys.txt"


def shipped_packs() -> dict[str, tuple[str, str]]:
    """Return text and signature of each pack of this release, by its name."""
    return {
        path.stem: (path.read_text(encoding="utf-8"), path.with_suffix(".note").read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.yaml"))
    }
