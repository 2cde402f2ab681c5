# SPDX-License-Identifier: Apache-2.0
"""What everybody sees: plugins that are out, who publishes them, and what proves it."""

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.audit.published import PlatformLeafEvidence
from apps.plugins.adapters.market_actions import PUBLISH
from apps.plugins.api.pages.shown import page, shown_checks
from apps.plugins.domain.capability import in_words
from apps.plugins.selectors.marketplace.catalogue import (
    QUERY_MAX,
    public_publisher,
    released,
    releases_of,
    shown_release,
)
from apps.plugins.selectors.marketplace.documents import release_document
from cortex.api.zip_files import zip_response
from cortex.canonical_json import canonical_json
from cortex.policy.declarations import public
from cortex.ports.registry import get

_CHANNELS = {"stable": "Stable", "beta": "Beta"}
_KINDS = {
    "": "All",
    "events": "Reacts to events",
    "validators": "Refuses what breaks a rule",
    "jobs": "Runs on a schedule",
    "endpoints": "Answers requests",
}
PAGE_MAX = 1_000
_REASON = "what is released is for everybody to see before they install it"


@public(_REASON)
@never_cache
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List plugins by words, channel and what they do."""
    query = request.GET.get("q", "").strip()[:QUERY_MAX]
    channel = _known(request.GET.get("channel", ""), _CHANNELS, "stable")
    kind = _known(request.GET.get("kind", ""), _KINDS, "")
    number = request.GET.get("page", "")
    at = min(int(number), PAGE_MAX) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    found = released(query=query, channel=channel, kind=kind, page=max(at, 1))
    context = {
        "found": found,
        "query": query,
        "channel": channel,
        "channels": _CHANNELS,
        "kind": kind,
        "kinds": _KINDS,
        "page": max(at, 1),
    }
    return page(request, "catalogue.html", context)


@public(_REASON)
@never_cache
@require_safe
def plugin(request: HttpRequest, plugin_id: str, version_text: str | None = None) -> HttpResponse:
    """Show a plugin: what it may do in words, its versions, its publisher, its checks and its proof."""
    shown = shown_release(plugin_id=plugin_id, version=version_text)
    context = {
        "shown": shown,
        "release": shown.release,
        "manifest": shown.manifest,
        "submission": shown.release.submission,
        "publisher": shown.release.submission.publisher,
        "rights": in_words(shown.manifest.capabilities, company="(where it is installed)"),
        "checks": shown_checks(shown.checks),
        "document": canonical_json(release_document(shown.release, as_released=True)).decode(),
    }
    return page(request, "plugin.html", context)


@public(_REASON)
@never_cache
@require_safe
def publisher(request: HttpRequest, namespace: str) -> HttpResponse:
    """Show who publishes below a namespace, with the keys that were proved."""
    found = public_publisher(namespace=namespace)
    context = {"publisher": found.row, "keys": found.proved, "releases": releases_of(namespace=namespace)}
    return page(request, "publisher.html", context)


@public("its SHA-256 is the digest in the leaf of the release")
@never_cache
@require_safe
def release(request: HttpRequest, plugin_id: str, version_text: str) -> HttpResponse:
    """Answer the exact bytes that the leaf of a release fixes."""
    shown = shown_release(plugin_id=plugin_id, version=version_text)
    content = canonical_json(release_document(shown.release, as_released=True))
    return HttpResponse(content, content_type="application/json")


@public("whoever installs a plugin verifies offline that its release stands in the log")
@never_cache
@require_safe
def proof(request: HttpRequest, plugin_id: str, version_text: str) -> HttpResponse:
    """Answer an archive that `verify.py` verifies offline, as of the newest signed checkpoint."""
    shown = shown_release(plugin_id=plugin_id, version=version_text)
    archive = BytesIO()
    get(PlatformLeafEvidence).write(verb=PUBLISH, object_id=shown.release.id, out=archive)
    return zip_response(archive, name=f"release-{shown.release.plugin_id}-{shown.release.version}.zip")


def _known(word: str, words: dict[str, str], usual: str) -> str:
    return word if word in words else usual
