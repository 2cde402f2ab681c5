# SPDX-License-Identifier: Apache-2.0
"""Read `plugin.yaml`: strict YAML, then the schema, then the rules that no schema can say."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from semver import Version

from apps.plugins.domain.errors import ManifestMustBeWellFormed
from apps.plugins.domain.limits import Limits
from apps.plugins.domain.manifest import DataScope, Endpoint, Job, Manifest
from apps.plugins.domain.manifest_rules import broken_rules
from apps.plugins.domain.setting import Setting
from apps.plugins.domain.version_range import VersionRange
from cortex.strict_yaml import Node, Refusal, node_of

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

BYTES_MAX, DEPTH_MAX = 64 * 1024, 8
_refused = Refusal("Manifest", ManifestMustBeWellFormed)


def read_manifest(untrusted_manifest: bytes) -> Manifest:
    """Return the manifest; raises ManifestMustBeWellFormed with the place and the line."""
    # A start of any process would load it otherwise, and most never read a manifest.
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    try:
        text = untrusted_manifest.decode()
    except UnicodeDecodeError as error:
        raise _refused(place="file", line=0, expected="UTF-8", got=f"byte {error.start} otherwise") from None
    node = node_of(text, refuse=_refused, depth_max=DEPTH_MAX, bytes_max=BYTES_MAX)
    written = node.typed
    # The library takes a tenth of a second to load, which a process that reads no manifest does not spend.

    if (broken := best_match(_validator().iter_errors(written))) is not None:
        raise _of_schema(node, broken)
    for place, expected, got in broken_rules(written):
        raise _refused(place=place, line=_line(node, place), expected=expected, got=ascii(got))
    return _manifest(written)


def manifest_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the file, for editors that check while somebody types."""
    text = files("apps.plugins.domain").joinpath("manifest.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def is_publisher(untrusted_name: str) -> bool:
    """Tell whether a manifest could name this publisher: a domain, reversed."""
    schema = manifest_schema()
    length_max = schema["properties"]["publisher"]["maxLength"]
    pattern = schema["$defs"]["dotted"]["pattern"]
    return len(untrusted_name) <= length_max and re.fullmatch(pattern, untrusted_name) is not None


@cache
def _validator() -> "Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from jsonschema.validators import extend  # noqa: PLC0415

    return extend(Draft202012Validator, {"pattern": _whole})(manifest_schema())


def _whole(_: "Validator", pattern: str, instance: Any, __: Any) -> "Iterator[ValidationError]":
    """Hold a text against a pattern to its last character.

    Python's `$` is content before a last line break, and JSON Schema's is not: ECMA-262 section 22.2.2.4.
    """
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415

    if isinstance(instance, str) and not re.fullmatch(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _of_schema(node: Node, error: "ValidationError") -> Exception:
    place = ".".join(str(part) for part in error.absolute_path) or "file"
    return _refused(place=place, line=_line(node, place), expected=_expectation(error), got=_got(error))


def _expectation(error: "ValidationError") -> str:
    rule, limit = error.validator, error.validator_value
    if rule == "required":
        return f"the member {error.message.split(chr(39))[1]}"
    if rule == "additionalProperties":
        return f"one of {', '.join(sorted(error.schema['properties']))}"
    if told := str(error.schema.get("description", "")).rstrip("."):
        return told[0].lower() + told[1:]
    return f"{rule} {json.dumps(limit)}"


def _got(error: "ValidationError") -> str:
    if error.validator == "additionalProperties":
        return ascii(", ".join(sorted(set(error.instance) - set(error.schema["properties"]))))
    return "none" if error.validator == "required" else ascii(error.instance)


def _line(node: Node, place: str) -> int:
    """Return the line of a place, or of what is nearest around it; names themselves may hold points."""
    rest = place
    while rest and (named := [name for name in _below(node) if f"{rest}.".startswith(f"{name}.")]):
        longest = max(named, key=len)
        node, rest = _below(node)[longest], rest[len(longest) + 1 :]
    return node.line


def _below(node: Node) -> dict[str, Node]:
    if isinstance(node.value, list):
        return {str(index): each for index, each in enumerate(node.value)}
    return node.value if isinstance(node.value, dict) else {}


def _manifest(written: Mapping[str, Any]) -> Manifest:
    entry, granted = written["entry_points"], written.get("capabilities", {})
    return Manifest(
        id=written["id"],
        version=Version.parse(written["version"]),
        cortex=VersionRange(written["cortex"]),
        name=written["name"],
        description=written["description"],
        publisher=written["publisher"],
        licence=written["licence"],
        support=written["support"],
        events=entry.get("events", {}),
        endpoints=tuple(Endpoint(**each) for each in entry.get("endpoints", [])),
        jobs=tuple(Job(**each) for each in entry.get("jobs", [])),
        validators=entry.get("validators", {}),
        data=tuple(_data_scope(each) for each in granted.get("data", [])),
        published=tuple(granted.get("events", [])),
        storage_kib=granted.get("storage_kib", 0),
        hosts=tuple(granted.get("http", [])),
        secrets=tuple(granted.get("secrets", [])),
        limits=Limits.of_manifest(written.get("limits", {})),
        settings={
            name: Setting.of_manifest(name, each) for name, each in written.get("settings", {}).items()
        },
        translations=written.get("translations", {}),
    )


def _data_scope(written: Mapping[str, Any]) -> DataScope:
    return DataScope(written["entity"], tuple(written["verbs"]), tuple(written.get("fields", ())))
