# SPDX-License-Identifier: Apache-2.0
"""The register of an installation without a marketplace."""

from apps.plugins.domain.marketplace.approved_release import ApprovedRelease


class NoReleases:
    """Nothing was approved, and nobody is admitted."""

    def approved(self, *, bundle_digest: str) -> ApprovedRelease | None:
        """Return None."""
        return None

    def is_admitted(self, *, publisher: str) -> bool:
        """Return that nobody is."""
        return False
