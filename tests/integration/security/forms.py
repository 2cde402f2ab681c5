# SPDX-License-Identifier: Apache-2.0
"""The forms of pages as a browser fills them: what stands in them already, and where they lead."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from tests.integration.security.scenery import Scenery

PAGES = ("accounts/", "admin/", "books/")
Filled = dict[str, str]


class _Forms(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.found: list[tuple[str, Filled]] = []
        self._open: Filled | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._open = {}
            self.found.append((urlsplit(urljoin(self.page, given.get("action", ""))).path, self._open))
        elif self._open is not None:
            self._take(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def _take(self, tag: str, given: dict[str, str]) -> None:
        assert self._open is not None
        name = given.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self._open):
            self._open[self._select] = given.get("value", "")
        elif tag in ("input", "button", "textarea") and name and name not in self._open:
            is_left_out = given.get("type") in ("checkbox", "radio") and "checked" not in given
            if not is_left_out:
                self._open[name] = given.get("value") or _typed(given)


def _typed(given: dict[str, str]) -> str:
    """Return what somebody could type into an empty field."""
    by_type = {
        "email": "new@example.org",
        "number": "1",
        "date": "2026-03-15",
        "text": "Because",
        "": "Because",
    }
    return by_type.get(given.get("type", ""), "")


def forms(scenery: Scenery) -> Iterator[tuple[str, Filled]]:
    """Yield (where it leads, what is in it) for the forms of every page, each destination once."""
    client, seen = scenery.browser(), set[str]()
    for door in scenery.doors:
        if not door.route.path.startswith(PAGES) or door.path.endswith("/history/"):
            continue
        answer = client.get(door.path)
        if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = _Forms(door.path)
        page.feed(answer.content.decode())
        for path, filled in page.found:
            if path not in seen and path not in ("/accounts/logout/", "/admin/logout/"):
                seen.add(path)
                filled.pop("csrfmiddlewaretoken", None)
                yield path, filled
