# SPDX-License-Identifier: Apache-2.0
"""How the program runs: without debugging, from configuration that somebody signed, on well providers."""

import time

from django.conf import settings

from apps.audit.adapters.probes.counting import none_in
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe, unknown
from cortex.boot.configuration import current_configuration
from cortex.container.providers.overview import all_states
from cortex.container.providers.registry import providers


@probe(
    "boot.debug_off",
    title="Debugging is off",
    remedy="Unset DEBUG, and run settings.prod.",
)
def debug_off(asked: Asked) -> Finding:
    """Look at the switch."""
    return judged(not settings.DEBUG, well="Debugging is off.", ill="Debugging is on.", debug=settings.DEBUG)


@probe(
    "boot.signed_configuration",
    title="The configuration was signed",
    remedy="Sign the configuration and start with it: docs/operations/configuration.md.",
)
def signed_configuration(asked: Asked) -> Finding:
    """Look at the signed files that this process started with."""
    artefacts = current_configuration().artefacts
    if not artefacts:
        return unknown("This process started from its environment: nobody signed what it does.")
    over = [each.name for each in artefacts if each.expires_at <= asked.now]
    return none_in(
        over,
        of=len(artefacts),
        well="Every signed file counts.",
        ill="Signed files whose time is over",
        digests=sorted(each.digest for each in artefacts),
    )


@probe(
    "boot.secret_key",
    title="The key of sessions and links is long and not the public one",
    remedy="Make a key of 50 random characters, and keep the old one in SECRET_KEY_FALLBACKS for a day.",
    characters=50,
)
def secret_key(asked: Asked) -> Finding:
    """Look at its length and variety; never at the key itself."""
    length, letters = len(settings.SECRET_KEY), len(set(settings.SECRET_KEY))
    is_public = settings.SECRET_KEY.startswith(("django-insecure-", "tests-only-"))
    return judged(
        length >= asked["characters"] and letters >= 5 and not is_public,
        well="The key is long and random.",
        ill="The key is short, plain, or known to everybody.",
        length=length,
        is_public=is_public,
    )


@probe(
    "providers.well",
    title="Every provider answers",
    remedy="Look at 'Providers': what does not answer, and since when.",
    minutes=5,
)
def providers_well(asked: Asked) -> Finding:
    """Look at the last health checks; an old one says nothing."""
    states = all_states(providers)
    limit = time.time() - asked["minutes"] * 60
    seen = [each for each in states if each.health is not None and each.health.checked_at >= limit]
    if len(seen) < len(states) or not states:
        return unknown(f"{len(states) - len(seen)} of {len(states)} providers were not checked lately.")
    return none_in(
        [each.entry.provider.name for each in seen if each.health is not None and not each.health.is_well],
        of=len(states),
        well="Every provider answers.",
        ill="Providers that do not answer",
    )
