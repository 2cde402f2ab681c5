# SPDX-License-Identifier: Apache-2.0
"""Versions and ranges of versions. Source: Semantic Versioning 2.0.0, section 11 for precedence."""

from dataclasses import dataclass

from semver import Version

_ANY = Version(0)


@dataclass(frozen=True, slots=True)
class VersionRange:
    """Comparisons that must all hold, such as `>=0.1.0 <2.0.0`."""

    text: str

    def __post_init__(self) -> None:
        """Raise ValueError where a part is no comparison with a version."""
        for part in self.text.split(" "):
            _ANY.match(part)

    def __contains__(self, version: Version) -> bool:
        """Tell whether the version is in the range.

        A pre-release comes before its release, and so is not in `>=1.0.0` where it is `1.0.0-rc.1`.
        """
        return all(version.match(part) for part in self.text.split(" "))
