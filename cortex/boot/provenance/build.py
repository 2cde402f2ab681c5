# SPDX-License-Identifier: Apache-2.0
"""One digest for the whole program: equal in a checkout and in the wheel that was built from it."""

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cortex.boot.provenance.places import PACKAGES, PACKED, ROOT, asset_directory

ASSETS = ("static", "templates")
# The tests' installation stays behind when a wheel is built; what lies in PACKED is counted as an asset.
_LEFT_OUT = {Path("settings", "test.py").as_posix()}
_NO_FILES_OF_OURS = {"__pycache__"}


@cache
def build_digest() -> str:
    """Return the SHA-256 over the names and contents of the program's files; 10 ms, read once a process."""
    return digest_of_files(root=ROOT)


def digest_of_files(*, root: Path) -> str:
    """Hash the packages and assets below `root`.

    Shapes: a line `<SHA-256 of the content> <name>` for each file, sorted by name, as sha256sum prints them;
    the digest is that of these lines, 64 hexadecimal digits.
    """
    lines = sorted(
        f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in _files(root=root)
    )
    text = "".join(f"{digest}  {name}\n" for name, _, digest in (line.partition("\0") for line in lines))
    return hashlib.sha256(text.encode()).hexdigest()


def _files(*, root: Path) -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        yield from _walk(root / package, name=package, skip=root / PACKED)
    for asset in ASSETS:
        yield from _walk(asset_directory(asset, root=root), name=asset, skip=None)


def _walk(directory: Path, *, name: str, skip: Path | None) -> Iterator[tuple[str, Path]]:
    for place, directories, files in os.walk(directory):
        where = Path(place)
        directories[:] = [
            inner for inner in directories if inner not in _NO_FILES_OF_OURS and where / inner != skip
        ]
        for file in files:
            inside = "/".join([name, *(where / file).relative_to(directory).parts])
            if inside not in _LEFT_OUT:
                yield inside, where / file
