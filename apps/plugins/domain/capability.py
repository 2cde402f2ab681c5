# SPDX-License-Identifier: Apache-2.0
"""What a plugin may do beyond calculating, one grant each: as a stable text and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a capability opens; the value begins its text."""

    DATA = "data"
    HEAR = "event.in"
    PUBLISH = "event.out"
    ENDPOINT = "endpoint"
    JOB = "job"
    REFUSE = "validator"
    STORE = "storage"
    HTTP = "http"
    SECRET = "secret"  # noqa: S105  # pragma: allowlist secret


# The interface of the host that a kind needs; kinds without one are doors of the host into the plugin.
INTERFACES = {Kind.DATA: "data", Kind.PUBLISH: "events", Kind.STORE: "store", Kind.HTTP: "http"}
# Reading is asked of `data`, every other verb of `commands`.
READ, COMMANDS = "read", "commands"
_WORDS = {
    Kind.HEAR: "is told of the event {0}",
    Kind.PUBLISH: "publishes the event {0}",
    Kind.ENDPOINT: "answers {0}",
    Kind.JOB: "runs by itself: {0}",
    # It is a control: it is given all of what it judges, whatever else is granted.
    Kind.REFUSE: "sees each entry whole before it is posted, and may refuse it: {0}",
    Kind.STORE: "keeps up to {0} KiB of its own",
    Kind.HTTP: "sends data to {0}",
    Kind.SECRET: "uses the secret {0}",  # pragma: allowlist secret
}


@dataclass(frozen=True, slots=True, order=True)
class Capability:
    """One grant. `subject` is an entity, event type, host or name; entities have verbs and fields."""

    kind: Kind
    subject: str
    verb: str = ""
    field: str = ""

    @property
    def text(self) -> str:
        """Return the stable text: what is signed, compared and asked of policies."""
        parts = [f"{self.kind}:{self.subject}", self.verb, self.field]
        return "#".join(part for part in parts if part)

    @property
    def interface(self) -> str | None:
        """Return the interface of the host that it needs, or None."""
        if self.kind is Kind.DATA and self.verb != READ:
            return COMMANDS
        return INTERFACES.get(self.kind)


@dataclass(frozen=True, slots=True)
class Difference:
    """What an upgrade takes and gives up; only what it takes asks somebody."""

    added: tuple[Capability, ...]
    removed: tuple[Capability, ...]

    @property
    def is_wider(self) -> bool:
        """Tell whether the later version may do anything that the earlier one may not."""
        return bool(self.added)


def difference(*, before: Iterable[Capability], after: Iterable[Capability]) -> Difference:
    """Compare the capabilities of two versions.

    More storage is a wider grant, less is not: the quota is a capability of its own text.
    """
    earlier, later = set(before), set(after)
    covered = {each for each in later if any(_covers(old, each) for old in earlier)}
    return Difference(added=tuple(sorted(later - covered)), removed=tuple(sorted(earlier - later)))


def in_words(capabilities: Iterable[Capability], *, company: str) -> list[str]:
    """Return sentences for a person who decides: "may read accounting.journal_entry of company ACME: number".

    Fields of one entity and verb stand together; the order is that of the capabilities.
    """
    sentences: dict[str, list[str]] = {}
    for each in sorted(capabilities):
        if each.kind is Kind.DATA:
            head = f"may {each.verb} {each.subject} of company {company}"
            sentences.setdefault(head, []).extend([each.field] if each.field else [])
        else:
            sentences[_WORDS[each.kind].format(each.subject)] = []
    return [f"{head}: {', '.join(fields)}" if fields else head for head, fields in sentences.items()]


def _covers(old: Capability, new: Capability) -> bool:
    if old.kind is new.kind is Kind.STORE:
        return int(new.subject) <= int(old.subject)
    return old == new
