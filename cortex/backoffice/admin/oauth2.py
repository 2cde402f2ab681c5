# SPDX-License-Identifier: Apache-2.0
"""OAuth2 clients and their tokens: the library's pages, dressed like ours."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from oauth2_provider import admin as library
from oauth2_provider import models
from unfold.decorators import action

from cortex.backoffice.read_only import ReadOnlyModelAdmin

for _model in (
    models.get_application_model(),
    models.get_access_token_model(),
    models.get_grant_model(),
    models.get_id_token_model(),
    models.get_refresh_token_model(),
):
    admin.site.unregister(_model)


@admin.register(models.get_application_model())
class ApplicationAdmin(ReadOnlyModelAdmin):
    """Programs that call the API. They are created by `create_client`, which shows the secret once."""

    list_display = ("client_id", "name", "user", "client_type", "authorization_grant_type", "created")
    list_filter = ("client_type", "authorization_grant_type")
    list_select_related = ("user",)
    search_fields = ("client_id__exact", "name__istartswith")
    fields = ("client_id", "name", "user", "client_type", "authorization_grant_type", "created", "updated")
    readonly_fields = fields


class _TokenAdmin(ReadOnlyModelAdmin):
    """Tokens, masked; never searched by their value, which would then stand in logs."""

    list_select_related = ("application", "user")
    search_fields = ("application__client_id__exact", "user__username__exact")
    actions: ClassVar[tuple[str, ...]] = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may take tokens away."""
        return request.user.has_perm("oauth2_provider.change_accesstoken")

    @action(description="Revoke the selected tokens", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke each; a refresh token takes its access token along."""
        for token in queryset:
            token.revoke()
        self.message_user(request, "The selected tokens were revoked.")

    @admin.display(description="token")
    def masked_token(self, token: Any) -> str:
        """Return its last characters."""
        return str(library.mask_credential(token.token))


@admin.register(models.get_access_token_model())
class AccessTokenAdmin(_TokenAdmin):
    """Access tokens."""

    list_display = ("masked_token", "application", "user", "scope", "created", "expires")
    fields = ("masked_token", "application", "user", "scope", "created", "expires")
    readonly_fields = fields


@admin.register(models.get_refresh_token_model())
class RefreshTokenAdmin(_TokenAdmin):
    """Refresh tokens."""

    list_display = ("masked_token", "application", "user", "created", "revoked")
    fields = list_display
    readonly_fields = list_display
