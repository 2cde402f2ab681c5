# SPDX-License-Identifier: Apache-2.0
"""A browser, the running program, and people who are signed in to the demo company."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cortex.identity.models import User
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
DESKTOP, TELEPHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# The protocol's own answer to a refused form is no mistake of the page.
EXPECTED = "Failed to load resource: the server responded with a status of 4"

OpenPage = Callable[..., Page]
# What a page shows is expected as patiently as a page itself: a busy machine is no mistake.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave journeys unmeasured: each request is a thread, and two at once cannot set Python 3.11's tracer.

    Now and then one of them dies of "Cannot install a trace function while another trace function is
    being installed", and the page waits for ever. What pages do is measured where views are tested.
    """
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a headless Chromium for the journeys of a module."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, f"expected one of {', '.join(PROGRAMS)} on this machine, got none"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The driver keeps an event loop in this thread, which Django would take for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def address(demo_database: Clone) -> Iterator[str]:
    """Serve the program on a free port, over the demo company."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Return what opens a page as somebody of the cast; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(name: str = "alice", *, scheme: str = "light", is_telephone: bool = False) -> Page:
        context = browser.new_context(
            base_url=address,
            color_scheme=scheme,  # type: ignore[arg-type] # one of the two
            viewport=TELEPHONE if is_telephone else DESKTOP,
            locale="en-US",
        )
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": session_of(name), "url": address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [complaint for complaint in complaints if not complaint.startswith(EXPECTED)] == []


def session_of(name: str) -> str:
    """Sign somebody in and return the session's key."""
    client = sign_in(Client(), User.objects.get(username=name))
    return client.cookies["sessionid"].value


def require_accessible(page: Page, *, within: str | None = None) -> None:
    """Fail with everything that axe-core finds on the page as it stands, or in this part of it."""
    results = Axe().run(page, context=within)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
