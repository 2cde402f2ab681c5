# SPDX-License-Identifier: Apache-2.0
"""What everybody may fetch: signed metadata, and bundles that it lists."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from apps.plugins.selectors.repository import served_metadata, served_target
from cortex.policy.declarations import public

FOR_EVER = "public, max-age=31536000, immutable"
# Who asks again within a minute gets the same timestamp: it is renewed every few hours.
FOR_A_MINUTE = "public, max-age=60"
JSON, BYTES = "application/json", "application/octet-stream"


@public("clients of other installations verify what is published; it names public bundles alone")
@require_safe
def metadata(request: HttpRequest, metadata_name: str) -> HttpResponseBase:
    """Answer a file of metadata; all but the timestamp never change."""
    found = served_metadata(name=metadata_name)
    if found is None:
        return _nothing()
    content, is_lasting = found
    return _answer(request, content, JSON, FOR_EVER if is_lasting else FOR_A_MINUTE)


@public("bundles are for whoever verifies them; private channels are handed out in archives")
@require_safe
def target(request: HttpRequest, target_name: str) -> HttpResponseBase:
    """Answer a bundle under its digest."""
    content = served_target(name=target_name)
    if content is None:
        return _nothing()
    # A withdrawn bundle is gone from here at once; a day is as long as a timestamp holds.
    return _answer(request, content, BYTES, "public, max-age=86400")


def _answer(request: HttpRequest, content: bytes, media_type: str, caching: str) -> HttpResponseBase:
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = HttpResponse(content, content_type=media_type)
    response["Cache-Control"], response["ETag"] = caching, tag
    answer: HttpResponseBase = get_conditional_response(request, etag=tag, response=response) or response
    return answer


def _nothing() -> HttpResponse:
    sentence = "Nothing is published under this name. Ask for what the newest timestamp leads to.\n"
    return HttpResponseNotFound(sentence, content_type="text/plain; charset=utf-8")
