# SPDX-License-Identifier: Apache-2.0
"""Where the files of the program lie: side by side in a checkout, beside the settings in a wheel."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKED = Path("settings", "assets")
PACKAGES = ("apps", "cortex", "settings")


def asset_directory(name: str, *, root: Path = ROOT) -> Path:
    """Name the directory of templates, static files or locks; it need not exist."""
    packed = root / PACKED
    return (packed if packed.is_dir() else root) / name
