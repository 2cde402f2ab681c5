# SPDX-License-Identifier: Apache-2.0
"""OAuth2 clients: created, changed, switched, given new secrets, and parted from their tokens."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from oauth2_provider import admin as library  # noqa: F401 - importing it registered its pages
from oauth2_provider.models import get_access_token_model, get_application_model

from cortex.backoffice.client_forms import CreateForm, RotateForm, TermsForm
from cortex.backoffice.last_use_told import last_use_told
from cortex.backoffice.marks import mark
from cortex.backoffice.memberships_table import memberships_table
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PlatformVerb, RowVerb
from cortex.identity.users import active_user
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import CHANGE, CREATE, END_AUTHORIZATION, READ, ROTATE_SECRET, SWITCH
from cortex.programs.clients.create_client import create_client
from cortex.programs.clients.revoke_tokens import revoke_tokens_of_client
from cortex.programs.clients.rotate_secret import rotate_secret
from cortex.programs.clients.terms import kind_of
from cortex.programs.last_use import last_use_of_client
from cortex.programs.waiting_verbs import change_or_wait, switch_or_wait

Application = get_application_model()
admin.site.unregister(Application)


def _create(principal: Principal, given: Mapping[str, Any]) -> Done:
    name = given["service_user"]
    new = create_client(
        client_id=given["client_id"],
        kind=given["kind"],
        user=active_user(username=name) if name else None,
        created_by=principal,
        **_terms(given),
    )
    return Done(f"Client {new.client_id} was created.", new.secret)


def _change(client: Any, principal: Principal, given: Mapping[str, Any]) -> Done:
    change_or_wait(client_id=client.client_id, changed_by=principal, **_terms(given))
    return Done("The client has new terms.")


def _terms(given: Mapping[str, Any]) -> dict[str, Any]:
    addresses = ("redirect_uris", "post_logout_redirect_uris")
    plain = {name: given[name] for name in ("name", "scopes", "certificate_id")}
    return plain | {name: given[name].split() for name in addresses}


def _terms_now(client: Any) -> dict[str, Any]:
    return {
        "name": client.name,
        "scopes": client.program.allowed_scopes,
        "redirect_uris": "\n".join(client.redirect_uris.split()),
        "post_logout_redirect_uris": "\n".join(client.post_logout_redirect_uris.split()),
        "certificate_id": client.program.certificate_id,
    }


def _enable(client: Any, principal: Principal, given: Mapping[str, Any]) -> Done:
    switch_or_wait(client_id=client.client_id, is_enabled=True, switched_by=principal)
    return Done("The client is served again.")


def _disable(client: Any, principal: Principal, given: Mapping[str, Any]) -> Done:
    switch_or_wait(client_id=client.client_id, is_enabled=False, switched_by=principal)
    return Done("The client is served no more.")


def _rotate(client: Any, principal: Principal, given: Mapping[str, Any]) -> Done:
    overlap = timedelta(hours=given["overlap_hours"])
    secret = rotate_secret(client_id=client.client_id, rotated_by=principal, overlap=overlap)
    return Done(f"Client {client.client_id} has a new secret.", secret)


def _revoke(client: Any, principal: Principal, given: Mapping[str, Any]) -> Done:
    ended = revoke_tokens_of_client(client_id=client.client_id, revoked_by=principal)
    return Done(f"No token of {client.client_id} counts any more; {ended:,} people's permissions ended.")


def _is_served(client: Any) -> bool:
    return _has_terms(client) and bool(client.program.is_enabled)


def _has_terms(client: Any) -> bool:
    try:
        return client.program is not None
    except ObjectDoesNotExist:
        return False


@admin.register(Application)
class ApplicationAdmin(PlatformVerbsModelAdmin):
    """Programs that call the API. Their secrets are stored as hashes, so that no page can show one later."""

    policy_action = READ
    ordering = ("client_id",)
    list_display = ("client_id", "name", "kind_told", "state", "user", "created")
    list_filter = ("client_type", "authorization_grant_type")
    list_select_related = ("program", "user")
    search_fields = ("client_id__exact", "name__istartswith")
    search_help_text = "The whole client id, or the beginning of the name"
    fields = (
        "client_id",
        "name",
        "kind_told",
        "state",
        "user",
        "scopes_told",
        "redirects_told",
        "logouts_told",
        "certificate_told",
        "created",
        "updated",
        "old_secret_until",
        "last_used",
        "tokens_told",
        "companies_told",
    )
    readonly_fields = fields
    platform_verbs: ClassVar[tuple[PlatformVerb, ...]] = (
        PlatformVerb(
            "create",
            "Create a client",
            "A program may call the API from now on. The next page shows its secret once, if it has one.",
            CREATE,
            _create,
            form=CreateForm,
        ),
    )
    row_verbs = (
        RowVerb(
            "terms",
            "Change its terms",
            "They count from the next token on; a token that it has keeps its scopes for an hour at most.",
            CHANGE,
            _change,
            form=TermsForm,
            applies=_has_terms,
            initial=_terms_now,
        ),
        RowVerb(
            "enable",
            "Switch on",
            "It is served again, with the tokens that it still has.",
            SWITCH,
            _enable,
            applies=lambda client: _has_terms(client) and not client.program.is_enabled,
        ),
        RowVerb(
            "disable",
            "Switch off",
            "It is served no more from the next request on, whatever tokens it has.",
            SWITCH,
            _disable,
            applies=_is_served,
        ),
        RowVerb(
            "rotate-secret",
            "Make a new secret",
            "The next page shows the new secret once.",
            ROTATE_SECRET,
            _rotate,
            form=RotateForm,
            applies=lambda client: _has_terms(client) and client.client_type == client.CLIENT_CONFIDENTIAL,
        ),
        RowVerb(
            "revoke-tokens",
            "Take back all tokens",
            "Every token and code of the client, and what people allow it, ends at once. With its secret it "
            "may ask for new ones: switch it off as well if it is not to be trusted.",
            END_AUTHORIZATION,
            _revoke,
            applies=_has_terms,
        ),
    )

    def object_in_log(self, row: Any) -> Any:
        """Return the terms, which leaves name; a client without any was never served."""
        return row.program.id if _has_terms(row) else None

    @admin.display(description="kind")
    def kind_told(self, client: Any) -> str:
        """Return what it is."""
        return kind_of(client)

    @admin.display(description="state")
    def state(self, client: Any) -> SafeString:
        """Return whether it is served."""
        if not _has_terms(client):
            return mark("no terms: not served", kind="warn")
        return mark("on", kind="good") if client.program.is_enabled else mark("off", kind="bad")

    @admin.display(description="may ask for")
    def scopes_told(self, client: Any) -> str:
        """Return its scopes."""
        return ", ".join(sorted(client.program.allowed_scopes)) if _has_terms(client) else "–"

    @admin.display(description="redirect addresses")
    def redirects_told(self, client: Any) -> SafeString:
        """Return where people come back to it."""
        return _lines(client.redirect_uris.split())

    @admin.display(description="addresses after sign-out")
    def logouts_told(self, client: Any) -> SafeString:
        """Return where people go when they signed out."""
        return _lines(client.post_logout_redirect_uris.split())

    @admin.display(description="certificate that it must show")
    def certificate_told(self, client: Any) -> str:
        """Return the id of the certificate."""
        return (client.program.certificate_id if _has_terms(client) else "") or "none"

    @admin.display(description="old secret works until")
    def old_secret_until(self, client: Any) -> str:
        """Return when the secret before the last rotation ends."""
        until = client.program.previous_secret_until if _has_terms(client) else None
        return f"{until:%Y-%m-%d %H:%M} UTC" if until else "–"

    @admin.display(description="last used")
    def last_used(self, client: Any) -> str:
        """Return when it last asked for something, as far back as decisions are kept."""
        return last_use_told(last_use_of_client(client))

    @admin.display(description="tokens")
    def tokens_told(self, client: Any) -> SafeString:
        """Return how many tokens count, and where they are listed."""
        living = get_access_token_model().objects.filter(application=client, expires__gt=get(Clock).now())
        return format_html(
            '<span class="cx-page">{} access tokens that count. <a href="{}?q={}">All of them</a>, '
            '<a href="{}?q={}">what people allow it</a></span>',
            f"{living.count():,}",
            reverse("admin:oauth2_provider_accesstoken_changelist"),
            client.client_id,
            reverse("admin:programs_authorization_changelist"),
            client.client_id,
        )

    @admin.display(description="companies")
    def companies_told(self, client: Any) -> SafeString | str:
        """Return where a service may act; others may wherever the person may who let them."""
        if client.user_id is None:
            return "Those of whoever lets it act."
        return memberships_table("Where its user is a member", user_id=client.user_id)


def _lines(texts: list[str]) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts)) or mark_safe("–")
