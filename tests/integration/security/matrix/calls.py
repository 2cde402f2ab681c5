# SPDX-License-Identifier: Apache-2.0
"""Every call there is to make at the doors, and what becomes of it: in, out, or what would help."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse

from cortex.policy.routes import Route, all_routes
from tests.architecture.test_routes import answered_methods
from tests.integration.security.matrix.cast import ROLES, Stage, Who

EXPECTED = Path(__file__).with_name("expected_access.yaml")
DOORS = ("api/v1/", "books/", "admin/", "schemas/", "log/", "accounts/companies/")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ROW = re.compile(r"^admin/(\w+)/(\w+)/(?:<path:object_id>/)?")
BODIED = {"POST", "PUT", "PATCH"}
# Where the right to do it is asked after the body was read, the body must be one that can be read.
JSON_BODIES: dict[str, Mapping[str, Any]] = {
    ":approve": {"digest": "{digest}"},
    "/schemas/config": {"compatibility": "BACKWARD"},
    ":reject": {"digest": "{digest}", "reason": "No"},
}
FORMS: dict[str, Mapping[str, Any]] = {
    "/decide/": {"digest": "{digest}", "decision": "reject", "reason": "No"},
}
# Pages of the library that lead on, sign in or out, or hold no rows; staff alone reaches them.
OF_THE_SITE = re.compile(r"^admin/(login/|logout/|jsi18n/|autocomplete/|search/|$|r/|\^\(\?P|\(\?P<url>)")


@dataclass(frozen=True, slots=True)
class Call:
    """One method at one address; `name` is how the file calls it."""

    method: str
    path: str
    name: str

    def made_by(self, who: Who, stage: Stage) -> HttpResponse:
        """Return the answer; whatever it changed is taken back."""
        with transaction.atomic():
            answer = who.session.generic(
                self.method, self.path, **self._body(stage), headers=who.headers_for(self.path)
            )
            transaction.set_rollback(True)
        return answer  # type: ignore[return-value] # the client's own class is one

    def _body(self, stage: Stage) -> dict[str, Any]:
        if self.method not in BODIED:
            return {}
        is_page = self.path.startswith(("/books/", "/admin/", "/accounts/"))
        given = _given(stage.bodies, self.path) or _given(FORMS if is_page else JSON_BODIES, self.path)
        filled = {
            name: part.format(**stage.values) if isinstance(part, str) else part
            for name, part in given.items()
        }
        if is_page:
            return {"data": urlencode(filled), "content_type": "application/x-www-form-urlencoded"}
        return {"data": json.dumps(filled), "content_type": "application/json"}


def _given(known: Mapping[str, Mapping[str, Any]], path: str) -> Mapping[str, Any]:
    return next((body for ending, body in known.items() if path.endswith(ending)), {})


def outcome(answer: HttpResponse, *, refusal: str | None = None) -> str:
    """Return "in", "out" or the need that would change it; "" where the method does nothing.

    `refusal` are words by which a page turns somebody away who may otherwise be there.
    """
    if answer.status_code == 405:
        return ""
    location = answer.headers.get("Location", "")
    if answer.status_code == 401 or location.startswith(("/accounts/login/", "/admin/login/")):
        return "out"
    if location.startswith("/accounts/confirm/") or b"step_up_must_come_first" in answer.content:
        return "step-up"
    if answer.status_code == 202 or b"approval_must_come_first" in answer.content:
        return "approval"
    if refusal is not None and refusal.encode() in answer.content:
        return "out"
    # The administration leads away from a row that is not to be seen.
    if answer.status_code in (403, 404) or location == "/admin/":
        return "out"
    return f"broken {answer.status_code}" if answer.status_code >= 500 else "in"


def calls(stage: Stage) -> Iterator[Call]:
    """Yield every call at every door, with the objects of the stage in its address."""
    for route in all_routes():
        if not route.path.startswith(DOORS) or OF_THE_SITE.match(route.path):
            continue
        row = ROW.match(route.path)
        if row and admin_row(row):
            yield from _calls_of_rows(route, f"{row[1]}.{row[2]}", stage)
            continue
        path = "/" + PARAMETER.sub(lambda found: stage.values[found[1]], route.path)
        for method in _methods(route):
            yield Call(method, path, f"{method} /{_words(route.path)}")


def _words(path: str) -> str:
    return PARAMETER.sub(r"{\1}", path)


def admin_row(found: re.Match[str]) -> bool:
    """Tell whether these are pages of a model, and not one of the site's own."""
    return any(model._meta.label_lower == f"{found[1]}.{found[2]}" for model in admin.site._registry)


def _methods(route: Route) -> list[str]:
    if not route.path.startswith("admin/"):
        return sorted(answered_methods(route)) or ["GET"]
    return ["GET", "POST"]


def _calls_of_rows(route: Route, label: str, stage: Stage) -> Iterator[Call]:
    """Yield a page of a model's rows; that of one row where there is one."""
    key = stage.row_of(label)
    rest = route.path.removeprefix("admin/" + label.replace(".", "/") + "/")
    if rest == "<path:object_id>/" or ("<path:object_id>" in rest and key is None):
        return
    path = "/" + route.path.replace("<path:object_id>", key or "")
    path = PARAMETER.sub(lambda found: stage.values[found[1]], path)
    words = PARAMETER.sub("", rest).strip("/").replace("<path:object_id>/", "") or "list"
    for method in ("GET",) if words in (*LOOKS, *BY_HAND) else ("GET", "POST"):
        yield Call(method, path, f"{label} {words}" if method == "GET" else f"POST {label} {words}")


LOOKS = ("list", "change", "history")
# What the library would let people do to rows past every service: nobody, but where a line says so.
BY_HAND = ("add", "delete")


def expected() -> dict[str, dict[str, str]]:
    """Return, by door and role, the outcome that the file says."""
    file = yaml.safe_load(EXPECTED.read_text())
    lines = {
        f"{name.split(' ', 1)[0]} {prefix}{name.split(' ', 1)[1].strip('-')}": words
        for prefix, doors in file["doors"].items()
        for name, words in doors.items()
    }
    for label, words in file["rows"].items():
        has_rows = label not in file["without_rows"].split()
        looks, deeds = (LOOKS, BY_HAND) if has_rows else (LOOKS[:1], BY_HAND[:1])
        lines |= {f"{label} {look}": words.replace(f"@{look}", "") for look in looks}
        lines |= {f"{label} {deed}": "nobody" for deed in deeds}
    for name, words in file["verbs"].items():
        lines[name] = words
        if not name.endswith(BY_HAND):
            lines[f"POST {name}"] = words
    return {name: let_in(words, groups()) for name, words in lines.items()}


@cache
def groups() -> Mapping[str, list[str]]:
    """Return the groups of roles that the file names."""
    file = yaml.safe_load(EXPECTED.read_text())
    return {name: words.split() for name, words in file["groups"].items()}


def named(words: str, groups: Mapping[str, list[str]]) -> list[str]:
    """Return whom these words name, groups taken apart."""
    return [role for word in words.split() for role in groups.get(word, [word])]


def let_in(words: str, groups: Mapping[str, list[str]], asked: Collection[str] = ROLES) -> dict[str, str]:
    """Return what becomes of everybody who is asked, where a line names those who get in."""
    found = dict.fromkeys(asked, "out")
    for word in words.split():
        name, _, need = word.partition("?")
        # "outsider@list" counts for lists alone, which show everybody the rows of their own company.
        for role in groups.get(name, [name]):
            if role in found:
                found[role] = need or "in"
    return found
