# SPDX-License-Identifier: Apache-2.0
"""What a universal lock means on one machine: the pins whose markers hold there."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONTINUED = re.compile(r"\\\n")


@dataclass(frozen=True, kw_only=True)
class Pin:
    """One exact release and the digests of its files."""

    name: str
    version: str
    hashes: tuple[str, ...]

    def line(self) -> str:
        """Write the pin as an installer reads it, without its marker."""
        return " ".join([f"{self.name}=={self.version}", *(f"--hash={digest}" for digest in self.hashes)])


def pins(locks: Iterable[Path], *, environment: Mapping[str, str]) -> list[Pin]:
    """Return the pins of several locks that hold in an environment, each once, by name.

    Shapes: environment has the names of PEP 508, "python_full_version" and its like.
    """
    found = {pin.name: pin for lock in locks for pin in _pins(lock, environment=environment)}
    return [found[name] for name in sorted(found)]


def _pins(lock: Path, *, environment: Mapping[str, str]) -> Iterator[Pin]:
    for line in CONTINUED.sub(" ", lock.read_text(encoding="utf-8")).splitlines():
        text, *hashes = line.split(" --hash=")
        if not text.strip() or text.startswith("#"):
            continue
        requirement = Requirement(text.strip())
        if requirement.marker is None or requirement.marker.evaluate(dict(environment)):
            (pin,) = requirement.specifier
            digests = tuple(digest.strip() for digest in hashes)
            yield Pin(name=canonicalize_name(requirement.name), version=pin.version, hashes=digests)


def environment_of_image(*, python: str, machine: str = "x86_64") -> dict[str, str]:
    """Return the markers of the image's interpreter; `python` is its full version."""
    return {
        "implementation_name": "cpython",
        "implementation_version": python,
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": "linux",
    }
