# SPDX-License-Identifier: Apache-2.0
"""Choose the company whose books to open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cortex.identity.principals import principal_of
from cortex.policy.access import companies_open_to
from cortex.policy.declarations import signed_in


@signed_in("shows the companies of the person who is signed in, and nothing of the companies")
@never_cache
@require_safe
def companies(request: HttpRequest) -> HttpResponse:
    """Lead straight into the only company, or list them."""
    principal = principal_of(request)
    memberships = companies_open_to(principal)
    if len(memberships) == 1:
        return redirect("books:home", company_code=memberships[0].company_code)
    return render(request, "books/companies.html", {"memberships": memberships})
