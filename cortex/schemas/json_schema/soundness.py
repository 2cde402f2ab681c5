# SPDX-License-Identifier: Apache-2.0
"""Walk a whole schema before it is taken: bounded, safe to run, and every reference leads somewhere."""

from collections.abc import Iterator

from cortex.schemas.json_schema.nodes import JsonSchemaMustBeSound, Node, require_valid
from cortex.schemas.patterns import danger_of

NODES_MAX = 3000
BRANCHES_MAX = 100
STRANGE_TARGETS_MAX = 200
_LISTS = ("allOf", "anyOf", "oneOf")
# Where these lead depends on who asks; no two libraries agree enough to compare versions by them.
_UNDECIDABLE = ("$dynamicRef", "$recursiveRef")


def require_sound(root: Node) -> None:
    """Raise JsonSchemaMustBeSound unless the schema and all it refers to can be used safely."""
    for node in _everything(root):
        _require_safe(node)
    _require_grounded(root)


def _require_safe(node: Node) -> None:
    contents = node.contents
    for name in _UNDECIDABLE:
        if name in contents:
            raise JsonSchemaMustBeSound(f"{name} is not taken: use $ref")
    for name in _LISTS:
        members = contents.get(name, ())
        if not isinstance(members, list | tuple) or len(members) > BRANCHES_MAX:
            raise JsonSchemaMustBeSound(f"{name}: expected a list of at most {BRANCHES_MAX}")
    patterns = [contents["pattern"]] if isinstance(contents.get("pattern"), str) else []
    for pattern in (*patterns, *contents.get("patternProperties", {})):
        danger = danger_of(pattern)
        if danger is not None:
            raise JsonSchemaMustBeSound(f"pattern {pattern[:80]!r}: {danger}")


def _require_grounded(root: Node) -> None:
    """Refuse a schema that leads to itself without a step into the value: validators would never end."""
    finished: set[int] = set()
    path: list[tuple[Node, Iterator[Node]]] = []
    for start in _everything(root):
        if id(start.contents) in finished:
            continue
        path.append((start, _in_place(start)))
        entered = {id(start.contents)}
        while path:
            node, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                entered.discard(id(node.contents))
                finished.add(id(node.contents))
            elif id(following.contents) in entered:
                raise JsonSchemaMustBeSound("a $ref leads back to itself without a step into the value")
            elif isinstance(following.contents, dict) and id(following.contents) not in finished:
                entered.add(id(following.contents))
                path.append((following, _in_place(following)))


def _everything(root: Node) -> Iterator[Node]:
    """Yield every schema that can be reached, each once."""
    waiting, seen, strange = _below(root), {id(root.contents)}, 0
    seen.update(id(node.contents) for node in waiting)
    while waiting:
        node = waiting.pop()
        yield node
        if "$ref" not in node.contents:
            continue
        target = node.target()
        if id(target.contents) in seen or not isinstance(target.contents, dict):
            continue
        # It stands in a reference, or where no keyword expects a schema: nobody has looked at it yet.
        strange += 1
        if strange > STRANGE_TARGETS_MAX:
            raise JsonSchemaMustBeSound(f"expected at most {STRANGE_TARGETS_MAX} places in references")
        require_valid(target.contents, target.dialect)
        fresh = [found for found in _below(target) if id(found.contents) not in seen]
        seen.update(id(found.contents) for found in fresh)
        waiting.extend(fresh)
        if len(seen) > NODES_MAX:
            raise _too_many()


def _below(node: Node) -> list[Node]:
    """Return the node and every schema inside it, as far as they are objects."""
    found, waiting = [], [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current.contents, dict):
            found.append(current)
            waiting.extend(current.parts())
        if len(found) > NODES_MAX:
            raise _too_many()
    return found


def _too_many() -> JsonSchemaMustBeSound:
    return JsonSchemaMustBeSound(f"expected at most {NODES_MAX} schemas in one another")


def _in_place(node: Node) -> Iterator[Node]:
    """Yield the schemas that judge the very value that this one judges."""
    contents = node.contents
    if "$ref" in contents:
        yield node.target()
        if node.dialect.reference_hides:
            return
    for name in _LISTS:
        yield from (node.child(member) for member in contents.get(name, ()))
    for name in ("not", "if", "then", "else"):
        if name in contents:
            yield node.child(contents[name])
    for name in ("dependentSchemas", "dependencies"):
        members = contents.get(name, {}).values()
        yield from (node.child(member) for member in members if isinstance(member, dict))
