# SPDX-License-Identifier: Apache-2.0
"""What of an author's folder becomes part of a component: its Python files, read once.

The component, its bill of materials and the check for changes are all made of what is read here.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from apps.plugins.adapters.building.errors import PluginMustBuild, SourceMustBePlain

ENTRY = "plugin"
_FILES_MAX, _BYTES_MAX = 1_000, 16 << 20
# Python would import these without a source, and the tool would take a contract from the last.
_REFUSED_ENDS, _REFUSED = (".pyc", ".pyo", ".so", ".pyd"), "componentize-py.toml"
_TESTS, _CACHE = "tests", "__pycache__"


def read_sources(*, folder: Path) -> Mapping[str, bytes]:
    """Return the content of each Python file by its path in the folder, in order.

    Left out are `tests` at the top, what begins with a dot, `__pycache__`, and files of other kinds.

    Raises: PluginMustBuild where there is no plugin.py; SourceMustBePlain for links, native and compiled
    code anywhere else, and for more than 1,000 files or 16 MiB.
    """
    found: dict[str, bytes] = {}
    size = 0
    for place, name, directory in _entries(folder.resolve()):
        content = _content(place, name, directory)
        size += len(content)
        found[place] = content
        if len(found) > _FILES_MAX or size > _BYTES_MAX:
            _refuse(place, f"{_FILES_MAX} Python files of {_BYTES_MAX >> 20} MiB together", "more")
    if f"{ENTRY}.py" not in found:
        raise PluginMustBuild(
            f"{folder}: there is no {ENTRY}.py.",
            evidence={"object": str(folder), "expected": f"{ENTRY}.py", "got": "none"},
        )
    return dict(sorted(found.items()))


def _entries(root: Path) -> Iterator[tuple[str, str, int]]:
    """Give place and name of each Python file, with its directory: names are not followed again."""
    for where, directories, names, opened in os.fwalk(root, follow_symlinks=False):
        inside = Path(where).relative_to(root)
        left_out = {_CACHE, _TESTS} if inside == Path() else {_CACHE}
        directories[:] = sorted(each for each in directories if not (each in left_out or each[0] == "."))
        for name in (*directories, *sorted(names)):
            if name[0] == ".":
                continue
            place = (inside / name).as_posix()
            _require_plain(place, name, os.lstat(name, dir_fd=opened).st_mode)
            if name.endswith(".py") and name not in directories:
                yield place, name, opened


def _require_plain(place: str, name: str, mode: int) -> None:
    if stat.S_ISLNK(mode):
        _refuse(place, "files and directories", "a symbolic link")
    if name.endswith(_REFUSED_ENDS) or name == _REFUSED:
        _refuse(place, "Python sources", "native or compiled code, or another contract")
    if not place.isprintable():
        _refuse(place, "a name that can be shown", "another")


def _content(place: str, name: str, directory: int) -> bytes:
    # Without waiting, and never through a link: the folder may change while it is read.
    opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        _refuse(place, "a file", "another kind of entry")
    with os.fdopen(opened, "rb") as file:
        return file.read(_BYTES_MAX + 1)


def _refuse(place: str, expected: str, got: str) -> NoReturn:
    told = place if place.isprintable() else ascii(place)
    raise SourceMustBePlain(
        f"{told}: expected {expected}, got {got}. Nothing was built; "
        "keep it outside of the folder, or in tests/ at its top.",
        evidence={
            "object": told,
            "expected": expected,
            "got": got,
            "remedy": "Move it out of the folder, or into tests/ at its top.",
        },
    )
