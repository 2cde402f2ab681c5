# SPDX-License-Identifier: Apache-2.0
"""Hypothesis strategies for JSON Schemas and for values that lie near their borders."""

from typing import Any

from hypothesis import strategies as st

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NAMES = ("a", "b", "c")
SCALARS = [None, True, False, 0, 1, 2, -1, 1.5, "", "a", "abc", "2026-01-01"]
names = st.sampled_from(NAMES)
small = st.integers(0, 3)


def _some(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=parts)


types = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
scalars = st.one_of(
    st.just({}),
    st.booleans(),
    st.builds(lambda kind: {"type": kind}, types),
    st.builds(lambda kinds: {"type": kinds}, st.lists(types, min_size=2, max_size=3, unique=True)),
    st.builds(lambda value: {"const": value}, st.sampled_from(SCALARS)),
    st.builds(
        lambda found: {"enum": found},
        st.lists(st.sampled_from(SCALARS), min_size=1, max_size=3, unique_by=repr),
    ),
    _some(
        minimum=small,
        maximum=small,
        exclusiveMinimum=small,
        multipleOf=st.integers(1, 3),
        exclusiveMaximum=small,
    ),
    st.builds(
        lambda part: {"type": "string", **part},
        _some(minLength=small, maxLength=small, pattern=st.sampled_from(["^a", "b$"])),
    ),
)


def _larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    members = st.dictionaries(names, inner, max_size=3)
    branches = st.lists(inner, min_size=1, max_size=3)
    objects = _some(
        properties=members,
        required=st.lists(names, unique=True, max_size=2),
        additionalProperties=inner,
        patternProperties=st.dictionaries(st.sampled_from(["^a", "b$"]), inner, max_size=1),
        minProperties=small,
        maxProperties=small,
        propertyNames=st.just({"maxLength": 1}),
        dependentRequired=st.dictionaries(names, st.lists(names, unique=True, max_size=2), max_size=1),
    )
    lists = _some(
        items=inner,
        prefixItems=st.lists(inner, min_size=1, max_size=2),
        minItems=small,
        maxItems=small,
        uniqueItems=st.booleans(),
        contains=inner,
    )
    combined = _some(anyOf=branches, oneOf=branches, allOf=branches)
    conditional = st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner})
    references = st.just({"$ref": "#/$defs/it"})
    return st.one_of(
        objects,
        objects,
        lists,
        combined,
        st.builds(lambda part: {"not": part}, inner),
        conditional,
        references,
    )


bodies = st.recursive(scalars, _larger, max_leaves=6)


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a schema; `#/$defs/it` may be named from anywhere, and may name itself."""
    body = draw(bodies)
    whole = body if isinstance(body, dict) else {"allOf": [body]}
    return {"$schema": DRAFT, **whole, "$defs": {"it": draw(bodies)}}


@st.composite
def changed(draw: st.DrawFn, schema: dict[str, Any]) -> dict[str, Any]:
    """Draw a schema that differs from another in a keyword or two, as versions do."""
    other = dict(schema)
    for keyword in draw(st.lists(st.sampled_from(sorted(other)), max_size=1)):
        if keyword != "$schema":
            del other[keyword]
    extra = draw(bodies)
    if isinstance(extra, dict):
        other |= extra
    return {"$defs": {"it": {}}, **other}


values = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "ab"]), inner, max_size=3)
    ),
    max_leaves=5,
)
