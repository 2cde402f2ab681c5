# SPDX-License-Identifier: Apache-2.0
"""What the database tells of a release before anything is signed.

The signing service reads it by itself: whoever asks for a signature cannot say who approved.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.errors import ReleaseMustBeApproved
from cortex.ports.principal import person_behind


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedRelease:
    """A row of the database that was committed.

    `bundle_digest` is the SHA-256 (hex) of the bundle as the publisher signed it, before the reviewer's
    signature was added. `publisher_keys` are public halves of Ed25519, hexadecimal; the rest are names under
    which the log knows people.
    """

    bundle_digest: str
    plugin_id: str
    version: str
    publisher: str
    channel: str
    submitted_by: str
    reviewed_by: str
    released_by: str
    publisher_keys: tuple[str, ...]


class ReleaseRegister(Protocol):
    """Where releases and publishers are written down."""

    def approved(self, *, bundle_digest: str) -> ApprovedRelease | None:
        """Return the release that two persons approved, or None."""
        ...

    def is_admitted(self, *, publisher: str) -> bool:
        """Return whether this publisher may publish now."""
        ...


def require_two_persons(release: ApprovedRelease | None, *, manifest: Manifest) -> ApprovedRelease:
    """Return the release where it is of this very version, and three different people stand behind it.

    Raises: ReleaseMustBeApproved.
    """
    name = f"{manifest.id} {manifest.version}"
    if release is None:
        raise _refused(name, expected="a review and a release of this bundle", got="none")
    told = (release.plugin_id, release.version, release.publisher)
    if told != (manifest.id, str(manifest.version), manifest.publisher):
        raise _refused(name, expected=" ".join(told), got=f"{name} {manifest.publisher}")
    names = (release.submitted_by, release.reviewed_by, release.released_by)
    # A person who acts through a program is that person; a program alone is nobody.
    people = {person for person in map(person_behind, names) if person is not None}
    if len(people) != len(names):
        raise _refused(name, expected="three people: author, reviewer, releaser", got=str(len(people)))
    return release


def custom_of(release: ApprovedRelease, *, manifest: Manifest) -> dict[str, Any]:
    """Return what the repository says of a bundle beside its digest."""
    return {
        "id": manifest.id,
        "version": str(manifest.version),
        "channel": release.channel,
        "publisher": release.publisher,
        "publisher_keys": sorted(release.publisher_keys),
        "capabilities": sorted(each.text for each in manifest.capabilities),
    }


def _refused(name: str, *, expected: str, got: str) -> ReleaseMustBeApproved:
    return ReleaseMustBeApproved(
        f"Release {name}: expected {expected}, got {got}. Nothing was signed.",
        evidence={
            "object": name,
            "expected": expected,
            "got": got,
            "remedy": "have it reviewed and released",
        },
    )
