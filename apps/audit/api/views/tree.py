# SPDX-License-Identifier: Apache-2.0
"""What everybody may read: the signed tree head, and hashes, which say nothing about what was hashed."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from apps.audit.domain.merkle.tiles import parse_tile_name
from apps.audit.selectors.tree import published_checkpoint, published_tile
from cortex.policy.declarations import public

FOR_EVER = "public, max-age=31536000, immutable"
BYTES = "application/octet-stream"


@public("whoever has a copy of the log compares it with what is signed now")
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """Answer the newest checkpoint with its cosignatures."""
    note = published_checkpoint()
    if note is None:
        return _nothing("The log has no checkpoint yet. Ask again in a few seconds.")
    return _conditional(request, note.encode(), "text/plain; charset=utf-8", "no-cache")


@public("hashes tell nothing, and proofs are made of them")
@require_safe
def tile(request: HttpRequest, level: int, tile_name: str) -> HttpResponseBase:
    """Answer a tile that a published checkpoint covers; it never changes."""
    named = parse_tile_name(tile_name)
    # A number with leading zeros would be a second name of the same tile.
    is_plain = f"/tile/{level}/" in request.path
    hashes = published_tile(level=level, place=named[0], width=named[1]) if named and is_plain else None
    if hashes is None:
        return _nothing("No published checkpoint covers this tile. Ask for those of the newest one.")
    return _conditional(request, hashes, BYTES, FOR_EVER)


def _conditional(request: HttpRequest, content: bytes, media_type: str, caching: str) -> HttpResponseBase:
    """Return the bytes with their entity tag, or 304 to whoever has them."""
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = HttpResponse(content, content_type=media_type)
    response["Cache-Control"] = caching
    response["ETag"] = tag
    answer: HttpResponseBase = get_conditional_response(request, etag=tag, response=response) or response
    return answer


def _nothing(sentence: str) -> HttpResponse:
    return HttpResponseNotFound(f"{sentence}\n", content_type="text/plain; charset=utf-8")
