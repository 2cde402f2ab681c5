# SPDX-License-Identifier: Apache-2.0
"""Routes that only these tests have: each lights a lamp and ends in its own way."""

import threading
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cortex.errors import CortexError
from cortex.ports.registry import get
from tests.integration.cortex.container.lamps import Lamp

# Two requests are inside their views at the same time.
both_are_inside = threading.Barrier(2, timeout=10)


class LampMustBeBright(CortexError):
    code = "testing.lamp_must_be_bright"


def page(request: HttpRequest) -> HttpResponse:
    first, second = get(Lamp), get(Lamp)
    return HttpResponse(f"{first is second and first.is_burning}")


def together(request: HttpRequest) -> HttpResponse:
    own = get(Lamp)
    both_are_inside.wait()
    return HttpResponse(own.name)


def refused(request: HttpRequest) -> HttpResponse:
    raise LampMustBeBright(f"Lamp {get(Lamp).name}: expected a bright one.")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(get(Lamp).name)


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[str]:
        own = get(Lamp)
        for _ in range(3):
            yield f"{own is get(Lamp) and own.is_burning} "

    get(Lamp)
    return StreamingHttpResponse(pieces())


class LampView(APIView):
    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request, ending: str) -> Response:
        own = get(Lamp)
        if ending == "refused":
            raise LampMustBeBright(f"Lamp {own.name}: expected a bright one.")
        if ending == "broken":
            raise RuntimeError(own.name)
        return Response({"is_burning": own.is_burning})


urlpatterns = [
    path("page", page),
    path("together", together),
    path("refused", refused),
    path("broken", broken),
    path("streamed", streamed),
    path("api/v1/lamps/<str:ending>", LampView.as_view()),
    path("", include("settings.urls")),
]
