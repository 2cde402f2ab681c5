# SPDX-License-Identifier: Apache-2.0
"""Pages about one's own account: for whoever is signed in, and to change it after a fresh credential."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from cortex.identity.freshness import require_fresh
from cortex.identity.models import User
from cortex.identity.principals import principal_of
from cortex.policy.declarations import signed_in
from cortex.ports.clock import Clock
from cortex.ports.registry import get

Page = Callable[..., HttpResponse]


def own_account(reason: str, *, must_be_fresh: bool = True) -> Callable[[Page], Page]:
    """Make a function of a request and its user a page; POST needs a credential of the last ten minutes."""

    def declared(page: Page) -> Page:
        @wraps(page)
        def view(request: HttpRequest, **arguments: Any) -> HttpResponse:
            principal = principal_of(request)
            if must_be_fresh and request.method == "POST":
                require_fresh(principal=principal, at=get(Clock).now())
            # Nobody but a signed-in user has a principal here.
            return page(request, cast(User, request.user), **arguments)

        return signed_in(reason)(view)

    return declared
