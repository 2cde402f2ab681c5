# SPDX-License-Identifier: Apache-2.0
"""Who can do what: roles or members against actions, as a table and as CSV, and why for each cell."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from cortex.backoffice.access import readable_companies
from cortex.backoffice.actions import READ_RIGHTS
from cortex.backoffice.pages import shown
from cortex.backoffice.refusing import refuse
from cortex.backoffice.rights_file import note_rights, rights_file
from cortex.identity.models import User
from cortex.identity.principals import principal_of
from cortex.policy.access import companies_open_to
from cortex.policy.active import active_engine
from cortex.policy.rights import Right, RightsToAct, policies_with, rights_of_members, rights_of_roles
from cortex.policy.roles import ROLES, roles_let_in
from cortex.tenancy.models import Company

MEMBERS_PER_PAGE, MEMBERS_IN_FILE_MAX, WORD_MAX = 15, 200, 60


def rights_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show the table of roles, or of the members of one company."""
    word, as_file = request.GET.get("q", "")[:WORD_MAX], request.GET.get("format") == "csv"
    companies = list(Company.objects.filter(id__in=readable_companies(request, action=READ_RIGHTS)))
    company = _chosen(request, companies)
    first = _first(request)
    if company is None:
        holders: Sequence[str] = ROLES
        rows = rights_of_roles(word=word)
        has_more = False
    else:
        users = _members(company, first=first, count=MEMBERS_IN_FILE_MAX if as_file else MEMBERS_PER_PAGE + 1)
        has_more = not as_file and len(users) > MEMBERS_PER_PAGE
        users = users if as_file else users[:MEMBERS_PER_PAGE]
        holders = [user.username for user in users]
        rows = rights_of_members(company_id=company.id, users=users, word=word)
    if as_file:
        return rights_file(request, holders, rows, company=company)
    note_rights(request, company)
    context = {
        "title": "Who can do what",
        "companies": companies,
        "company": company,
        "word": word,
        "holders": holders,
        "rows": [(row.action, [_cell(row, right, company) for right in row.rights]) for row in rows],
        "version": active_engine().version,
        "csv_url": _url(q=word, company=company.code if company else "", format="csv"),
        "next_url": _url(q=word, company=company.code, first=str(first + MEMBERS_PER_PAGE))
        if company and has_more
        else None,
    }
    return shown(site, request, "admin/rights.html", context)


def explain_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show why one role, or one member of a company, may or may not do one thing."""
    code, holder = request.GET.get("action", ""), request.GET.get("holder", "")
    row, right, company = _asked(request, code=code, holder=holder)
    note_rights(request, company)
    context = {
        "title": f"Why {right.word}: {holder}, {row.action.title}",
        "action": row.action,
        "holder": holder,
        "company": company,
        "right": right,
        "policies": policies_with(ids=right.policy_ids),
        "roles": sorted(roles_let_in(action=code)),
        "version": active_engine().version,
        "back_url": _url(q=code, company=company.code if company else ""),
    }
    return shown(site, request, "admin/rights_explain.html", context)


def _asked(request: HttpRequest, *, code: str, holder: str) -> tuple[RightsToAct, Right, Company | None]:
    """Return the row and the cell that are asked about; what is not there is not found."""
    companies = list(Company.objects.filter(id__in=readable_companies(request, action=READ_RIGHTS)))
    company = _chosen(request, companies)
    if company is None:
        rows = rights_of_roles(word=code)
    else:
        users = User.objects.filter(memberships__company_id=company.id, username=holder)
        rows = rights_of_members(company_id=company.id, users=users, word=code)
    row = next((each for each in rows if each.action.code == code), None)
    right = next((each for each in (row.rights if row else ()) if each.holder == holder), None)
    if row is None or right is None:
        raise Http404
    return row, right, company


def _members(company: Company, *, first: int, count: int) -> list[User]:
    members = User.objects.filter(memberships__company_id=company.id, is_active=True)
    return list(members.order_by("username")[first : first + count])


def _chosen(request: HttpRequest, companies: Sequence[Company]) -> Company | None:
    """Return the company that the address names; one that the person may not look into is not there."""
    code = request.GET.get("company", "")
    if not code:
        return None
    found = next((company for company in companies if company.code == code), None)
    if found is None:
        own = companies_open_to(principal_of(request))
        refuse(
            request,
            action=READ_RIGHTS,
            company_id=next((each.company_id for each in own if each.company_code == code), None),
            reason="no company with this code is open to whoever asked",
        )
    return found


def _cell(row: RightsToAct, right: Right, company: Company | None) -> dict[str, Any]:
    query = {"action": row.action.code, "holder": right.holder}
    if company is not None:
        query["company"] = company.code
    return {
        "right": right,
        "url": f"{reverse('admin:rights_explain')}?{urlencode(query)}",
        "told": ", ".join(right.policy_ids) or "no policy allows it",
    }


def _first(request: HttpRequest) -> int:
    text = request.GET.get("first", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _url(**query: str) -> str:
    kept = {name: value for name, value in query.items() if value}
    return f"{reverse('admin:rights')}?{urlencode(kept)}"
