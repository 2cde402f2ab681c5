# SPDX-License-Identifier: Apache-2.0
"""What people allow programs, and the access tokens that came of it; no text of a token is on any page."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from oauth2_provider import admin as library  # noqa: F401 - importing it registered its pages
from oauth2_provider import models

from cortex.backoffice.last_use_told import last_use_told
from cortex.backoffice.marks import mark
from cortex.backoffice.memberships_table import memberships_table
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, RowVerb
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import END_AUTHORIZATION, READ
from cortex.programs.clients.revoke_token import revoke_token
from cortex.programs.clients.revoke_tokens import end_authorization
from cortex.programs.families import ends_at, is_over
from cortex.programs.last_use import last_use_of_token
from cortex.programs.models import Authorization
from cortex.programs.usable import counts

AccessToken = models.get_access_token_model()
for _model in (
    AccessToken,
    models.get_grant_model(),
    models.get_id_token_model(),
    models.get_refresh_token_model(),
):
    admin.site.unregister(_model)


def _end(authorization: Authorization, principal: Principal, given: Mapping[str, Any]) -> Done:
    end_authorization(authorization_id=authorization.id, ended_by=principal)
    return Done("What was allowed has ended, and every token of it.")


def _revoke(token: Any, principal: Principal, given: Mapping[str, Any]) -> Done:
    revoke_token(token_id=token.pk, revoked_by=principal)
    return Done("The token counts no more.")


@admin.register(Authorization)
class AuthorizationAdmin(PlatformVerbsModelAdmin):
    """Each yes of a person to a program, the newest first."""

    looks_leave_leaves = True
    policy_action = READ
    ordering = ("-granted_at", "-id")
    list_display = ("granted_at", "user", "application", "scopes_told", "state", "ends_at_told")
    list_select_related = ("user", "application")
    search_fields = ("application__client_id__exact", "user__username__exact")
    search_help_text = "The whole id of a client, or the whole name of a user"
    fields = (
        "id",
        "user",
        "application",
        "scopes_told",
        "state",
        "granted_at",
        "ends_at_told",
        "authenticated_at",
        "methods",
        "ended_at",
        "ended_because",
        "companies_told",
    )
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "end",
            "End it",
            "Every token that came of this yes ends at once. The program may ask the person again.",
            END_AUTHORIZATION,
            _end,
            applies=lambda authorization: authorization.ended_at is None,
        ),
    )

    @admin.display(description="may")
    def scopes_told(self, authorization: Authorization) -> str:
        """Return what was allowed."""
        return ", ".join(authorization.scopes)

    @admin.display(description="state")
    def state(self, authorization: Authorization) -> SafeString:
        """Return whether it still counts."""
        return _counting(not is_over(authorization, at=get(Clock).now()))

    @admin.display(description="counts until")
    def ends_at_told(self, authorization: Authorization) -> str:
        """Return when it ends by itself."""
        return f"{ends_at(authorization):%Y-%m-%d %H:%M} UTC"

    @admin.display(description="companies")
    def companies_told(self, authorization: Authorization) -> SafeString:
        """Return where the person, and so the program, may act."""
        return _companies(authorization)


@admin.register(AccessToken)
class AccessTokenAdmin(PlatformVerbsModelAdmin):
    """Access tokens, the newest first; only their digests are stored, and not even those are shown."""

    looks_leave_leaves = True
    policy_action = READ
    ordering = ("-id",)
    list_display = ("id", "application", "acts_for", "scope", "created", "expires", "state")
    list_select_related = ("application__program", "application__user", "user")
    search_fields = ("application__client_id__exact", "user__username__exact")
    search_help_text = "The whole id of a client, or the whole name of a user"
    fields = (
        "id",
        "application",
        "acts_for",
        "scope",
        "created",
        "expires",
        "state",
        "last_used",
        "companies_told",
    )
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "revoke",
            "Take it back",
            "It counts no more from the next request on. If a person's yes stands behind it, that ends too.",
            END_AUTHORIZATION,
            _revoke,
        ),
    )

    def object_in_log(self, row: Any) -> Any:
        """Return the terms of its client, which the leaf of its end names."""
        return row.application.program.id if hasattr(row.application, "program") else None

    @admin.display(description="acts for")
    def acts_for(self, token: Any) -> str:
        """Return the person, or the service user of the client."""
        return str(token.user or token.application.user or "–")

    @admin.display(description="state")
    def state(self, token: Any) -> SafeString:
        """Return whether it opens anything now: not if its client is switched off, or its person."""
        return _counting(counts(token, at=get(Clock).now()))

    @admin.display(description="last used by the client for them")
    def last_used(self, token: Any) -> str:
        """Return when the client last asked for this person; decisions do not tell its tokens apart."""
        return last_use_told(last_use_of_token(token))

    @admin.display(description="companies")
    def companies_told(self, token: Any) -> SafeString:
        """Return where it opens doors."""
        return _companies(token)


def _counting(does: bool) -> SafeString:
    return mark("counts", kind="good") if does else mark("over")


def _companies(row: Any) -> SafeString:
    return memberships_table("Where it may act", user_id=row.user_id or row.application.user_id)
