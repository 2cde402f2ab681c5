# SPDX-License-Identifier: Apache-2.0
"""Every call there is to make at the doors."""

import re
from collections.abc import Iterator, Mapping

from django.contrib import admin
from django.contrib.admin.utils import quote

from cortex.policy.routes import Route, all_routes
from tests.architecture.test_routes import answered_methods
from tests.integration.security.matrix.call import Call
from tests.integration.security.matrix.cast import Stage

DOORS = ("api/v1/", "books/", "admin/", "schemas/", "log/", "accounts/companies/")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ROW = re.compile(r"^admin/(\w+)/(\w+)/(?:<path:object_id>/)?")
# Pages of the library that lead on, sign in or out, or hold no rows: `own_account.py` answers for each.
OF_THE_SITE = re.compile(r"^admin/(login/|logout/|jsi18n/|autocomplete/|search/|$|r/|\^\(\?P|\(\?P<url>)")


def calls(stage: Stage) -> Iterator[Call]:
    """Yield every call at every door, with the objects of the stage in its address."""
    for route in all_routes():
        if not route.path.startswith(DOORS) or OF_THE_SITE.match(route.path):
            continue
        row = ROW.match(route.path)
        if row and admin_row(row):
            yield from _calls_of_rows(route, f"{row[1]}.{row[2]}", stage)
            continue
        for method in _methods(route):
            name = f"{method} /{_words(route.path)}"
            yield Call(method, _filled(route.path, stage.values_for(name)), name, route=route.path)


def _filled(path: str, values: Mapping[str, str]) -> str:
    return "/" + PARAMETER.sub(lambda found: values[found[1]], path)


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
    rest = route.path.removeprefix("admin/" + label.replace(".", "/") + "/")
    if rest == "<path:object_id>/":
        return
    words = PARAMETER.sub("", rest).strip("/").replace("<path:object_id>/", "") or "list"
    for method in METHODS.get(words, ("GET", "POST")):
        by_hand = method == "POST" and words in BY_HAND
        name = f"{label} {words}" if method == "GET" else f"POST {label} {words}"
        values = stage.values_for(name)
        key = values.get("object_id") or stage.row_of(label)
        assert key is not None, f"{label}: no row on the stage"
        path = _filled(route.path, {**values, "object_id": quote(key)})
        yield Call(method, path, name, sent=_by_hand(key) if by_hand else {}, route=route.path)


LOOKS = ("list", "change", "history")
# What the library would let people do to rows past every service: nobody, but where a line says so. Its pages
# that do nothing else are sent at once: they show no form to whom they refuse one.
BY_HAND = ("add", "list", "change", "delete")
METHODS = {"history": ("GET",), "add": ("POST",), "delete": ("POST",)}


def _by_hand(key: str) -> dict[str, str]:
    """Return what the library's own pages send: a row to keep, and rows to delete without a question."""
    return {
        "_save": "Save",
        "post": "yes",
        "index": "0",
        "action": "delete_selected",
        "_selected_action": key,
    }
