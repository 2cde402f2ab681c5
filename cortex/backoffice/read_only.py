# SPDX-License-Identifier: Apache-2.0
"""Pages that only show: whoever may read the rows elsewhere sees them here, and nobody changes them."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from cortex.backoffice.access import readable_companies, sees_everything
from cortex.backoffice.bounded import BoundedModelAdmin
from cortex.identity.models import LOOK_AT_PLATFORM
from cortex.identity.principals import principal_of
from cortex.policy.declarations import closed, policy_action, signed_in
from cortex.policy.filters.visible import visibility

# The library's pages of a model by the end of their names, and the address that rows once had.
_SHOWING, _CHANGING = {"changelist", "change", "history"}, {"add", "delete"}
_OLD_ADDRESS = "<path:object_id>/"


class ReadOnlyModelAdmin(BoundedModelAdmin):
    """Shows rows to staff whose role in a company allows `policy_action`, most to the platform as well."""

    policy_action: ClassVar[str | None] = None
    company_field: ClassVar[str] = "company_id"
    # Whether platform administrators see the rows of companies that are not open to them. Never the books.
    is_of_the_platform: ClassVar[bool] = True
    # The type of the rows as policies know it; without one a company's rows are seen all or not at all.
    entity_type: ClassVar[str | None] = None

    def get_urls(self) -> list[URLPattern]:
        """Say of each page that the library brings what it asks; one that somebody adds says so itself."""
        return [self._declared(pattern) for pattern in super().get_urls()]

    def _declared(self, pattern: URLPattern) -> URLPattern:
        page = (pattern.name or "").removeprefix(f"{self.opts.app_label}_{self.opts.model_name}_")
        if page in _SHOWING:
            policy_action(self.policy_action or LOOK_AT_PLATFORM)(pattern.callback)
        elif page in _CHANGING:
            closed("nobody changes a row by hand")(pattern.callback)
        elif str(pattern.pattern) == _OLD_ADDRESS:
            signed_in("leads to the page of the row, which asks")(pattern.callback)
        return pattern

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether there is a company whose rows the person may read; `get_queryset` picks them."""
        return self._sees_all(request) or bool(readable_companies(request, action=self.policy_action))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the page stands in the list of pages."""
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of the companies where the authorizer says yes."""
        rows: QuerySet[Any] = super().get_queryset(request)
        if self._sees_all(request):
            return rows
        companies = readable_companies(request, action=self.policy_action)
        if not companies:
            # Also rows of no company, which have no column to compare.
            return rows.none()
        if self.entity_type is None or self.policy_action is None:
            return rows.filter(**{f"{self.company_field}__in": companies})
        return rows.filter(self._seen(request, companies, self.policy_action, self.entity_type))

    def _sees_all(self, request: HttpRequest) -> bool:
        return self.is_of_the_platform and sees_everything(request)

    def _seen(self, request: HttpRequest, companies: list[UUID], action: str, entity_type: str) -> Q:
        """Return where the policies of each company let the person look."""
        seen = Q(pk__in=[])
        for company_id in companies:
            here = Q(**{self.company_field: company_id})
            condition = visibility(
                principal=principal_of(request), action=action, company_id=company_id, entity_type=entity_type
            )
            if condition is not False:
                seen |= here if condition is True else here & condition
        return seen
