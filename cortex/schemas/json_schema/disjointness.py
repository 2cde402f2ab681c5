# SPDX-License-Identifier: Apache-2.0
"""Show that no value can be of two schemas at once: what tells the alternatives of a `oneOf` apart."""

from typing import Any

from cortex.schemas.json_schema.facts import OBJECT, is_among, types_of, values_of
from cortex.schemas.json_schema.nodes import Node

DEPTH_MAX = 3


def are_disjoint(prover: Any, one: tuple[Node, ...], other: tuple[Node, ...], depth: int = 0) -> bool:
    """Return whether it is sure: by type, by listed values, or by a member that both must have."""
    one, other = prover.conjunction(one), prover.conjunction(other)
    if any(node.contents is False for node in (*one, *other)):
        return True
    types = types_of(one) & types_of(other)
    if not types:
        return True
    if _list_different_values(one, other):
        return True
    return types == {OBJECT} and depth < DEPTH_MAX and _differ_in_a_member(prover, one, other, depth)


def _list_different_values(one: tuple[Node, ...], other: tuple[Node, ...]) -> bool:
    left = [listed for node in one if (listed := values_of(node.contents)) is not None]
    right = [listed for node in other if (listed := values_of(node.contents)) is not None]
    # Numbers that are equal may be written differently, and then do not count as different.
    return any(
        not any(_may_be_equal(value, there) for value in here for there in others)
        for here in left
        for others in right
    )


def _may_be_equal(one: Any, other: Any) -> bool:
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return type(one) is type(other)
    if isinstance(one, bool) is isinstance(other, bool) and one == other:
        return True
    return is_among(one, [other])


def _differ_in_a_member(prover: Any, one: tuple[Node, ...], other: tuple[Node, ...], depth: int) -> bool:
    required = {name for node in (*one, *other) for name in node.contents.get("required", ())}
    return any(
        are_disjoint(prover, _member(one, name), _member(other, name), depth + 1) for name in sorted(required)
    )


def _member(nodes: tuple[Node, ...], name: str) -> tuple[Node, ...]:
    return tuple(
        node.child(node.contents["properties"][name])
        for node in nodes
        if name in node.contents.get("properties", {})
    )
