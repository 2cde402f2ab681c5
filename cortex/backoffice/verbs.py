# SPDX-License-Identifier: Apache-2.0
"""Verbs of the administration: a page that says what will happen, a form, and the service that does it.

A row is shown by its page as ever; what may be done with it stands above it as links to such pages.
Looking at one changes nothing: the service is called by POST alone, after the authorizer said yes for
the company in question, and the service asks it again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache

from cortex.backoffice.access import companies_to_act_in, is_done_or_proposed
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.backoffice.refusing import refuse
from cortex.database.transactions import attempt
from cortex.errors import CortexError
from cortex.identity.principals import principal_of
from cortex.policy.declarations import policy_action
from cortex.ports.authorizer import Authorizer, Resource, StepUpMustComeFirst
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.waiting_verbs import VerbMustWait, propose_wish


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb says when it is done; a secret is shown on the page of the answer, once."""

    message: str
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class RowVerb:
    """Something that may be done with one row, by those who may do `action` in its company."""

    name: str
    title: str
    consequence: str
    action: str
    do: Callable[[Any, Principal, Mapping[str, Any]], Done]
    form: type[forms.Form] = forms.Form
    applies: Callable[[Any], bool] = lambda row: True
    # What the form holds when it is opened.
    initial: Callable[[Any], Mapping[str, Any]] = lambda row: {}


@dataclass(frozen=True, slots=True)
class PageVerb:
    """Something done with one row on a page of its own, which shows more than a sentence and a form."""

    name: str
    title: str
    action: str
    page: Callable[[HttpRequest, Any, dict[str, Any]], HttpResponse]
    applies: Callable[[Any], bool] = lambda row: True


@dataclass(frozen=True, slots=True)
class ListVerb:
    """Something that makes or changes rows of a company, which its form asks for as `company`."""

    name: str
    title: str
    consequence: str
    action: str
    do: Callable[[UUID, Principal, Mapping[str, Any]], Done]
    form: type["CompanyForm"]


@dataclass(frozen=True, slots=True)
class PlatformVerb:
    """Something that makes or changes what belongs to no company."""

    name: str
    title: str
    consequence: str
    action: str
    do: Callable[[Principal, Mapping[str, Any]], Done]
    form: type[forms.Form] = forms.Form
    # Fields that a page which leads here may fill in; no others, or a stranger's link would.
    from_address: tuple[str, ...] = ()


