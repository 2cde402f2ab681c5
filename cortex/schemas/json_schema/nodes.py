# SPDX-License-Identifier: Apache-2.0
"""A schema and those it refers to, as nodes that resolve references. Nothing is ever fetched."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from jsonschema import Draft7Validator, Draft201909Validator, Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT7, DRAFT201909, DRAFT202012

from cortex.schemas.source import Source
from cortex.schemas.strict_json import JsonMustBeStrict, read_strict_json

DEPTH_MAX = 64
FOLLOWED_MAX = 100
# The others depend on which packages happen to be installed; addresses are judged where they are resolved.
_FORMATS = FormatChecker(("regex",))


class JsonSchemaMustBeSound(ValueError):
    """The text is no JSON Schema that could be checked and used safely."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A draft of JSON Schema."""

    uri: str
    specification: Any
    validator: Any
    # Up to draft 7 a `$ref` hides every keyword beside it.
    reference_hides: bool = False
    has_prefix_items: bool = False


DRAFT_07 = Dialect("http://json-schema.org/draft-07/schema", DRAFT7, Draft7Validator, reference_hides=True)
DIALECTS = {
    dialect.uri: dialect
    for dialect in (
        DRAFT_07,
        Dialect("https://json-schema.org/draft/2019-09/schema", DRAFT201909, Draft201909Validator),
        Dialect(
            "https://json-schema.org/draft/2020-12/schema",
            DRAFT202012,
            Draft202012Validator,
            has_prefix_items=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a schema: its contents (an object or a truth value) and what a reference means there."""

    contents: Any
    resolver: Any
    dialect: Dialect

    def child(self, contents: Any) -> "Node":
        """Return the node of a schema that stands inside this one."""
        if isinstance(contents, dict) and "$id" in contents:
            resource = self.dialect.specification.create_resource(contents)
            try:
                return Node(contents, self.resolver.in_subresource(resource), self.dialect)
            except ValueError as error:
                raise _no_address(contents["$id"]) from error
        return Node(contents, self.resolver, self.dialect)

    def target(self) -> "Node":
        """Return what `$ref` leads to; raises JsonSchemaMustBeSound when it leads nowhere."""
        reference = self.contents["$ref"]
        try:
            found = self.resolver.lookup(reference)
        except (Unresolvable, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise JsonSchemaMustBeSound(
                f"$ref {str(reference)[:200]!r} leads nowhere: it must stand in the schema or in a reference"
            ) from error
        if not isinstance(found.contents, dict | bool):
            raise JsonSchemaMustBeSound(f"$ref {str(reference)[:200]!r} leads to something that is no schema")
        return Node(found.contents, found.resolver, self.dialect)

    def parts(self) -> Iterator["Node"]:
        """Yield the schemas directly inside this one."""
        resource = self.dialect.specification.create_resource(self.contents)
        for part in resource.subresources():
            yield self.child(part.contents)


def read_json_schema(source: Source) -> Node:
    """Return the root; raises JsonSchemaMustBeSound. Patterns and references are not checked here."""
    contents = _contents(source.text)
    dialect = _dialect(contents, default=DRAFT_07)
    require_valid(contents, dialect)
    resources = _Resources(dialect)
    resources.collect(source, _identifier(contents))
    root = dialect.specification.create_resource(contents)
    uri = _identifier(contents)
    registry: Registry[Any] = Registry().with_resources([*resources.found.items(), (uri, root)])
    return Node(contents, registry.resolver(base_uri=uri), dialect)


@dataclass
class _Resources:
    """What the references stand for, by address. Where many share one, it is followed once."""

    dialect: Dialect
    found: dict[str, Resource[Any]] = field(default_factory=dict)
    followed: set[tuple[int, str, str]] = field(default_factory=set)

    def collect(self, source: Source, base: str) -> None:
        for name, referred in source.references.items():
            address = _joined(base, name)
            step = (id(referred), name, address)
            if step in self.followed:
                continue
            self.followed.add(step)
            if len(self.followed) > FOLLOWED_MAX:
                raise JsonSchemaMustBeSound(f"expected at most {FOLLOWED_MAX} addresses of references")
            self._follow(referred, name, address)

    def _follow(self, referred: Source, name: str, address: str) -> None:
        other = _contents(referred.text)
        if _dialect(other, default=self.dialect) is not self.dialect:
            raise JsonSchemaMustBeSound(f"reference {name[:200]!r} is written in another draft")
        require_valid(other, self.dialect)
        resource = self.dialect.specification.create_resource(other)
        for uri in {name, address, _identifier(other) or name}:
            if self.found.setdefault(uri, resource).contents != other:
                raise JsonSchemaMustBeSound(f"reference {uri[:200]!r} stands for two different schemas")
        self.collect(referred, _identifier(other) or address)


def _joined(base: str, name: str) -> str:
    try:
        return urljoin(base, name)
    except ValueError as error:
        raise _no_address(name) from error


def _no_address(named: object) -> JsonSchemaMustBeSound:
    return JsonSchemaMustBeSound(f"{str(named)[:200]!r} is no address")


def _contents(text: str) -> Any:
    try:
        contents = read_strict_json(text, depth_max=DEPTH_MAX)
    except JsonMustBeStrict as error:
        raise JsonSchemaMustBeSound(str(error)) from error
    if not isinstance(contents, dict | bool):
        raise JsonSchemaMustBeSound("expected an object or a truth value")
    return contents


def _dialect(contents: Any, *, default: Dialect) -> Dialect:
    named = contents.get("$schema") if isinstance(contents, dict) else None
    if named is None:
        return default
    dialect = DIALECTS.get(str(named).removesuffix("#"))
    if dialect is None:
        raise JsonSchemaMustBeSound(f"$schema: expected one of {', '.join(DIALECTS)}, got {str(named)[:100]}")
    return dialect


def _identifier(contents: Any) -> str:
    identifier = contents.get("$id", "") if isinstance(contents, dict) else ""
    return str(identifier).removesuffix("#")


def require_valid(contents: Any, dialect: Dialect) -> None:
    """Raise JsonSchemaMustBeSound unless the contents are a schema of this draft."""
    try:
        dialect.validator.check_schema(contents, format_checker=_FORMATS)
    except SchemaError as error:
        where = "/".join(str(step) for step in error.absolute_path)
        raise JsonSchemaMustBeSound(f"/{where}: {error.message[:300]}") from error
