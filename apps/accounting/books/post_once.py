# SPDX-License-Identifier: Apache-2.0
"""A form sent twice does its work once: each form carries a key, kept in the transaction of the work."""

import hashlib
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from uuid import UUID

from rest_framework.response import Response

from cortex.api.idempotency import answer_once
from cortex.api.renderers import to_json
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal


def post_once(
    *,
    key: str,
    form: Mapping[str, object],
    principal: Principal,
    company_id: UUID,
    work: Callable[[], UUID | ProposalRef],
) -> UUID | ProposalRef:
    """Do the work and return its id, or the proposal; a repetition of the same form returns the first one's.

    Raises: IdempotencyKeyMustKeepItsRequest, when the key came with another form; and what `work` raises.
    """
    answer = answer_once(
        key=f"books:{key}",
        digest=hashlib.sha256(to_json(form)).digest(),
        principal=principal,
        company_id=company_id,
        answer=lambda: _answer(work()),
    )
    data = answer.data if isinstance(answer, Response) else json.loads(answer.content)
    done = UUID(data["id"])
    return done if data["title"] is None else ProposalRef(done, data["title"], data["digest"])


def _answer(done: UUID | ProposalRef) -> Response:
    if isinstance(done, ProposalRef):
        told = {"id": str(done.id), "title": done.title, "digest": done.digest}
        return Response(told, status=HTTPStatus.ACCEPTED)
    return Response({"id": str(done), "title": None}, status=HTTPStatus.CREATED)
