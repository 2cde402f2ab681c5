# SPDX-License-Identifier: Apache-2.0
"""Tokens: how long they count, and whether what is over is gone."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from oauth2_provider.models import get_access_token_model

from apps.audit.adapters.probes.counting import days_before, none_of
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe
from cortex.programs.models import Authorization


@probe(
    "programs.token_lifetimes",
    title="Tokens are short-lived",
    remedy="Restore OAUTH2_PROVIDER of the release; revoke the tokens named by id.",
    seconds=3600,
    refresh_days=14,
)
def token_lifetimes(asked: Asked) -> Finding:
    """Look at the lifetimes in force, and at the tokens themselves."""
    provider: dict[str, Any] = settings.OAUTH2_PROVIDER
    access, refresh = provider["ACCESS_TOKEN_EXPIRE_SECONDS"], provider["REFRESH_TOKEN_EXPIRE_SECONDS"]
    wanted = f"{asked['seconds']} s and {asked['refresh_days']} days"
    tokens = get_access_token_model().objects.filter(expires__gt=asked.now)
    late = tokens.filter(expires__gt=asked.now + timedelta(seconds=asked["seconds"])).count()
    return judged(
        access <= asked["seconds"] and refresh <= asked["refresh_days"] * 86400 and late == 0,
        well=f"Access tokens count for {access} s, refresh tokens for {refresh} s.",
        ill=f"Expected {wanted}, got {access} s and {refresh} s; tokens that last longer: {late}.",
        access_seconds=access,
        refresh_seconds=refresh,
        looked_at=tokens.count(),
        offending=late,
    )


@probe(
    "programs.tokens_purged",
    title="Tokens that are over are deleted",
    remedy="Look whether the schedule runs (purge-tokens); `cortex purge_tokens`.",
    days=30,
)
def tokens_purged(asked: Asked) -> Finding:
    """Look for tokens that ended long ago."""
    tokens = get_access_token_model().objects.all()
    return none_of(
        tokens.filter(expires__lt=days_before(asked)),
        of=tokens.count(),
        well="No token is kept for long after its end.",
        ill=f"Tokens that ended more than {asked['days']} days ago",
    )


@probe(
    "programs.consents_end",
    title="What people allow programs ends",
    remedy="Look whether the schedule runs (purge-tokens); end the consents under 'What people allow'.",
    days=100,
)
def consents_end(asked: Asked) -> Finding:
    """Look for consents that go on for longer than a family of tokens may."""
    living = Authorization.objects.filter(ended_at=None)
    return none_of(
        living.filter(granted_at__lt=days_before(asked)),
        of=living.count(),
        well="No consent goes on for long.",
        ill=f"Consents that go on for more than {asked['days']} days",
    )
