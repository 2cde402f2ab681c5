# SPDX-License-Identifier: Apache-2.0
"""Companies."""

from django.contrib import admin

from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.tenancy.models import Company


@admin.register(Company)
class CompanyAdmin(ReadOnlyModelAdmin):
    """Companies are opened by services; here they are looked up."""

    # Whoever may read the books of a company may see its name.
    policy_action = "accounting.books.read"
    company_field = "id"
    list_display = ("code", "name", "status", "created_at")
    list_filter = ("status",)
    search_fields = ("code__istartswith", "name__istartswith")
    fields = ("id", "code", "name", "status", "created_at")
    readonly_fields = fields
