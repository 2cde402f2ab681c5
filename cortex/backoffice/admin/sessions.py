# SPDX-License-Identifier: Apache-2.0
"""Sessions of all people: where somebody is signed in, and the end of it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, RowVerb
from cortex.identity.accounts import END_SESSION, READ_SESSIONS, account_of
from cortex.identity.models import SignedInSession
from cortex.identity.sessions import end_session, end_sessions
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal


def _end(session: SignedInSession, principal: Principal, given: Mapping[str, Any]) -> Done:
    end_session(user_id=session.user_id, session_id=session.id, actor=principal)
    return Done(f"The session of {session.user} on {session.device} is over.")


def _end_all(session: SignedInSession, principal: Principal, given: Mapping[str, Any]) -> Done:
    count = end_sessions(user_id=session.user_id, actor=principal)
    return Done(f"{count:,} sessions of {session.user} are over.")


@admin.register(SignedInSession)
class SignedInSessionAdmin(PlatformVerbsModelAdmin):
    """Sessions that can still be used, the one used last first. Their keys are on no page."""

    looks_leave_leaves = True
    policy_action = READ_SESSIONS
    ordering = ("-last_used_at", "-id")
    list_display = ("user", "device", "address", "methods_told", "began_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__username__exact", "address__exact")
    search_help_text = "The whole name of a user, or a whole network address"
    fields = list_display
    readonly_fields = list_display
    row_verbs = (
        RowVerb(
            "end",
            "End this session",
            "Whoever sits at this device has to sign in again. Programs keep their tokens.",
            END_SESSION,
            _end,
        ),
        RowVerb(
            "end-all",
            "End all of this person",
            "On every device the person has to sign in again; your own session ends, too, if it is yours.",
            END_SESSION,
            _end_all,
        ),
    )

    def about(self, row: SignedInSession) -> Resource:
        """Return the account of the person, for which ending is asked."""
        return account_of(user=row.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return those that are not over; what is known of the others is deleted every hour."""
        return super().get_queryset(request).filter(session_key__in=Session.objects.values("session_key"))

    @admin.display(description="signed in by")
    def methods_told(self, session: SignedInSession) -> str:
        """Return the methods that were given."""
        return ", ".join(session.methods)
