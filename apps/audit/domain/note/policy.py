# SPDX-License-Identifier: Apache-2.0
"""Whom to trust: the keys of logs and witnesses, and how many witnesses must have seen a checkpoint."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from apps.audit.domain.note.keys import VerifierKey

NONE = "none"


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """A log by its key, whose name is the log's origin."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class TrustedWitness:
    """A witness by its key; `name` is how this file calls it, `url` where it is asked."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these members, which are witnesses or groups, must have seen a checkpoint."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogPolicy:
    """A whole file. `quorum` names a witness or a group, or is `none`."""

    logs: Sequence[TrustedLog]
    witnesses: Mapping[str, TrustedWitness]
    groups: Mapping[str, Group]
    quorum: str

    def is_met(self, *, cosigned: Collection[str]) -> bool:
        """Return whether the witnesses that cosigned, by their names in this file, are enough."""
        return self.quorum == NONE or self._has_seen(self.quorum, cosigned)

    def _has_seen(self, name: str, cosigned: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        # A group names only what stands before it, so this ends.
        return sum(self._has_seen(member, cosigned) for member in group.members) >= group.needed

    @property
    def text(self) -> str:
        """The file for those who verify, with the addresses left out: they ask nobody."""
        lines = [f"log {log.key.text}" for log in self.logs]
        lines += [f"witness {witness.name} {witness.key.text}" for witness in self.witnesses.values()]
        lines += [f"group {g.name} {g.needed} {' '.join(g.members)}" for g in self.groups.values()]
        return "\n".join([*lines, f"quorum {self.quorum}", ""])
