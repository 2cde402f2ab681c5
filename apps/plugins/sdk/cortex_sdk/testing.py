# SPDX-License-Identifier: Apache-2.0
"""Try handlers in ordinary Python, without a server: `pytest` in the plugin's folder.

    from cortex_sdk.testing import Harness, event
    import plugin  # registers the handlers

    def test_flags_a_double():
        harness = Harness(rows={"accounting.journal_entry": [{"number": 1}]})
        harness.call("on_posted", event("accounting.journal_entry.posted.v1", about="…", number=1))
        assert harness.emitted == [("com.example.guard.found.v1", {"number": 1})]

Grants, quotas and budgets are the sandbox's: `cortex plugin run` calls the component itself.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cortex_sdk import _handlers, _host
from cortex_sdk.errors import Refused

_BOUNDS = ("_from", "_to")


@dataclass
class Harness:
    """Stands in for a host with `rows` by entity; `stored`, `emitted` and `lines` tell what came of it.

    `answers` maps a URL to what `http.send` gets, such as {"status": 200, "headers": {}, "body": "{}"};
    `sent` keeps the requests, `proposed` what was proposed as (entity, verb, content).
    """

    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    company: str = "TEST"
    at: str = "2026-01-01T00:00:00Z"
    stored: dict[str, Any] = field(default_factory=dict)
    emitted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    proposed: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def call(self, handler: str, request: Any) -> Any:
        """Return the handler's answer, or {"rejected", "remedy"}; raises what it raises."""
        _host.use(self)
        context = {
            "company": self.company,
            "plugin": "test",
            "version": "0.0.0",
            "at": self.at,
            "settings": dict(self.settings),
        }
        told: dict[str, Any] = json.loads(
            _handlers.call(handler, json.dumps({"input": request, "context": context}))
        )
        return told.get("answer", told)

    def log(self, level: str, message: str) -> None:
        """Keep a line."""
        self.lines.append((level, message))

    def ask(self, interface: str, function: str, request: str) -> str:
        """Answer as a host would that grants everything."""
        told = json.loads(request)
        return json.dumps(getattr(self, f"_{interface}_{function}")(told))

    def _data_query(self, told: dict[str, Any]) -> dict[str, Any]:
        if told["entity"] not in self.rows:
            raise Refused("plugins.capability_must_be_granted", f"no rows of {told['entity']}")
        found = [row for row in self.rows[told["entity"]] if _fits(row, told["where"])]
        return {"rows": [{name: row[name] for name in told["fields"]} for row in found[: told["limit"]]]}

    def _events_emit(self, told: dict[str, Any]) -> dict[str, Any]:
        self.emitted.append((told["event"], told["data"]))
        return {}

    def _store_read(self, told: dict[str, Any]) -> dict[str, Any]:
        return {"value": self.stored.get(told["key"])}

    def _store_write(self, told: dict[str, Any]) -> dict[str, Any]:
        self.stored.pop(told["key"], None)
        if told["value"] is not None:
            self.stored[told["key"]] = told["value"]
        return {}

    def _commands_propose(self, told: dict[str, Any]) -> dict[str, Any]:
        self.proposed.append((told["entity"], told["verb"], told["content"]))
        return {"title": f"{told['verb']} {told['entity']}"}

    def _http_send(self, told: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(told)
        if told["url"] not in self.answers:
            raise Refused("plugins.http_must_be_answered", f"no answer for {told['url']}")
        return dict(self.answers[told["url"]])

    def _store_keys(self, told: dict[str, Any]) -> dict[str, Any]:
        fits = (key for key in self.stored if key.startswith(told["prefix"]) and key > told["after"])
        return {"keys": sorted(fits)[: told["limit"]]}


def event(event_type: str, *, about: str, **data: Any) -> dict[str, Any]:
    """Return an event as handlers are told of it: `about` is the id of its subject."""
    company = "00000000-0000-0000-0000-000000000001"
    return {
        "specversion": "1.0",
        "id": "00000000-0000-0000-0000-000000000002",
        "source": f"/companies/{company}",
        "type": event_type,
        "subject": f"{event_type.rsplit('.', 2)[0]}/{about}",
        "time": "2026-01-01T00:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": f"/schemas/{event_type}",
        "companyid": company,
        "data": data,
    }


def _fits(row: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    for name, value in where.items():
        if name.endswith("_from") and row[name.removesuffix("_from")] < value:
            return False
        if name.endswith("_to") and row[name.removesuffix("_to")] >= value:
            return False
        if not name.endswith(_BOUNDS) and row[name] != value:
            return False
    return True
