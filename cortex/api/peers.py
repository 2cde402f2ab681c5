# SPDX-License-Identifier: Apache-2.0
"""The certificate behind each request, and services that prove themselves by theirs alone."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from rest_framework.authentication import BaseAuthentication

from cortex.api.problems import problem_of
from cortex.api.refusals import is_for_programs, refusal_for_programs
from cortex.errors import CortexError
from cortex.identity.peer_certificates import HEADER, peer_certificate, read_peer
from cortex.identity.principals import PeerService
from cortex.ports.clock import Clock
from cortex.ports.registry import get


class PeerCertificateMiddleware:
    """Reads the certificate once; whoever names one that is not its own is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Attach what `peer_certificate` returns, and pass on."""
        try:
            peer = read_peer(
                meta=request.META, trusted_proxies=settings.WEB_TRUSTED_PROXIES, at=get(Clock).now()
            )
        except CortexError as error:
            if is_for_programs(request):
                return refusal_for_programs(error, request=request)
            page = {"problem": problem_of(error, request=request)}
            return render(request, "errors/refused.html", page, status=error.status)
        # Nothing behind this line can take the header for a proof.
        request.META.pop(HEADER, None)
        request.peer_certificate = peer  # type: ignore[attr-defined] # read through peer_certificate alone
        return self.get_response(request)


class ServiceCertificateAuthentication(BaseAuthentication):
    """Lets in a service of ours by its certificate, where neither a token nor a session says who asks."""

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        """Return the service that the configuration names for this certificate, or None."""
        peer = peer_certificate(request)
        if peer is None or peer.spiffe_id is None or request.headers.get("Authorization"):
            return None
        service = settings.WEB_PEER_SERVICES.get(peer.spiffe_id)
        return (PeerService(service), PeerService(service)) if service else None
