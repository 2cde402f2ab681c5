# SPDX-License-Identifier: Apache-2.0
"""Calls at the doors for programs, under `/o/`: what they say of themselves counts there, beside who asks."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from cortex.policy.routes import all_routes
from tests.integration.security.matrix.call import Call
from tests.integration.security.matrix.cast import Stage

DOORS = ("o/", ".well-known/")


def calls_of_programs(stage: Stage) -> Iterator[Call]:
    """Yield every method of every door, with what a program or a person sends there."""
    address = stage.program.address()
    query = urlsplit(address).query
    allowed = {"decision": "allow"}
    yield Call("GET", address, "GET /o/authorize/", route="o/authorize/")
    yield Call("POST", f"/o/authorize/?{query}", "POST /o/authorize/", sent=allowed, route="o/authorize/")
    yield Call("GET", "/o/device/", "GET /o/device/", route="o/device/")
    typed = {"user_code": stage.values["user_code"], "decision": "allow"}
    yield Call("POST", "/o/device/", "POST /o/device/", sent=typed)
    for method in ("GET", "POST"):
        yield Call(method, "/o/userinfo/", f"{method} /o/userinfo/", route="o/userinfo/")
    # It asks whether to sign out; whoever said yes would make no further call here.
    yield Call("GET", "/o/logout/", "GET /o/logout/", route="o/logout/")
    yield from _of_clients(stage)
    for route in all_routes():
        if ".well-known/" in route.path:
            yield Call("GET", f"/{route.path}", f"GET /{route.path}", route=route.path)


def _of_clients(stage: Stage) -> Iterator[Call]:
    """Yield what a program sends in its own name: with its secret, and without."""
    program = stage.program
    own = {"client_id": program.client_id, "client_secret": program.secret}
    wrong = {**own, "client_secret": "wrong"}
    about = {"token": stage.who["viewer"].token}
    asked: Mapping[str, Mapping[str, Any]] = {
        "token": {"grant_type": "refresh_token", "refresh_token": stage.values["refresh_token"]},
        "introspect": about,
        "revoke_token": about,
    }
    for door, sent in asked.items():
        path = f"o/{door}/"
        yield Call("POST", f"/{path}", f"POST /{path}", sent={**own, **sent}, route=path)
        yield Call("POST", f"/o/{door}/", f"POST /o/{door}/ with a wrong secret", sent={**wrong, **sent})
    device, stranger = {"client_id": stage.values["device"]}, {"client_id": "nobody"}
    name = "POST /o/device-authorization/"
    path = "o/device-authorization/"
    yield Call("POST", f"/{path}", name, sent={**device, "scope": "accounting:read"}, route=path)
    yield Call("POST", "/o/device-authorization/", f"{name} by a stranger", sent=stranger)


def unasked(stage: Stage) -> set[str]:
    """Return the doors for programs at which no call is made."""
    asked = {urlsplit(call.path).path.lstrip("/") for call in calls_of_programs(stage)}
    return {route.path for route in all_routes() if route.path.startswith(DOORS)} - asked
