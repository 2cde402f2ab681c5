# SPDX-License-Identifier: Apache-2.0
"""docs/api.md names every resource with the scopes it needs, and its example posts."""

import json
import re

from django.test import Client

from cortex.identity.models import User
from cortex.policy.actions import declared_action
from cortex.policy.routes import Route, all_routes
from tests.architecture.test_routes import answered_methods
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tools.checks.tracked import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text()
ROW = re.compile(r"^\| `((?:[A-Z]+ )+)/(\S+)` \| (.+) \|$", re.MULTILINE)
PREFIX = "api/v1/"
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# The contract itself and the page to try it on.
NOT_RESOURCES = {"schema/", "docs/"}


def scopes_of(route: Route) -> str:
    declaration = route.declaration
    assert declaration is not None
    actions = [declaration.action_for(method) for method in sorted(answered_methods(route))]
    found = sorted({declared_action(action).scope for action in actions if action})
    return " ".join(f"`{scope}`" for scope in found) or "any"


def resources() -> dict[str, tuple[str, str]]:
    """Return path -> (methods, scopes) of every resource."""
    paths = {
        PARAMETER.sub(r"{\1}", route.path.removeprefix(PREFIX)): route
        for route in all_routes()
        if route.path.startswith(PREFIX)
    }
    return {
        path: (" ".join(sorted(answered_methods(route))), scopes_of(route))
        for path, route in paths.items()
        if path not in NOT_RESOURCES
    }


def test_names_every_resource_with_its_methods_and_scopes() -> None:
    listed = {
        path: (" ".join(sorted(methods.split())), scopes) for methods, path, scopes in ROW.findall(PAGE)
    }
    assert listed == resources()


def test_shows_an_entry_that_posts(demo_database: Clone) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    path, key = re.findall(r"POST (\S+)\nIdempotency-Key: (\S+)", PAGE)[0]
    client = Client()
    sign_in(client, User.objects.get(username="alice"))
    posted = client.post(path, example, content_type="application/json", headers={"Idempotency-Key": key})
    assert posted.status_code == 201, posted.content
    assert posted.json()["reference"] == json.loads(example)["reference"]
    again = client.post(path, example, content_type="application/json", headers={"Idempotency-Key": key})
    assert (again.status_code, again.json()) == (201, posted.json())
    assert "Idempotency-Replayed" in again.headers
