# SPDX-License-Identifier: Apache-2.0
"""Answer an invitation: choose a name and a password, or accept it with the account one has."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cortex.errors import CortexError
from cortex.identity.invitations.accept_invitation import accept_as_new_user, accept_as_user
from cortex.identity.invitations.errors import InvitationMustBeOpen
from cortex.identity.invitations.stored import invitation_of_link
from cortex.identity.models import User
from cortex.identity.sessions import begin_session
from cortex.people.pages.resetting import DIFFERENT
from cortex.policy.declarations import public
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.tenancy.companies import company_with_id


class AccountForm(forms.Form):
    """What the invited person chooses."""

    username = forms.CharField(max_length=150)
    full_name = forms.CharField(max_length=200, required=False)
    new_password = forms.CharField(max_length=1000, strip=False)
    repeated_password = forms.CharField(max_length=1000, strip=False)


@public("whoever is invited has no account yet; the link is the credential")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, company_id: UUID, token: str) -> HttpResponse:
    """Show what one is invited to; only a button accepts it, since scanners of mail follow links."""
    user = request.user if isinstance(request.user, User) else None
    refusal, form = None, AccountForm(request.POST if request.method == "POST" and user is None else None)
    try:
        invitation = invitation_of_link(company_id=company_id, token=token, at=get(Clock).now())
        if request.method == "POST" and (user is not None or form.is_valid()):
            return _accept(request, company_id, token, user, form)
    except InvitationMustBeOpen as error:
        return render(request, "accounts/link_over.html", {"message": error.message}, status=error.status)
    except CortexError as error:
        refusal = error
    context = {
        "company": company_with_id(company_id=company_id),
        "roles": ", ".join(invitation.roles),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "accounts/invitation.html", context)


def _accept(
    request: HttpRequest, company_id: UUID, token: str, user: User | None, form: AccountForm
) -> HttpResponse:
    now = get(Clock).now()
    if user is not None:
        accept_as_user(company_id=company_id, token=token, user=user, at=now)
        return redirect("/")
    given = form.cleaned_data
    if given["new_password"] != given["repeated_password"]:
        raise PasswordsMustAgree(DIFFERENT)
    made = accept_as_new_user(
        company_id=company_id,
        token=token,
        username=given["username"].strip().lower(),
        full_name=given["full_name"],
        password=given["new_password"],
        at=now,
    )
    begin_session(request=request, user=made, methods=["pwd"], at=now)
    return redirect("accounts:security")


class PasswordsMustAgree(CortexError):
    """A password was typed twice, and not the same."""

    code = "identity.passwords_must_agree"
