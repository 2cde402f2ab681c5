# SPDX-License-Identifier: Apache-2.0
"""Lists that cost the same on ten rows and on ten million."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.admin import ShowFacets
from django.core.paginator import Paginator
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

from cortex.backoffice.audit_trail import TEMPLATE, trail_of
from cortex.identity.principals import principal_of
from cortex.policy.looks import LIST, LOOKED_AT, Look, note_look

COUNT_MAX = 10_000
ROWS_PER_PAGE = 50


class BoundedCount(int):
    """`10,000+`: exact counts end there, and estimates would tell the sizes of other companies."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # a plain class at run time
    """Counts up to 10,000 rows; what lies beyond is found by search and filters."""

    @cached_property
    def count(self) -> int:
        """Return the number of rows, or BoundedCount(10000)."""
        rows: Any = self.object_list
        count: int = rows.order_by()[: COUNT_MAX + 1].count()
        return BoundedCount(COUNT_MAX) if count > COUNT_MAX else count


class BoundedModelAdmin(ModelAdmin):
    """The base of every page: no facets, no whole-table counts, no bulk actions unless named."""

    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    paginator = BoundedPaginator
    list_per_page = ROWS_PER_PAGE
    list_max_show_all = ROWS_PER_PAGE
    list_filter_submit = True
    change_form_after_template = TEMPLATE
    # Whoever looks at people, at what is decided about them or at what the rules of governance name as a
    # text that may name them leaves a leaf.
    looks_leave_leaves: ClassVar[bool] = False

    def get_paginator(self, request: HttpRequest, *args: Any, **options: Any) -> Paginator:  # type: ignore[type-arg]
        """Return the pages of rows, to be listed here or offered by the field of another page."""
        self.note_look(request)
        pages: Paginator = super().get_paginator(request, *args, **options)  # type: ignore[type-arg]
        return pages

    def note_look(self, request: HttpRequest, row: Any = None) -> None:
        """Let the list, or one row, leave a leaf where this page's looks leave some."""
        if not self.looks_leave_leaves:
            return
        object_id = LIST if row is None else self.object_in_log(row)
        note_look(
            Look(
                principal=principal_of(request),
                verb=LOOKED_AT,
                company_id=getattr(row, "company_id", None),
                object_type=self.opts.label_lower,
                object_id=object_id if isinstance(object_id, UUID) else LIST,
            )
        )

    def object_in_log(self, row: Any) -> Any:
        """Return the id under which leaves of the audit log name the row; what is no UUID names none."""
        return row.pk

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Show the row, and below it what the audit log tells of it."""
        if obj is not None:
            self.note_look(request, obj)
            context.update(trail_of(request, obj, object_id=self.object_in_log(obj)))
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Answer about what a filter of the page offers alone.

        The library answers about every column of the table: a digest of a password, or what the page does not
        show, could be asked for letter by letter.
        """
        column = lookup.partition(LOOKUP_SEP)[0]
        fields = self.opts.get_fields()
        # What is no column is a filter's own parameter, or nothing.
        columns = {"pk", *(each.name for each in fields), *(getattr(each, "attname", "") for each in fields)}
        is_offered = column in self._offered(request) or column not in columns
        return is_offered and super().lookup_allowed(lookup, value, request)

    def _offered(self, request: HttpRequest) -> set[str]:
        filters = [each[0] if isinstance(each, tuple) else each for each in self.get_list_filter(request)]
        return {each.partition(LOOKUP_SEP)[0] for each in filters if isinstance(each, str)}
