# SPDX-License-Identifier: Apache-2.0
"""Programs that act for somebody: seen and ended by the person who let them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cortex.identity.models import User
from cortex.identity.principals import principal_of
from cortex.people.account_pages import own_account
from cortex.programs.clients.revoke_tokens import end_authorization
from cortex.programs.listings import list_authorizations
from cortex.programs.scopes import known_scopes

_OWN = "everybody sees and takes back what they allowed a program"


@own_account(_OWN)
@never_cache
@require_safe
def overview(request: HttpRequest, user: User) -> HttpResponse:
    """Show what still counts, each with what it lets the program do."""
    listed = list_authorizations(asked_by=principal_of(request), user_id=user.id, is_living=True)
    words = known_scopes()
    living = [(each, [words.get(scope, scope) for scope in each.scopes]) for each in listed]
    return render(request, "accounts/programs.html", {"living": living})


@own_account(_OWN, must_be_fresh=False)
@never_cache
@require_POST
def end(request: HttpRequest, user: User, authorization_id: UUID) -> HttpResponse:
    """Take one yes back, and every token of it."""
    end_authorization(authorization_id=authorization_id, ended_by=principal_of(request))
    messages.success(request, "The program acts for you no more.")
    return redirect("accounts:programs")
