# SPDX-License-Identifier: Apache-2.0
"""The highest version accepted of each file: an older one, however well signed, is not taken again.

The memory is one small file that outlives the process. Where nothing outlives it, such as in a container
without a volume, the environment must say the least version of each file instead.
"""

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cortex.boot.configuration.artefact.errors import (
    VersionMustNotFall,
    VersionsMustBeRemembered,
    refused,
)
from cortex.boot.configuration.artefact.reading import content_of
from cortex.boot.configuration.artefact.record import Artefact
from cortex.boot.configuration.readers import home_of_the_program

STATE_VARIABLE = "CORTEX_CONFIG_STATE"
MINIMUM_VARIABLE = "CORTEX_CONFIG_VERSION_MIN"
NO_STATE = "none"
FORMAT = 1
_BYTES_MAX = 1024 * 1024
_LOCK_SECONDS_MAX = 10
_LOCK_PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Seen:
    """The version last accepted under a name, and the SHA-256 of its bytes."""

    version: int
    digest: str


@dataclass(frozen=True)
class Versions:
    """What is known of versions: the file that remembers them, if any, and the least ones."""

    path: Path | None
    minimum: Mapping[str, int]

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Versions":
        """Return what the environment says; raises VersionsMustBeRemembered."""
        given = environ.get(STATE_VARIABLE, "")
        path = Path(given) if given else home_of_the_program() / ".cortex" / "configuration-versions.json"
        return cls(
            path=None if given == NO_STATE else path, minimum=_minimum(environ.get(MINIMUM_VARIABLE, ""))
        )

    def require(self, artefacts: Sequence[Artefact]) -> None:
        """Raise VersionMustNotFall when one of these is older than what was seen; changes nothing."""
        seen = _read(self.path) if self.path else {}
        for artefact in artefacts:
            least = self.minimum.get(artefact.name)
            if self.path is None and least is None:
                raise refused(
                    VersionsMustBeRemembered,
                    STATE_VARIABLE,
                    f"with {NO_STATE!r}, {MINIMUM_VARIABLE} must say the least version of {artefact.name}.",
                )
            if least is not None and artefact.version < least:
                raise _fallen(artefact, f"and {MINIMUM_VARIABLE} asks for {least} at least")
            _require_newer(artefact, seen.get(artefact.name))

    def require_names(self, artefacts: Sequence[Artefact]) -> None:
        """Raise VersionsMustBeRemembered for the least version of a file that is not among these."""
        # A misspelt name bounds nothing.
        given = {artefact.name for artefact in artefacts}
        if strangers := sorted(self.minimum.keys() - given):
            raise refused(
                VersionsMustBeRemembered,
                MINIMUM_VARIABLE,
                f"expected names of the files that are given ({', '.join(sorted(given))}),"
                f" got {', '.join(repr(name[:80]) for name in strangers[:5])}.",
                expected=sorted(given),
            )

    def remember(self, artefacts: Sequence[Artefact]) -> None:
        """Write down what was accepted, unless it is known; of processes that start at once, all succeed.

        Raises: VersionMustNotFall, when another process accepted a newer version meanwhile;
        VersionsMustBeRemembered.
        """
        if self.path is None or not _news(artefacts, seen=_read(self.path)):
            return
        with _alone(self.path):
            self.require(artefacts)
            seen = _read(self.path)
            accepted = {item.name: Seen(item.version, item.digest) for item in artefacts}
            _write(self.path, {**seen, **accepted})


def _require_newer(artefact: Artefact, seen: Seen | None) -> None:
    if seen is None or artefact.version > seen.version:
        return
    if artefact.version < seen.version:
        raise _fallen(artefact, f"and version {seen.version} was accepted before")
    if artefact.digest != seen.digest:
        raise _fallen(
            artefact, "and other bytes were accepted under the same version; sign it with a higher one"
        )


def _fallen(artefact: Artefact, reason: str) -> VersionMustNotFall:
    return VersionMustNotFall(
        f"{artefact.name}: this is version {artefact.version}, {reason}.",
        evidence={"object": artefact.name, "got": artefact.version},
    )


def _news(artefacts: Sequence[Artefact], *, seen: Mapping[str, Seen]) -> bool:
    return any(seen.get(item.name) != Seen(item.version, item.digest) for item in artefacts)


def _minimum(given: str) -> dict[str, int]:
    least = {}
    for part in filter(None, (part.strip() for part in given.split(","))):
        name, _, version = part.rpartition("=")
        if not name or not version.isascii() or not version.isdigit() or len(version) > 15:
            raise refused(
                VersionsMustBeRemembered, MINIMUM_VARIABLE, "expected FILE=VERSION, separated by commas."
            )
        least[name] = int(version)
    return least


def _read(path: Path) -> dict[str, Seen]:
    try:
        if not path.exists():
            return {}
    except OSError as error:
        raise _not_writable(path, error) from None
    content = content_of(path, bytes_max=_BYTES_MAX, error=VersionsMustBeRemembered)
    try:
        written = json.loads(content)
        if written["format"] != FORMAT:
            raise ValueError
        return {
            str(name): Seen(int(seen["version"]), str(seen["sha256"]))
            for name, seen in written["seen"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise refused(
            VersionsMustBeRemembered, path, "expected the versions seen before, got something else."
        ) from None


def _write(path: Path, seen: Mapping[str, Seen]) -> None:
    """Replace the file as a whole, and return when it is on the disk."""
    rows = {name: {"version": item.version, "sha256": item.digest} for name, item in sorted(seen.items())}
    text = json.dumps({"format": FORMAT, "seen": rows}, indent=2) + "\n"
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_directory(path.parent)
    except OSError as error:
        raise _not_writable(path, error) from None


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time compare and write."""
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(
            path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
    except OSError as error:
        raise _not_writable(path, error) from None
    try:
        _lock(descriptor, path=path)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, path: Path) -> None:
    deadline = time.monotonic() + _LOCK_SECONDS_MAX
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise refused(
                    VersionsMustBeRemembered,
                    path,
                    f"another process has held it for {_LOCK_SECONDS_MAX} seconds.",
                ) from None
            time.sleep(_LOCK_PAUSE_SECONDS)


def _not_writable(path: Path, error: OSError) -> VersionsMustBeRemembered:
    return VersionsMustBeRemembered(
        f"{path}: the versions seen cannot be kept: {error.strerror}; set {STATE_VARIABLE} to a file that"
        f" outlives the process, or to {NO_STATE!r} together with {MINIMUM_VARIABLE}.",
        evidence={"object": str(path)},
    )
