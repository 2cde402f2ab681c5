# SPDX-License-Identifier: Apache-2.0
"""What the signing service remembers, and what follows from it for what it is asked to sign next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from semver import Version

from apps.plugins.domain.marketplace.errors import MetadataMustNotGoBack, ReleaseMustBeNewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A bundle that was reviewed: `sha256` and `length` are those of the file with all signatures."""

    sha256: str
    length: int
    plugin_id: str
    version: str
    channel: str
    custom: Mapping[str, Any]
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """Public halves by what they sign, the version signed last by role, what the last snapshot named,
    what each role listed last, and every bundle that was ever reviewed, by path.
    """

    keys: Mapping[str, str]
    versions: Mapping[str, int] = field(default_factory=dict)
    in_snapshot: Mapping[str, int] = field(default_factory=dict)
    listed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    released: Mapping[str, Released] = field(default_factory=dict)

    def require_later(self, *, role: str, version: int) -> None:
        """Refuse a version that was signed before, or an earlier one; raises MetadataMustNotGoBack."""
        last = self.versions.get(role, 0)
        if version <= last:
            raise MetadataMustNotGoBack(
                f"Metadata of {role}: expected a version above {last}, got {version}. It was not signed.",
                evidence={"object": role, "expected": last + 1, "got": version},
            )

    def require_newer(self, *, path: str, released: Released) -> None:
        """Refuse a downgrade, other bytes of a version, and what was withdrawn; raises ReleaseMustBeNewer."""
        known = self.released.get(path)
        if known is not None:
            if known != released:
                raise _not_newer(
                    released, "the bytes of before, and not withdrawn", "other bytes, or withdrawn"
                )
            return
        for each in self.released.values():
            is_other = (each.plugin_id, each.channel) != (released.plugin_id, released.channel)
            if is_other or Version.parse(each.version) < Version.parse(released.version):
                continue
            raise _not_newer(released, f"a version above {each.version}", released.version)

    def with_release(self, *, path: str, released: Released) -> "Remembered":
        """Return the memory with this bundle."""
        return replace(self, released={**self.released, path: released})

    def with_signed(self, *, role: str, version: int) -> "Remembered":
        """Return the memory after this version was signed."""
        return replace(self, versions={**self.versions, role: version})

    def with_listed(self, *, role: str, paths: tuple[str, ...]) -> "Remembered":
        """Return the memory after a role listed these paths: what it lists no more never comes back."""
        gone = set(self.listed.get(role, ())) - set(paths)
        released = {
            path: replace(each, is_withdrawn=True) if path in gone else each
            for path, each in self.released.items()
        }
        return replace(self, listed={**self.listed, role: paths}, released=released)


def _not_newer(released: Released, expected: str, got: str) -> ReleaseMustBeNewer:
    name = f"{released.plugin_id} {released.version} ({released.channel})"
    return ReleaseMustBeNewer(
        f"Release {name}: expected {expected}, got {got}. It was not signed; give it a new version.",
        evidence={"object": name, "expected": expected, "got": got, "remedy": "give it a new version"},
    )
