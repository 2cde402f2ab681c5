# SPDX-License-Identifier: Apache-2.0
"""Programs that act by OAuth2: on which terms they are served."""

from datetime import timedelta

from django.conf import settings
from oauth2_provider.models import get_application_model

from apps.audit.adapters.probes.counting import days_before, none_in, none_of
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe, unknown
from cortex.programs.last_use import last_use_of_client
from cortex.programs.models import Program, SigningKey

_OLD_GRANTS = ("implicit", "password", "openid-hybrid")
_SWITCHES = (
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED",
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD",
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT",
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT",
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING",
    "REFRESH_TOKEN_REUSE_PROTECTION",
)
CLIENTS_MAX = 500
_LOCAL = ("http://127.0.0.1", "http://[::1]", "http://localhost")


@probe(
    "programs.pkce",
    title="Authorization codes need PKCE, and old flows are off",
    remedy="Restore OAUTH2_PROVIDER of the release.",
)
def pkce(asked: Asked) -> Finding:
    """Look at the switches of the authorization server."""
    off = [name for name in _SWITCHES if settings.OAUTH2_PROVIDER.get(name) is not True]
    return judged(
        not off,
        well="PKCE is required, and old flows are off.",
        ill=f"Switched off: {', '.join(off)}.",
        off=off,
    )


@probe(
    "programs.grants",
    title="No client uses a flow that is no longer safe",
    remedy="Make the client anew with authorization code or client credentials.",
)
def grants(asked: Asked) -> Finding:
    """Look for clients of old flows."""
    clients = get_application_model().objects.all()
    return none_of(
        clients.filter(authorization_grant_type__in=_OLD_GRANTS),
        of=clients.count(),
        well="Every client uses a flow that is safe.",
        ill="Clients of flows that are no longer safe",
    )


@probe(
    "programs.redirects",
    title="Clients are answered over HTTPS only",
    remedy="Change the client's redirect address.",
)
def redirects(asked: Asked) -> Finding:
    """Look for redirect addresses without TLS; those on the person's own machine are fine (RFC 8252)."""
    found = get_application_model().objects.exclude(redirect_uris="").order_by("id")[:CLIENTS_MAX]
    clients = list(found.values_list("id", "redirect_uris"))
    plain = [
        str(client)
        for client, uris in clients
        if any(uri.startswith("http:") and not uri.startswith(_LOCAL) for uri in uris.split())
    ]
    return none_in(
        plain,
        of=len(clients),
        well="Every redirect address is HTTPS or local.",
        ill="Clients with a redirect address without TLS",
    )


@probe(
    "programs.unused",
    title="No client lies idle",
    remedy="Switch the client off under 'OAuth2 clients'.",
    days=90,
)
def unused(asked: Asked) -> Finding:
    """Look for enabled clients that asked for nothing lately."""
    since = days_before(asked)
    enabled = Program.objects.filter(is_enabled=True).select_related("application")
    older = enabled.filter(created_at__lt=since).order_by("id")[:CLIENTS_MAX]
    idle = [
        str(each.id) for each in older if (last_use_of_client(each.application) or each.created_at) < since
    ]
    return none_in(
        idle,
        of=enabled.count(),
        well="Every enabled client was used lately, or is new.",
        ill=f"Enabled clients that were not used for {asked['days']} days",
    )


@probe(
    "programs.former_secrets",
    title="Former secrets of clients end soon",
    remedy="Let the client's people take the new secret, and rotate once more with a short overlap.",
    days=7,
)
def former_secrets(asked: Asked) -> Finding:
    """Look for former secrets that count for long."""
    programs = Program.objects.filter(is_enabled=True)
    until = asked.now + timedelta(days=asked["days"])
    return none_of(
        programs.exclude(previous_secret="").filter(previous_secret_until__gt=until),
        of=programs.count(),
        well="No former secret counts for long.",
        ill=f"Clients whose former secret counts for more than {asked['days']} days",
    )


@probe(
    "programs.signing_key_age",
    title="The key that signs tokens is renewed",
    remedy="`cortex oauth_keys rotate`; look whether the schedule runs (rotate-signing-key).",
    days=100,
)
def signing_key_age(asked: Asked) -> Finding:
    """Look at the newest key that signs."""
    key = SigningKey.objects.filter(retired_at=None, withdrawn_at=None).order_by("-published_at").first()
    if key is None:
        return unknown("No key signs yet: nobody asked for a token.")
    age = (asked.now - key.published_at).days
    return judged(
        age <= asked["days"],
        well=f"The key is {age} days old.",
        ill=f"Expected a key of at most {asked['days']} days, got one of {age}.",
        age_days=age,
        key=str(key.id),
    )
