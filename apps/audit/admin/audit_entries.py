# SPDX-License-Identifier: Apache-2.0
"""Leaves as they were written."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter

from apps.audit.adapters.policy_entities import ENTRY, READ, READ_BUNDLES
from apps.audit.admin.leaf_proof import leaf_proof, proof_link
from apps.audit.admin.log_state import log_state_page
from apps.audit.domain.found_leaves import LeafFilters
from apps.audit.models import AuditEntry, LogLeaf
from apps.audit.selectors.search import narrowed
from cortex.backoffice.pages import may_on_platform
from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.identity.actor_names import names_of_actors
from cortex.policy.declarations import policy_action


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyModelAdmin):
    """Leaves, newest first: those of companies for their watchers, and of all for the platform's.

    Leaves of the platform itself belong to no company: the service role alone sees them, and reads for
    whoever may read the leaves of all.
    """

    policy_action = READ
    entity_type = ENTRY
    list_display = ("recorded_at", "verb", "actor", "company", "object_type", "object_id", "proof")
    list_display_links = ("recorded_at", "verb")
    list_filter = (("recorded_at", RangeDateTimeFilter), ("company", AutocompleteSelectFilter))
    list_select_related = ("company",)
    search_fields = ("leaf_id__exact",)
    search_help_text = (
        "A user's name, an actor such as service:scheduler, a verb or its beginning with a dot, "
        "or the id of an object or leaf"
    )
    fields = (
        "id",
        "leaf_id",
        "company",
        "object_type",
        "object_id",
        "verb",
        "who",
        "recorded_at",
        "position",
        "body_text",
        "hash_text",
        "proof",
    )
    readonly_fields = fields
    ordering = ("-id",)

    def get_urls(self) -> list[URLPattern]:
        """Add the page of the log's state, and the proof of a leaf."""
        state = policy_action(READ_BUNDLES)(partial(log_state_page, self.admin_site))
        # Of a leaf that the list shows: of a company for its watchers, of all for the platform's.
        proof = policy_action(READ)(partial(self.leaf_proof))
        return [
            path("state/", self.admin_site.admin_view(state), name="audit_log_state"),
            path("<uuid:leaf_id>/proof.zip", self.admin_site.admin_view(proof), name="audit_leaf_proof"),
            *super().get_urls(),
        ]

    def leaf_proof(self, request: HttpRequest, leaf_id: UUID) -> HttpResponse:
        """Send what proves a leaf of this list."""
        return leaf_proof(request, leaf_id, seen=self.get_queryset(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the leaves of the companies where the policies say yes, or all of them."""
        if may_on_platform(request, action=READ_BUNDLES):
            return AuditEntry.objects.using("service").order_by(*self.ordering)
        return super().get_queryset(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by what the indexes know: an actor, a verb, the id of an object or of a leaf."""
        term = search_term.strip()[:200].replace("\x00", "")
        if not term:
            return queryset, False
        if (sought := _uuid(term)) is not None:
            return queryset.filter(leaf_id=sought) | queryset.filter(object_id=sought), False
        is_verb = "." in term and ":" not in term
        filters = LeafFilters(verb=term) if is_verb else LeafFilters(actor=term)
        return narrowed(queryset, filters=filters), False

    @admin.display(description="who")
    def who(self, entry: AuditEntry) -> str:
        """Return who did it, by name."""
        return names_of_actors(urns=[entry.actor])[entry.actor]

    @admin.display(description="position in the log")
    def position(self, entry: AuditEntry) -> str:
        """Return the place in the tree, once it has one."""
        leaves = LogLeaf.objects.using(entry._state.db).filter(entry_id=entry.id)
        index = leaves.values_list("leaf_index", flat=True).first()
        return "not integrated yet" if index is None else f"{index:,}"

    @admin.display(description="proof")
    def proof(self, entry: AuditEntry) -> str:
        """Return where the archive is that proves the leaf to somebody who trusts nobody."""
        return proof_link(entry.leaf_id)

    @admin.display(description="body, exactly as hashed")
    def body_text(self, entry: AuditEntry) -> str:
        """Return the bytes of the leaf, which are UTF-8 text."""
        return bytes(entry.body).decode()

    @admin.display(description="leaf hash, SHA-256(0x00 || body)")
    def hash_text(self, entry: AuditEntry) -> str:
        """Return the Merkle leaf hash in hexadecimal."""
        return bytes(entry.leaf_hash).hex()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
