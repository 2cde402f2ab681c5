# SPDX-License-Identifier: Apache-2.0
"""The base of every REST view: who asks, may they, was it asked before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from cortex.api.errors import BodyMustBeLeftOut
from cortex.api.idempotency import answer_once, key_of, request_digest
from cortex.api.queries import read_query
from cortex.api.renderers import AlwaysJson
from cortex.api.serializers import StrictSerializer
from cortex.api.throttles import tell_what_is_left
from cortex.api.views.waiting import waiting_answer
from cortex.database.transactions import transactional
from cortex.identity.principals import principal_of
from cortex.ports.principal import Principal
from cortex.ports.waiting_verbs import VerbMustWait, propose_wish

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Nothing reads a body here; one that is sent means something else to whoever sent it.
BODILESS_METHODS = frozenset({"GET", "HEAD", "DELETE"})
READING = frozenset({"GET", "HEAD"})


class CortexView(APIView):
    """Runs an unsafe handler in one transaction, together with its idempotency key."""

    content_negotiation_class = AlwaysJson
    requires_idempotency_key: ClassVar[bool] = False
    # Methods that take parameters behind the question mark, and say themselves which; all others take none.
    methods_with_query: ClassVar[frozenset[str]] = frozenset()
    # Members of the answer that are secrets: never stored, so a repetition of the request cannot tell them.
    shown_once: ClassVar[frozenset[str]] = frozenset()
    principal: Principal

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer like the framework's own dispatch, with the handler run inside the room of the request."""
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        self.request = request = self.initialize_request(request, *args, **kwargs)
        try:
            self.initial(request, *args, **kwargs)
            response = self._answer(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the one place that turns exceptions into answers
            response = self.handle_exception(error)
        self.response = self.finalize_response(request, cast(Response, response), *args, **kwargs)
        return self.response

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Tell the caller how many requests are left."""
        finalized = super().finalize_response(request, response, *args, **kwargs)
        tell_what_is_left(request, finalized)
        return finalized

    @contextmanager
    def room(self, request: Request) -> Iterator[UUID | None]:
        """Enter what the request works in; yields the company, or None outside any."""
        yield None

    def read_body(self, serializer: type[BaseSerializer[Any]], *, many: bool = False) -> Any:
        """Return the validated body; raises RequestMustMatchTheSchema through the handler."""
        reader = serializer(data=self.request.data, many=many, context={"view": self})
        reader.is_valid(raise_exception=True)
        return reader.validated_data

    def _answer(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = str(request.method)
        handler: Callable[..., Response] = getattr(self, method.lower(), self.http_method_not_allowed)
        if method.lower() not in self.http_method_names or handler == self.http_method_not_allowed:
            self.http_method_not_allowed(request, *args, **kwargs)
        self.principal = principal_of(request)
        self._require_what_is_read(request)
        with self.room(request) as company_id:
            if method in SAFE_METHODS:
                return handler(request, *args, **kwargs)
            return self._change(request, company_id, lambda: handler(request, *args, **kwargs))

    def _require_what_is_read(self, request: Request) -> None:
        """Refuse what nobody would look at: it was meant to change the answer."""
        if request.method not in self.methods_with_query:
            read_query(request, StrictSerializer)
        if request.method in BODILESS_METHODS and int(request.META.get("CONTENT_LENGTH") or 0):
            raise BodyMustBeLeftOut(
                f"{request.method}: expected no body, got one. Leave it out.",
                evidence={"object": "body", "remedy": "leave it out"},
            )

    def _change(
        self, request: Request, company_id: UUID | None, answer: Callable[[], Response]
    ) -> HttpResponseBase:
        try:
            return self._change_once(request, company_id, answer)
        except VerbMustWait as waits:
            # What the verb had begun is undone with its transaction; the answer is that of the proposal.
            waiting = waits
        return self._change_once(request, company_id, lambda: self._waiting(waiting))

    def _waiting(self, waits: VerbMustWait) -> Response:
        return waiting_answer(
            company_id=waits.wish.company_id,
            company_code=self.kwargs.get("company_code") if waits.wish.company_id else None,
            proposal=propose_wish(waits),
        )

    def _change_once(
        self, request: Request, company_id: UUID | None, answer: Callable[[], Response]
    ) -> HttpResponseBase:
        key = key_of(request, is_required=self.requires_idempotency_key)
        if key is None:
            return transactional(answer)()
        return answer_once(
            key=key,
            digest=request_digest(request),
            principal=self.principal,
            company_id=company_id,
            answer=answer,
            shown_once=self.shown_once,
        )
