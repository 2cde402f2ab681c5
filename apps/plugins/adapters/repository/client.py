# SPDX-License-Identifier: Apache-2.0
"""The client of a repository: The Update Framework's, over what was kept of earlier visits.

The library keeps its state in a directory, for one process alone, and a wiped one would accept a replay. So
the directory is made for each visit of what the database keeps, and versions are compared once more with what
the database remembers apart from it.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import Metadata, Root, Signed, TargetFile, Targets
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from apps.plugins.adapters.repository.client_errors import in_our_words
from apps.plugins.adapters.repository.distinct_keys import require_distinct
from apps.plugins.adapters.repository.root import require_root
from apps.plugins.domain.bundle import BUNDLE_BYTES_MAX
from apps.plugins.domain.repository_errors import (
    RepositoryFileMustNotBeLonger,
    RepositoryMustHaveTarget,
    RepositoryMustNotGoBack,
)

METADATA, FILES = "metadata/", "targets/"
_ROOTS = "root_history/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What earlier visits left: files of the library by name, and the greatest version of each role."""

    kept: Mapping[str, str] = field(default_factory=dict)
    newest: Mapping[str, int] = field(default_factory=dict)


class Visit:
    """One visit of a repository, refreshed once; the library allows no second time."""

    def __init__(self, *, name: str, updater: Updater, directory: Path, newest: Mapping[str, int]) -> None:
        """Hold an updater that was refreshed."""
        self._name, self._updater, self._directory, self._newest = name, updater, directory, dict(newest)

    def target(self, *, path: str) -> TargetFile:
        """Return what the metadata says of a path; raises RepositoryMustHaveTarget."""
        found = self.find(path=path)
        if found is None:
            raise RepositoryMustHaveTarget(
                f"Repository {self._name}: expected {ascii(path)[1:-1][:200]}, got none. There is no such "
                "version, it was withdrawn, or its publisher was revoked.",
                evidence={"object": self._name, "expected": path[:200], "got": "none"},
            )
        return found

    def find(self, *, path: str) -> TargetFile | None:
        """Return the same, or None; raises what refuses the metadata."""
        with in_our_words(repository=self._name):
            return self._updater.get_targetinfo(path)

    def listing(self, *, role: str) -> Targets | None:
        """Return what a role lists, None where nobody delegates to it; raises what refuses the metadata."""
        # Asking for any path of its namespace loads the role.
        self.find(path=f"{role}/-/-")
        found = self._trusted.get(role)
        return found if isinstance(found, Targets) else None

    def content(self, *, target: TargetFile) -> bytes:
        """Fetch a file and return it where it is the one that was signed; nothing of another is kept."""
        if target.length > BUNDLE_BYTES_MAX:
            raise RepositoryFileMustNotBeLonger(
                f"Repository {self._name}: expected at most {BUNDLE_BYTES_MAX} bytes, got {target.length}.",
                evidence={"object": self._name, "expected": BUNDLE_BYTES_MAX, "got": target.length},
            )
        file = self._directory / "target"
        with in_our_words(repository=self._name):
            self._updater.download_target(target, filepath=str(file))
        return file.read_bytes()

    def seen(self) -> Seen:
        """Return what is to be kept; raises RepositoryMustNotGoBack, KeysMustDiffer."""
        self.require_no_way_back()
        newest = {**self._newest, **self._versions()}
        return Seen(kept=_read(self._directory / "metadata"), newest=newest)

    def require_no_way_back(self) -> None:
        """Refuse versions below those that were ever seen, and lists in which one key counts twice."""
        for role, version in self._versions().items():
            if version < self._newest.get(role, 0):
                raise RepositoryMustNotGoBack(
                    f"Repository {self._name}: expected {role} {self._newest[role]} or later, got {version}. "
                    "Somebody hands out what was there before.",
                    evidence={"object": self._name, "expected": self._newest[role], "got": version},
                )
        for signed in self._trusted.values():
            if isinstance(signed, Root):
                require_distinct(signed)
            elif isinstance(signed, Targets) and signed.delegations is not None:
                require_distinct(signed.delegations)

    @property
    def _trusted(self) -> Mapping[str, Signed]:
        # The library has no public way to ask what it trusts.
        return dict(self._updater._trusted_set._trusted_set)

    def _versions(self) -> dict[str, int]:
        return {role: signed.version for role, signed in self._trusted.items()}


@contextmanager
def visit(
    *,
    name: str,
    trusted_root: bytes,
    seen: Seen,
    source: FetcherInterface,
    base_url: str,
    at: datetime | None = None,
) -> Iterator[Visit]:
    """Refresh and give the repository as it is now, or, of an archive, as it was fresh `at` that time.

    Raises: RootMustBeSigned, KeysMustDiffer, and a refusal of `repository_errors` for each attack.
    """
    require_root(trusted_root, former=None)
    with tempfile.TemporaryDirectory(prefix="cortex-repository-") as place:
        directory = Path(place)
        _write(directory / "metadata", seen.kept)
        base = base_url.rstrip("/") + "/"
        with in_our_words(repository=name):
            updater = Updater(
                str(directory / "metadata"),
                f"{base}{METADATA}",
                target_base_url=f"{base}{FILES}",
                fetcher=source,
                config=UpdaterConfig(),
                bootstrap=trusted_root,
            )
            if at is not None:
                updater._trusted_set.reference_time = at
            updater.refresh()
        visited = Visit(name=name, updater=updater, directory=directory, newest=seen.newest)
        _require_distinct_roots(directory / "metadata")
        visited.require_no_way_back()
        yield visited


def _require_distinct_roots(directory: Path) -> None:
    """Refuse a chain of roots in which a key counted twice; raises KeysMustDiffer."""
    for file in (directory / _ROOTS).glob("*.json"):
        require_distinct(Metadata[Root].from_bytes(file.read_bytes()).signed)


def _write(directory: Path, kept: Mapping[str, str]) -> None:
    (directory / _ROOTS).mkdir(parents=True)
    for name, text in kept.items():
        (directory / name).write_text(text, encoding="utf-8")


def _read(directory: Path) -> dict[str, str]:
    """Return the files of the library; `root.json` is a link that it makes itself."""
    files = [*directory.glob("*.json"), *(directory / _ROOTS).glob("*.json")]
    return {
        str(file.relative_to(directory)): file.read_text(encoding="utf-8")
        for file in sorted(files)
        if not file.is_symlink()
    }
