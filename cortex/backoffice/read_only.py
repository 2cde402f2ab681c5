# SPDX-License-Identifier: Apache-2.0
"""Pages that only show: whoever may read the rows elsewhere sees them here, and nobody changes them."""

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from cortex.backoffice.access import readable_companies, sees_everything
from cortex.backoffice.bounded import BoundedModelAdmin


class ReadOnlyModelAdmin(BoundedModelAdmin):
    """Shows rows to platform administrators, and to staff whose role in a company allows `policy_action`."""

    policy_action: ClassVar[str | None] = None
    company_field: ClassVar[str] = "company_id"

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
        return sees_everything(request) or bool(readable_companies(request, action=self.policy_action))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the page stands in the list of pages."""
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of the companies where the authorizer says yes."""
        rows: QuerySet[Any] = super().get_queryset(request)
        if sees_everything(request):
            return rows
        companies = readable_companies(request, action=self.policy_action)
        return rows.filter(**{f"{self.company_field}__in": companies})
