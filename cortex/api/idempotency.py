# SPDX-License-Identifier: Apache-2.0
"""A repeated request gets the first answer. Source: draft-ietf-httpapi-idempotency-key-header-07.

The key's row is inserted in the transaction of the verb: both stand or neither. A refused request leaves
no row, since it changed nothing; its repetition is judged anew.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpResponse
from rest_framework.response import Response

from cortex.api.errors import (
    IdempotencyKeyMustBeGiven,
    IdempotencyKeyMustBeWellFormed,
    IdempotencyKeyMustKeepItsRequest,
)
from cortex.api.models import IdempotencyKey
from cortex.api.renderers import to_json
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LIFETIME = timedelta(hours=48)
_KEPT_HEADERS = ("ETag", "Location")
_KEY = re.compile(r"\A[\x21-\x7e]{1,255}\Z")


def key_of(request: Any, *, is_required: bool) -> str | None:
    """Return the request's key; raises when it is missing where required, or malformed."""
    key: str | None = request.headers.get(HEADER)
    if key is None and is_required:
        raise IdempotencyKeyMustBeGiven(
            f"Header {HEADER}: expected a key, got none. Send a new UUID with each new request, and the same "
            "with a repetition.",
            evidence={"object": HEADER, "remedy": "send a UUID"},
        )
    if key is not None and not _KEY.match(key):
        raise IdempotencyKeyMustBeWellFormed(
            f"Header {HEADER}: expected 1 to 255 printable ASCII characters without spaces.",
            evidence={"object": HEADER, "expected": "1 to 255 printable ASCII characters"},
        )
    return key


def request_digest(request: Any) -> bytes:
    """Return the SHA-256 of what was asked: method, path with query, and body."""
    digest = hashlib.sha256(f"{request.method}\n{request.get_full_path()}\n".encode())
    digest.update(_body_of(request))
    return digest.digest()


def _body_of(request: Any) -> bytes:
    """Return the parsed body in one form, so that white space and multipart boundaries do not matter."""
    data = request.data
    if not request.FILES:
        return to_json(data)
    fields = {name: data.getlist(name) for name in sorted(data) if name not in request.FILES}
    uploads = {
        name: list(map(_digest_of_upload, request.FILES.getlist(name))) for name in sorted(request.FILES)
    }
    return to_json({"fields": fields, "uploads": uploads})


def _digest_of_upload(upload: Any) -> tuple[str, str]:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return upload.name, digest.hexdigest()


def answer_once(
    *,
    key: str,
    digest: bytes,
    principal: Principal,
    company_id: UUID | None,
    answer: Callable[[], Response],
    shown_once: frozenset[str] = frozenset(),
) -> HttpResponse:
    """Run `answer` once per key and principal; a repetition gets the stored answer.

    Members named in `shown_once` are secrets: they are not stored, and null in a repetition.

    Raises: IdempotencyKeyMustKeepItsRequest, when the key was used for another request.
    """
    return _answer_once(key, digest, principal.urn, company_id, answer, shown_once)


@transactional
def _answer_once(
    key: str,
    digest: bytes,
    principal: str,
    company_id: UUID | None,
    answer: Callable[[], Response],
    shown_once: frozenset[str],
) -> HttpResponse:
    row_id = _insert(key, digest, principal, company_id)
    if row_id is None and _forget_if_expired(key, principal):
        row_id = _insert(key, digest, principal, company_id)
    if row_id is None:
        return _stored_answer(key, digest, principal)
    response = answer()
    body = b"" if response.data is None else to_json(_without(response.data, shown_once))
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    IdempotencyKey.objects.filter(id=row_id).update(status=response.status_code, headers=headers, body=body)
    return response


def _without(data: Any, shown_once: frozenset[str]) -> Any:
    return {**data, **dict.fromkeys(shown_once)} if shown_once else data


def _insert(key: str, digest: bytes, principal: str, company_id: UUID | None) -> UUID | None:
    """Return the id of the new row, or None when the key is taken; waits for an unfinished first request."""
    now, row_id = get(Clock).now(), uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_idempotency_key"
            " (id, company_id, principal, key, request_digest, headers, created_at, expires_at)"
            " VALUES (%s, %s, %s, %s, %s, '{}', %s, %s) ON CONFLICT (principal, key) DO NOTHING",
            [row_id, company_id, principal, key, digest, now, now + LIFETIME],
        )
        return row_id if cursor.rowcount else None


def _forget_if_expired(key: str, principal: str) -> bool:
    expired = IdempotencyKey.objects.filter(principal=principal, key=key, expires_at__lt=get(Clock).now())
    return bool(expired.delete()[0])


def _stored_answer(key: str, digest: bytes, principal: str) -> HttpResponse:
    stored = IdempotencyKey.objects.filter(principal=principal, key=key).first()
    # A key used in another company cannot be seen here; it is taken all the same.
    if stored is None or bytes(stored.request_digest) != digest:
        raise IdempotencyKeyMustKeepItsRequest(
            f"{HEADER} {key[:80]}: it was used for another request. Use a new key for a new request.",
            evidence={"object": HEADER, "got": key[:80], "remedy": "use a new key"},
        )
    response = HttpResponse(bytes(stored.body or b""), status=stored.status, content_type="application/json")
    for name, value in {**stored.headers, REPLAYED: "true"}.items():
        response.headers[name] = value
    return response
