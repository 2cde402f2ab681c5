# SPDX-License-Identifier: Apache-2.0
"""The desk at which somebody sits in a company: who, where, and what every page shows around its content."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache

from apps.accounting.books.navigation import NavigationItem, navigation
from apps.accounting.selectors.ledger import LedgerRef, find_ledger
from cortex.api.problems import problem_of
from cortex.approvals.actions import COMMENT
from cortex.approvals.inbox import BADGE_MAX, inbox_of
from cortex.errors import CortexError
from cortex.identity.memberships import CompanyMembership
from cortex.identity.principals import SignInMustComeFirst, principal_of
from cortex.policy.access import companies_open_to, entered
from cortex.policy.askers import open_to
from cortex.policy.declarations import policy_action
from cortex.ports import registry
from cortex.ports.approvals import ProposalRef
from cortex.ports.authorizer import Authorizer, StepUpMustComeFirst
from cortex.ports.emergency_access import OpenAccess
from cortex.ports.principal import Principal
from cortex.ports.waiting_verbs import VerbMustWait, propose_wish
from cortex.tenancy.models import Company

# The pages are written in English; amounts follow the ledger's locale and not the browser's language.
LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One request inside one company."""

    request: HttpRequest
    principal: Principal
    company: Company
    ledger: LedgerRef | None

    def may(self, action: str) -> bool:
        """Return whether the person may do this here, so that pages offer only what would work.

        What a second person or a credential given again would allow does: the page leads there.
        """
        decision = registry.get(Authorizer).decide(
            principal=self.principal, action=action, company_id=self.company.id
        )
        return decision.is_allowed or frozenset() < decision.needs <= {"approval", "step_up"}

    @property
    def is_asked_by_htmx(self) -> bool:
        """Return whether a part of a page is wanted instead of a whole one."""
        return bool(getattr(self.request, "htmx", False))

    @property
    def companies(self) -> list[CompanyMembership]:
        """Return the companies that the person may switch to."""
        return companies_open_to(self.principal)

    @property
    def emergency(self) -> OpenAccess | None:
        """Return what the person has opened here in an emergency, so that every page says so."""
        opened = open_to(self.principal)
        return next((each for each in opened if each.company_id == self.company.id), None)

    @property
    def navigation(self) -> list[NavigationItem]:
        """Return the links of the side bar."""
        return navigation(
            company_code=self.company.code, may=self.may, path=self.request.path, waiting=self._waiting()
        )

    def _waiting(self) -> str:
        """Return how many proposals wait for this person, bounded, since every page asks."""
        if not self.may(COMMENT):
            return ""
        count = len(inbox_of(company_id=self.company.id, principal=self.principal, at_most=BADGE_MAX))
        return "" if not count else f"{count}+" if count == BADGE_MAX else str(count)

    def wait(self, proposal: ProposalRef) -> HttpResponse:
        """Send the browser to what now waits for a second person."""
        messages.warning(self.request, "Nothing is done yet: this waits for a second person.")
        return self.go(self.url("proposal", proposal_id=proposal.id))

    def url(self, name: str, **arguments: Any) -> str:
        """Return the address of a page of this company."""
        return reverse(f"books:{name}", kwargs={"company_code": self.company.code, **arguments})

    def render(
        self, template: str, context: Mapping[str, Any] | None = None, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        """Return the page; the template finds the desk under its name."""
        shown = {"desk": self, "company": self.company, "ledger": self.ledger, **(context or {})}
        return render(self.request, f"books/{template}", shown, status=status)

    def refuse(self, error: CortexError) -> HttpResponse:
        """Return the refusal as a page or, for htmx, as a part of one, with the error's own status."""
        template = "_refusal.html" if self.is_asked_by_htmx else "refused.html"
        return self.render(
            template, {"problem": problem_of(error, request=self.request)}, status=error.status
        )

    def go(self, url: str) -> HttpResponse:
        """Send the browser on after something was done; htmx follows a header and not a redirect."""
        if self.is_asked_by_htmx:
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)


Page = Callable[..., HttpResponse]
Enter = Callable[..., AbstractContextManager[Company]]


def books_page(enter: Enter = entered, **actions: str) -> Callable[[Page], Page]:
    """Make a function of a desk the view of a page; declares and enters with one action per HTTP method."""

    def declared(page: Page) -> Page:
        @never_cache
        @wraps(page)
        def view(request: HttpRequest, company_code: str, **arguments: Any) -> HttpResponse:
            method = "GET" if request.method == "HEAD" else str(request.method)
            if method not in actions:
                return HttpResponseNotAllowed(sorted(actions))
            with translation.override(LANGUAGE):
                return _enter(page, enter, request, company_code, actions[method], arguments)

        return policy_action(**actions)(view)

    return declared


def _enter(
    page: Page,
    enter: Enter,
    request: HttpRequest,
    company_code: str,
    action: str,
    arguments: Mapping[str, Any],
) -> HttpResponse:
    try:
        principal = principal_of(request)
    except SignInMustComeFirst:
        if not getattr(request, "htmx", False):
            raise
        # A redirect would put the sign-in form into the middle of the page.
        sign_in = {"HX-Redirect": resolve_url(settings.LOGIN_URL)}
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers=sign_in)
    with enter(principal=principal, company_code=company_code, action=action) as company:
        desk = Desk(
            request=request,
            principal=principal,
            company=company,
            ledger=find_ledger(company_id=company.id),
        )
        try:
            return page(desk, **arguments)
        except StepUpMustComeFirst:
            # The person is led to confirm that it is them; a refusal would leave them without a way on.
            raise
        except VerbMustWait as waits:
            return desk.wait(propose_wish(waits))
        except CortexError as error:
            return desk.refuse(error)
