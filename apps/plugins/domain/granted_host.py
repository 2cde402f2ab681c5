# SPDX-License-Identifier: Apache-2.0
"""The third gate: each request of a call is read strictly and held against the capabilities."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.plugins.domain.capability import Capability, Kind
from apps.plugins.domain.host_backend import Comparison, Condition, HostBackend
from apps.plugins.domain.host_errors import CapabilityMustBeGranted, StorageMustSuffice
from apps.plugins.domain.host_request import is_name, malformed, name_in, read_request
from apps.plugins.domain.http_request import HttpAnswer, read_http_request
from apps.plugins.domain.manifest import Manifest

ROWS_MAX, FIELDS_MAX, CONDITIONS_MAX, KEYS_MAX = 1_000, 40, 20, 1_000


@dataclass(frozen=True, slots=True)
class GrantedHost:
    """Answers one plugin for one company, within its manifest and what was granted of it there.

    `milliseconds_left` tells how long the call may still take: a query of the host's gets no longer.
    `granted` are texts of capabilities; None where nobody has installed it, and the manifest alone counts.
    """

    manifest: Manifest
    backend: HostBackend
    milliseconds_left: Callable[[], int]
    granted: frozenset[str] | None = None

    @property
    def answers(self) -> Mapping[str, Callable[[str], str]]:
        """Return the functions by `interface.function`, JSON text in and out; each raises a CortexError."""
        return {
            "data.query": _of_text(self._query, "entity", "fields", "where", "limit"),
            "events.emit": _of_text(self._emit, "event", "data"),
            "store.read": _of_text(self._read, "key"),
            "store.write": _of_text(self._write, "key", "value"),
            "store.keys": _of_text(self._keys, "prefix", "after", "limit"),
            "commands.propose": _of_text(self._propose, "entity", "verb", "content"),
            "http.send": _of_text(self._send, "method", "url", "headers", "secrets", "body"),
        }

    def _query(self, told: Mapping[str, Any]) -> dict[str, Any]:
        entity, fields = name_in(told, "entity"), told.get("fields")
        if not (isinstance(fields, list) and 0 < len(fields) <= FIELDS_MAX and all(map(is_name, fields))):
            raise malformed("fields", f"1 to {FIELDS_MAX} names")
        where, limit = _conditions(told), _limit(told, 100, ROWS_MAX)
        # Who may compare a field may read it bit by bit: conditions need the same grant.
        for name in {*fields, *(each.field for each in where)}:
            self._require(Capability(Kind.DATA, entity, "read", name))
        left = self.milliseconds_left()
        rows = self.backend.rows(entity=entity, fields=fields, where=where, limit=limit, within_ms=left)
        return {"rows": rows}

    def _emit(self, told: Mapping[str, Any]) -> dict[str, Any]:
        event, data = name_in(told, "event"), told.get("data")
        if not isinstance(data, dict):
            raise malformed("data", "an object")
        self._require(Capability(Kind.PUBLISH, event))
        self.backend.emit(event=event, data=data)
        return {}

    def _read(self, told: Mapping[str, Any]) -> dict[str, Any]:
        text = self.backend.read(key=self._key(told))
        return {"value": None if text is None else json.loads(text)}

    def _write(self, told: Mapping[str, Any]) -> dict[str, Any]:
        key = self._key(told)
        if "value" not in told:
            raise malformed("value", "one; null removes the key")
        value = told["value"]
        text = None if value is None else json.dumps(value, separators=(",", ":"))
        if text is not None:
            self._require_room(key, text)
        self.backend.write(key=key, text=text)
        return {}

    def _keys(self, told: Mapping[str, Any]) -> dict[str, Any]:
        prefix, after = told.get("prefix", ""), told.get("after", "")
        for place, text in (("prefix", prefix), ("after", after)):
            if not isinstance(text, str):
                raise malformed(place, "a text")
        limit = _limit(told, KEYS_MAX, KEYS_MAX)
        self._require_store()
        return {"keys": self.backend.keys(prefix=prefix, after=after, limit=limit)}

    def _propose(self, told: Mapping[str, Any]) -> dict[str, Any]:
        entity, verb, content = name_in(told, "entity"), name_in(told, "verb"), told.get("content")
        if verb == "read" or not isinstance(content, dict):
            raise malformed("content", "an object, and a verb other than read")
        self._require(Capability(Kind.DATA, entity, verb))
        left = self.milliseconds_left()
        title = self.backend.propose(entity=entity, verb=verb, content=content, within_ms=left)
        return {"title": title}

    def _send(self, told: Mapping[str, Any]) -> dict[str, Any]:
        request = read_http_request(told)
        self._require(Capability(Kind.HTTP, request.host))
        for _, secret in request.secrets.values():
            self._require(Capability(Kind.SECRET, secret))
        return _told(self.backend.send(request=request, within_ms=self.milliseconds_left()))

    def _key(self, told: Mapping[str, Any]) -> str:
        self._require_store()
        return name_in(told, "key")

    def _require(self, capability: Capability) -> None:
        is_granted = self.granted is None or capability.text in self.granted
        if not is_granted or capability not in self.manifest.capabilities:
            raise CapabilityMustBeGranted(
                f"Plugin {self.manifest.id}: {capability.text} is not granted.",
                evidence={
                    "object": self.manifest.id,
                    "expected": capability.text,
                    "remedy": "Name it under `capabilities` in plugin.yaml; whoever installs it decides.",
                },
            )

    def _require_store(self) -> None:
        self._require(Capability(Kind.STORE, str(self.manifest.storage_kib or 1)))

    def _require_room(self, key: str, text: str) -> None:
        quota = self.manifest.storage_kib * 1024
        needed = self.backend.stored_bytes(besides=key) + len(key.encode()) + len(text.encode())
        if needed > quota:
            raise StorageMustSuffice(
                f"Plugin {self.manifest.id}: the store would hold {needed} bytes, {quota} are granted.",
                evidence={"expected": quota, "got": needed, "difference": needed - quota},
            )


def _of_text(function: Callable[[Mapping[str, Any]], dict[str, Any]], *members: str) -> Callable[[str], str]:
    return lambda request: json.dumps(function(read_request(request, members=members)))


def _told(answer: HttpAnswer) -> dict[str, Any]:
    """Return an answer as JSON: a body that is no text of Unicode comes in base64."""
    told = {"status": answer.status, "headers": dict(answer.headers)}
    try:
        text = answer.body.decode()
    except UnicodeDecodeError:
        return {**told, "body_base64": base64.b64encode(answer.body).decode()}
    return {**told, "body": text}


def _conditions(told: Mapping[str, Any]) -> list[Condition]:
    where = told.get("where", {})
    if not (isinstance(where, dict) and len(where) <= CONDITIONS_MAX and _are_scalars(where)):
        raise malformed("where", f"at most {CONDITIONS_MAX} names with a text or a whole number")
    return [_condition(name, value) for name, value in where.items()]


def _condition(name: str, value: str | int) -> Condition:
    for comparison in (Comparison.FROM, Comparison.TO):
        if name.endswith(comparison):
            return Condition(name.removesuffix(comparison), comparison, value)
    return Condition(name, Comparison.EQUAL, value)


def _limit(told: Mapping[str, Any], default: int, most: int) -> int:
    limit = told.get("limit", default)
    if type(limit) is not int or not 0 < limit <= most:
        raise malformed("limit", f"1 to {most}")
    return limit


def _are_scalars(where: dict[str, Any]) -> bool:
    return all(is_name(name) and isinstance(value, str | int) for name, value in where.items())
