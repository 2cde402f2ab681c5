# SPDX-License-Identifier: Apache-2.0
"""Prove that a reader's schema takes every value that a writer's schema lets through.

The writer is a conjunction of schemas (its own, what it refers to, its `allOf`), the reader is taken apart
keyword by keyword, and each keyword must follow from what is known of the writer. What cannot be proved is
refused, with the place and the keyword: a wrong no costs somebody a new subject, a wrong yes costs data.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cortex.schemas.effort import Effort
from cortex.schemas.json_schema import keyword_rules
from cortex.schemas.json_schema.disjointness import are_disjoint
from cortex.schemas.json_schema.facts import has_reference, is_same, types_of
from cortex.schemas.json_schema.nodes import Node
from cortex.schemas.strict_json import written_json

STEPS_MAX = 20_000
VALUES_MAX = 300
Writer = tuple[Node, ...]


def require_contained(*, writer: Node, reader: Node, effort: Effort) -> None:
    """Raise ContainmentUnproven unless every value of the writer is proved to be taken by the reader.

    Raises: EffortIsSpent.
    """
    if writer.dialect is not reader.dialect:
        raise ContainmentUnproven("", "$schema", "schemas of two drafts cannot be compared")
    Prover(effort).prove((writer,), reader)


class ContainmentUnproven(Exception):
    """The reader may refuse something that the writer lets through."""

    def __init__(self, path: str, keyword: str, reason: str) -> None:
        super().__init__(f"{path or '/'}: {keyword}: {reason}")
        self.path, self.keyword, self.reason = path, keyword, reason


@dataclass
class Prover:
    """One proof. `open` holds claims under way and `proven` those that hold if the open ones do, each with
    the depth in the value at which it was made: a claim may rest on itself only deeper inside the value.
    """

    effort: Effort
    steps: int = 0
    open: dict[Any, int] = field(default_factory=dict)
    proven: dict[Any, int] = field(default_factory=dict)
    interned: dict[str, Any] = field(default_factory=dict)

    def prove(self, writer: Writer, reader: Node, path: str = "", depth: int = 0) -> None:
        """Return when every value of the writer is taken by the reader; raises ContainmentUnproven."""
        self._count(path)
        writer = self.conjunction(writer)
        if self._is_plain(writer, reader):
            return
        key = (frozenset(id(node.contents) for node in writer), id(reader.contents))
        if key in self.open:
            if self.open[key] < depth:
                return
            raise ContainmentUnproven(path, "$ref", "it refers to itself")
        if self.proven.get(key, depth + 1) <= depth:
            return
        self.open[key] = depth
        try:
            self._prove_split(writer, reader, path, depth, frozenset())
        finally:
            del self.open[key]
        self.proven[key] = depth

    def holds(self, attempt: Callable[[], None]) -> bool:
        """Try a proof that may fail; what was proven on the way to a failure is forgotten."""
        kept = dict(self.proven)
        try:
            attempt()
        except ContainmentUnproven as unproven:
            if unproven.keyword == "schema":
                raise
            self.proven = kept
            return False
        return True

    def conjunction(self, writer: Writer) -> Writer:
        """Follow references and `allOf`; a schema that says nothing is left out."""
        found: dict[int, Node] = {}
        waiting = list(reversed(writer))
        while waiting:
            node = waiting.pop()
            if node.contents is True or node.contents == {} or id(node.contents) in found:
                continue
            hides = isinstance(node.contents, dict) and "$ref" in node.contents and _hides(node)
            if not hides:
                found[id(node.contents)] = node
            if isinstance(node.contents, dict):
                waiting.extend(_conjuncts(node))
        return tuple(found.values())

    def made(self, node: Node, contents: Any) -> Node:
        """Return a node of contents that stand in no schema; the same contents give the same node."""
        text = written_json(contents, sort_keys=True)
        return Node(self.interned.setdefault(text, contents), node.resolver, node.dialect)

    def joined(self, node: Node, additional: Any, patterns: dict[str, Any]) -> Node:
        """Return a node for what is of at least one of these schemas, always the same for the same node."""
        key = f"joined {id(node.contents)}"
        contents = self.interned.setdefault(key, {"anyOf": [additional, *patterns.values()]})
        return Node(contents, node.resolver, node.dialect)

    def _count(self, path: str) -> None:
        self.effort.spend()
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise ContainmentUnproven(path, "schema", "it is too intricate to be compared") from None

    def _is_plain(self, writer: Writer, reader: Node) -> bool:
        """Tell whether the claim holds without looking any closer."""
        if reader.contents is True or reader.contents == {}:
            return True
        if any(node.contents is False for node in writer):
            return True
        return any(says_the_same(node, reader) for node in writer)

    def _prove_split(
        self, writer: Writer, reader: Node, path: str, depth: int, split: frozenset[int]
    ) -> None:
        """Prove at once, or for each alternative of the writer."""
        kept = dict(self.proven)
        try:
            self._prove_here(writer, reader, path, depth)
        except ContainmentUnproven as unproven:
            alternatives = self._alternatives(writer, split)
            if alternatives is None or unproven.keyword == "schema":
                raise
            self.proven = kept
            origin, branches = alternatives
            for branch in branches:
                self._count(path)
                narrowed = self.conjunction((*writer, branch))
                if any(node.contents is False for node in narrowed):
                    continue
                self._prove_split(narrowed, reader, path, depth, split | {origin})

    def _alternatives(self, writer: Writer, split: frozenset[int]) -> tuple[int, list[Node]] | None:
        """Return the first choice of the writer that was not yet taken apart."""
        for node in writer:
            for keyword in ("anyOf", "oneOf"):
                members = node.contents.get(keyword)
                if members is not None and id(members) not in split:
                    return id(members), [node.child(member) for member in members]
            listed = node.contents.get("enum")
            if listed is not None and id(listed) not in split and 1 < len(listed) <= VALUES_MAX:
                return id(listed), [self.made(node, {"const": value}) for value in listed]
            kinds = node.contents.get("type")
            if isinstance(kinds, list) and len(kinds) > 1 and id(kinds) not in split:
                return id(kinds), [self.made(node, {"type": kind}) for kind in kinds]
        return None

    def _prove_here(self, writer: Writer, reader: Node, path: str, depth: int) -> None:
        if not types_of(writer):
            return
        if reader.contents is False:
            raise ContainmentUnproven(path, "false", "nothing is taken here any more")
        if "$ref" in reader.contents:
            self.prove(writer, reader.target(), f"{path}/$ref", depth)
            if _hides(reader):
                return
        for keyword, reason, place in keyword_rules.unproven(writer, reader.contents):
            raise ContainmentUnproven(f"{path}{place}", keyword, reason)
        self._prove_applicators(writer, reader, path, depth)
        for child_path, narrowed, expected in keyword_rules.inside(self, writer, reader):
            self.prove(narrowed, expected, f"{path}{child_path}", depth + 1)

    def _prove_applicators(self, writer: Writer, reader: Node, path: str, depth: int) -> None:
        contents = reader.contents
        for place, member in enumerate(contents.get("allOf", ())):
            self.prove(writer, reader.child(member), f"{path}/allOf/{place}", depth)
        if "anyOf" in contents:
            self._prove_any(writer, reader, path, depth)
        if "oneOf" in contents:
            self._prove_one(writer, reader, path, depth)
        if "not" in contents:
            self._prove_not(writer, reader, path, depth)
        if "if" in contents and not _repeats(writer, reader, ("if", "then", "else")):
            for keyword in ("then", "else"):
                self.prove(writer, reader.child(contents.get(keyword, True)), f"{path}/{keyword}", depth)

    def _prove_any(self, writer: Writer, reader: Node, path: str, depth: int) -> None:
        if not any(self._takes(writer, member, depth) for member in _members(reader, "anyOf")):
            raise ContainmentUnproven(path, "anyOf", "no alternative takes everything that is written")

    def _prove_one(self, writer: Writer, reader: Node, path: str, depth: int) -> None:
        members = list(_members(reader, "oneOf"))
        for member in members:
            others = [other for other in members if other is not member]
            if all(self.is_disjoint(writer, other) for other in others) and self._takes(
                writer, member, depth
            ):
                return
        raise ContainmentUnproven(path, "oneOf", "no alternative, or more than one, takes what is written")

    def _prove_not(self, writer: Writer, reader: Node, path: str, depth: int) -> None:
        refused = reader.child(reader.contents["not"])
        if self.is_disjoint(writer, refused):
            return
        for node in writer:
            if "not" in node.contents and self._takes((refused,), node.child(node.contents["not"]), depth):
                return
        raise ContainmentUnproven(path, "not", "something that is written is refused")

    def is_disjoint(self, writer: Writer, other: Node) -> bool:
        """Tell whether no value can be of both."""
        return are_disjoint(self, writer, (other,))

    def _takes(self, writer: Writer, member: Node, depth: int) -> bool:
        return self.holds(lambda: self.prove(writer, member, "", depth))


def says_the_same(one: Node, other: Node) -> bool:
    """Tell whether two nodes are the same place, or the same words that mean the same anywhere."""
    if one.contents is other.contents:
        return not isinstance(one.contents, bool) or one.contents
    if one.dialect is not other.dialect or has_reference(one.contents):
        return False
    return is_same(one.contents, other.contents)


def _hides(node: Node) -> bool:
    return node.dialect.reference_hides and "$ref" in node.contents


def _conjuncts(node: Node) -> Iterator[Node]:
    if "$ref" in node.contents:
        yield node.target()
        if _hides(node):
            return
    yield from (node.child(member) for member in node.contents.get("allOf", ()))


def _members(node: Node, keyword: str) -> Iterator[Node]:
    yield from (node.child(member) for member in node.contents[keyword])


def _repeats(writer: Writer, reader: Node, keywords: tuple[str, ...]) -> bool:
    """Tell whether a schema of the writer says exactly the same with these keywords."""
    wanted = {name: reader.contents[name] for name in keywords if name in reader.contents}
    if has_reference(wanted):
        return False
    return any(
        is_same(wanted, {name: node.contents[name] for name in keywords if name in node.contents})
        for node in writer
    )
