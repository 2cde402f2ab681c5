# SPDX-License-Identifier: Apache-2.0
"""What may stand in the objects and lists of a writer, and what the reader expects there."""

from collections.abc import Iterator
from typing import Any

from cortex.schemas.json_schema.facts import lowest
from cortex.schemas.json_schema.nodes import Node

# Place below the value, what is known of what is written there, and what the reader expects.
Claim = tuple[str, tuple[Node, ...], Node]
Writer = tuple[Node, ...]


def members(prover: Any, writer: Writer, reader: Node) -> Iterator[Claim]:
    """Yield a claim for each member that can be told apart, and one for all others."""
    contents = reader.contents
    expected = contents.get("properties", {})
    for name, schema in expected.items():
        yield f"/properties/{_escaped(name)}", _member(prover, writer, name), reader.child(schema)
    others = reader.child(contents.get("additionalProperties", True))
    named = {name for node in writer for name in node.contents.get("properties", {})}
    for name in sorted(named - set(expected)):
        yield f"/additionalProperties/{_escaped(name)}", _member(prover, writer, name), others
    rest = _other_members(prover, writer)
    yield "/additionalProperties", rest, others
    for pattern, schema in contents.get("patternProperties", {}).items():
        # Which names a pattern takes is not worked out: whatever stands anywhere must be taken, or stand
        # under the same pattern.
        place, judged = f"/patternProperties/{_escaped(pattern)}", reader.child(schema)
        same = _under_pattern(writer, pattern)
        for name in sorted(named):
            yield place, (*_member(prover, writer, name), *same), judged
        yield place, (*rest, *same), judged


def items(prover: Any, writer: Writer, reader: Node) -> Iterator[Claim]:
    """Yield a claim for each place that either side names, and one for all later ones."""
    first, others = _positions(reader)
    longest = max([len(first), *(len(_positions(node)[0]) for node in writer)])
    most = lowest(writer, "maxItems")
    for place in range(longest):
        if most is not None and most <= place:
            return
        known = tuple(_item(node, place) for node in writer)
        yield f"/items/{place}", known, first[place] if place < len(first) else others
    if most is None or most > longest:
        yield "/items", tuple(_item(node, longest) for node in writer), others


def _member(prover: Any, writer: Writer, name: str) -> Writer:
    """Return what is known of the member of this name."""
    return tuple(
        node.child(node.contents["properties"][name])
        if name in node.contents.get("properties", {})
        else _others_of(prover, node)
        for node in writer
    )


def _other_members(prover: Any, writer: Writer) -> Writer:
    return tuple(_others_of(prover, node) for node in writer)


def _others_of(prover: Any, node: Node) -> Node:
    """Return what one schema says of members that it does not name."""
    additional = node.contents.get("additionalProperties", True)
    patterns = node.contents.get("patternProperties")
    if not patterns:
        return node.child(additional)
    # A name may fit several patterns or none; what is written is then of at least one of these.
    return prover.joined(node, additional, patterns)  # type: ignore[no-any-return]


def _under_pattern(writer: Writer, pattern: str) -> Writer:
    return tuple(
        node.child(node.contents["patternProperties"][pattern])
        for node in writer
        if pattern in node.contents.get("patternProperties", {})
    )


def _positions(node: Node) -> tuple[list[Node], Node]:
    """Return the schemas of the first items, and that of all later ones."""
    contents = node.contents
    listed = contents.get("items", True)
    if node.dialect.has_prefix_items:
        return [node.child(item) for item in contents.get("prefixItems", ())], node.child(listed)
    if isinstance(listed, list):
        return [node.child(item) for item in listed], node.child(contents.get("additionalItems", True))
    return [], node.child(listed)


def _item(node: Node, place: int) -> Node:
    first, others = _positions(node)
    return first[place] if place < len(first) else others


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
