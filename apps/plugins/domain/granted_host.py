# SPDX-License-Identifier: Apache-2.0
"""The third gate: each request of a call is read strictly and held against the capabilities."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.plugins.domain.capability import Capability, Kind
from apps.plugins.domain.host_backend import HostBackend
from apps.plugins.domain.host_errors import CapabilityMustBeGranted, StorageMustSuffice
from apps.plugins.domain.host_request import is_name, malformed, name_in, read_request
from apps.plugins.domain.manifest import Manifest

ROWS_MAX, FIELDS_MAX, CONDITIONS_MAX = 1_000, 40, 20
_BOUNDS = ("_from", "_to")


@dataclass(frozen=True, slots=True)
class GrantedHost:
    """Answers one plugin for one company, within its manifest."""

    manifest: Manifest
    backend: HostBackend

    @property
    def answers(self) -> Mapping[str, Callable[[str], str]]:
        """Return the functions by `interface.function`, JSON text in and out; each raises a CortexError."""
        functions: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "data.query": self._query,
            "events.emit": self._emit,
            "store.read": self._read,
            "store.write": self._write,
            "store.keys": self._keys,
        }
        return {name: _of_text(function) for name, function in functions.items()}

    def _query(self, told: Mapping[str, Any]) -> dict[str, Any]:
        entity, fields = name_in(told, "entity"), told.get("fields")
        where, limit = told.get("where", {}), told.get("limit", 100)
        if not (isinstance(fields, list) and 0 < len(fields) <= FIELDS_MAX and all(map(is_name, fields))):
            raise malformed("fields", f"1 to {FIELDS_MAX} names")
        if not (isinstance(where, dict) and len(where) <= CONDITIONS_MAX and _are_scalars(where)):
            raise malformed("where", f"at most {CONDITIONS_MAX} names with a text or a whole number")
        if type(limit) is not int or not 0 < limit <= ROWS_MAX:
            raise malformed("limit", f"1 to {ROWS_MAX}")
        # Who may compare a field may read it bit by bit: conditions need the same grant.
        for name in {*fields, *(_field_of(condition) for condition in where)}:
            self._require(Capability(Kind.DATA, entity, "read", name))
        return {"rows": self.backend.rows(entity=entity, fields=fields, where=where, limit=limit)}

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
        prefix = told.get("prefix", "")
        if not isinstance(prefix, str):
            raise malformed("prefix", "a text")
        self._require_store()
        return {"keys": self.backend.keys(prefix=prefix)}

    def _key(self, told: Mapping[str, Any]) -> str:
        self._require_store()
        return name_in(told, "key")

    def _require(self, capability: Capability) -> None:
        if capability not in self.manifest.capabilities:
            raise CapabilityMustBeGranted(
                f"Plugin {self.manifest.id}: {capability.text} is not granted.",
                evidence={
                    "object": self.manifest.id,
                    "expected": capability.text,
                    "remedy": "Name it under `capabilities` in plugin.yaml; whoever installs it decides.",
                },
            )

    def _require_store(self) -> None:
        if not self.manifest.storage_kib:
            self._require(Capability(Kind.STORE, "1"))

    def _require_room(self, key: str, text: str) -> None:
        quota = self.manifest.storage_kib * 1024
        needed = self.backend.stored_bytes(besides=key) + len(key.encode()) + len(text.encode())
        if needed > quota:
            raise StorageMustSuffice(
                f"Plugin {self.manifest.id}: the store would hold {needed} bytes, {quota} are granted.",
                evidence={"expected": quota, "got": needed, "difference": needed - quota},
            )


def _of_text(function: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Callable[[str], str]:
    return lambda request: json.dumps(function(read_request(request)))


def _field_of(condition: str) -> str:
    return next((condition.removesuffix(end) for end in _BOUNDS if condition.endswith(end)), condition)


def _are_scalars(where: dict[str, Any]) -> bool:
    return all(is_name(name) and isinstance(value, str | int) for name, value in where.items())