class CompanyForm(forms.Form):
    """Asks for one of the companies in which the person may do the verb; given when it is made."""

    company: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(queryset=None, empty_label=None)

    def __init__(self, *args: Any, companies: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["company"].queryset = companies  # type: ignore[attr-defined]


class VerbsModelAdmin(ReadOnlyModelAdmin):
    """Shows rows, and leads to the pages of its verbs."""

    row_verbs: ClassVar[tuple[RowVerb | PageVerb, ...]] = ()
    list_verbs: ClassVar[tuple[ListVerb, ...]] = ()
    list_before_template = "admin/verb_links.html"
    change_form_outer_before_template = "admin/verb_links.html"

    def get_urls(self) -> list[URLPattern]:
        """Add a page for each verb."""
        rows = [
            path(
                f"<path:object_id>/{verb.name}/",
                self.admin_site.admin_view(never_cache(self._row_view(verb))),
                name=self._route(verb),
            )
            for verb in self.row_verbs
        ]
        lists = [
            path(
                f"{verb.name}/",
                self.admin_site.admin_view(never_cache(self._list_view(verb))),
                name=self._route(verb),
            )
            for verb in self.list_verbs
        ]
        return [*lists, *rows, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, and above it what may be done."""
        links = self._list_links(request)
        shown: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "verb_links": links})
        return shown

    def _list_links(self, request: HttpRequest) -> list[dict[str, str]]:
        """Return what may be done beside the rows, as links."""
        return [
            {"title": verb.title, "url": reverse(f"admin:{self._route(verb)}")}
            for verb in self.list_verbs
            if companies_to_act_in(request, action=verb.action)
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the row, and above it what may be done with it."""
        row = self._row(request, object_id)
        links = [
            {"title": verb.title, "url": reverse(f"admin:{self._route(verb)}", args=[row.pk])}
            for verb in self.row_verbs
            if row is not None and self._may(request, verb, row)
        ]
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), "verb_links": links}
        )

    def _row(self, request: HttpRequest, object_id: str | None) -> Any:
        if not self.has_view_permission(request):
            return None
        try:
            return self.get_queryset(request).filter(pk=object_id).first()
        except (ValidationError, ValueError):
            return None

    def about(self, row: Any) -> Resource | None:
        """Return the row as policies see it, where a verb is asked about it."""
        return None

    def _may(self, request: HttpRequest, verb: RowVerb | PageVerb, row: Any) -> bool:
        decided = get(Authorizer).decide(
            principal=principal_of(request), action=verb.action, company_id=row.company_id
        )
        # Whoever only has to sign in again sees the verb, and is asked then.
        return verb.applies(row) and (
            is_done_or_proposed(decided, action=verb.action) or decided.needs == {"step_up"}
        )

    def _row_view(self, verb: RowVerb | PageVerb) -> Callable[..., HttpResponse]:
        @policy_action(verb.action)
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            row = self._row(request, object_id)
            if row is None:
                raise Http404
            if not self._may(request, verb, row):
                refuse(
                    request,
                    action=verb.action,
                    company_id=getattr(row, "company_id", None),
                    about=self.about(row),
                )
            if request.method != "POST":
                # What is done leaves a leaf of its own.
                self.note_look(request, row)
            if isinstance(verb, PageVerb):
                return verb.page(request, row, self._shared(request, row))
            form = verb.form(
                request.POST if request.method == "POST" else None, initial=dict(verb.initial(row))
            )
            return self._answer(
                request, verb, form, lambda given: verb.do(row, principal_of(request), given), row
            )

        return view

    def _list_view(self, verb: ListVerb) -> Callable[..., HttpResponse]:
        @policy_action(verb.action)
        def view(request: HttpRequest) -> HttpResponse:
            companies = self._companies(request, verb.action)
            if not companies.exists():
                refuse(request, action=verb.action)
            form = verb.form(request.POST if request.method == "POST" else None, companies=companies)
            return self._answer(
                request,
                verb,
                form,
                lambda given: verb.do(given["company"].id, principal_of(request), given),
            )

        return view

    def _shared(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what every page of this admin shows, and the way back to the row."""
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        return {**self.admin_site.each_context(request), "opts": self.opts, "back_url": back}

    def _companies(self, request: HttpRequest, action: str) -> Any:
        model = self.model._meta.get_field("company").related_model
        return model._default_manager.filter(id__in=companies_to_act_in(request, action=action))

    def _answer(
        self,
        request: HttpRequest,
        verb: RowVerb | ListVerb | PlatformVerb,
        form: forms.Form,
        do: Callable[[Mapping[str, Any]], Done],
        row: Any = None,
    ) -> HttpResponse:
        context = {"title": verb.title, "verb": verb, "form": form, "row": row, "back_url": self._back(row)}
        status = 200
        if request.method == "POST":
            try:
                done = attempt(lambda: do(form.cleaned_data)) if form.is_valid() else None
            except StepUpMustComeFirst:
                raise
            except VerbMustWait as waits:
                propose_wish(waits)
                done = Done("Nothing is done yet: this waits for a second person.")
            except CortexError as refusal:
                form.add_error(None, refusal.message)
                done, status = None, refusal.status
            if done is not None and done.secret is None:
                messages.success(request, done.message)
                return HttpResponseRedirect(context["back_url"])
            context["done"] = done
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, "admin/verb.html", {**shared, **context}, status=status)

    def _back(self, row: Any) -> str:
        """Return the list: a row that was dealt with may be gone."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _route(self, verb: RowVerb | PageVerb | ListVerb | PlatformVerb) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{verb.name}"
