# SPDX-License-Identifier: Apache-2.0
"""What a version may do, in words for whoever decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.plugins.domain.capability import Difference, difference, in_words
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.versions import manifest_of


@dataclass(frozen=True, slots=True)
class ToldDifference:
    """What another version may do that this one may not, and the other way round."""

    added: Sequence[str]
    removed: Sequence[str]

    @property
    def lines(self) -> list[str]:
        """Return both as lines: what is added begins with +, what is given up with -."""
        return [*(f"+ {each}" for each in self.added), *(f"- {each}" for each in self.removed)]


def told_rights(version: PluginVersion, *, company: str) -> list[str]:
    """Return sentences such as "may read accounting.journal_entry of company ACME: number"."""
    return in_words(manifest_of(version).capabilities, company=company)


def rights_that_differ(*, before: PluginVersion, after: PluginVersion) -> Difference:
    """Return what a change of versions takes and gives up."""
    return difference(before=manifest_of(before).capabilities, after=manifest_of(after).capabilities)


def told_difference(*, before: PluginVersion, after: PluginVersion, company: str) -> ToldDifference:
    """Return the same in words."""
    found = rights_that_differ(before=before, after=after)
    return ToldDifference(in_words(found.added, company=company), in_words(found.removed, company=company))
