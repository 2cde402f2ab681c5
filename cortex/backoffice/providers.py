# SPDX-License-Identifier: Apache-2.0
"""The page of providers: what all processes see of them, renewed while somebody looks."""

import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from cortex.backoffice.access import sees_everything
from cortex.backoffice.refusing import refuse
from cortex.container.providers.overview import MINUTES, ProviderState, all_states
from cortex.container.providers.registry import providers
from cortex.identity.actor_names import names_of_actors
from cortex.identity.models import LOOK_AT_PLATFORM
from cortex.tenancy.models import Company

# A worker checks every half minute; an answer older than this says that none does.
CHECK_SECONDS_MAX = 120


def providers_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Return the page, or the part of it that is renewed, for platform administrators."""
    if not sees_everything(request):
        refuse(request, action=LOOK_AT_PLATFORM)
    states = all_states(providers)
    names = _names(states)
    context = {
        "rows": [_row(state, names) for state in states],
        "is_counted": all(state.is_counted for state in states),
        "is_live": "paused" not in request.GET,
        "minutes": MINUTES,
    }
    if request.headers.get("HX-Request") == "true":
        return TemplateResponse(request, "admin/_providers.html", context)
    shared = {**site.each_context(request), "title": "Providers"}
    return TemplateResponse(request, "admin/providers.html", {**shared, **context})


def _row(state: ProviderState, names: dict[str, str]) -> dict[str, Any]:
    provider, limits, counts = state.entry.provider, state.entry.guard.limits, state.counts
    return {
        "capability": provider.capability.name,
        "name": provider.name,
        "version": str(provider.version),
        "health": _health(state),
        "circuit": _circuit(state),
        "figures": [
            ("Calls", f"{state.calls:,}"),
            ("Failures", f"{counts['failed']:,}"),
            ("Too late", f"{counts['late']:,}"),
            ("Mean", f"{state.mean_ms:.1f} ms" if state.calls else "–"),
            ("95 of 100", state.p95_ms),
            ("Refused: rate", f"{counts['refused_rate']:,}"),
            ("Refused: at a time", f"{counts['refused_concurrency']:,}"),
            ("In flight", f"{state.in_flight:,} of {limits.calls_in_flight_max:,}"),
        ],
        "error": _error(state),
        "callers": [
            (_named(share.caller, names), f"{share.calls:,}", f"{share.tokens_left:,} of {limits.burst:,}")
            for share in state.callers
        ],
        "limits": _limits(state),
    }


def _health(state: ProviderState) -> dict[str, str]:
    health = state.health
    if health is None or time.time() - health.checked_at > CHECK_SECONDS_MAX:
        return {
            "word": "not checked",
            "kind": "unknown",
            "detail": "Nobody checked lately: does a worker run?",
        }
    when = f"{_ago(health.checked_at)} by {health.checked_by} in {health.milliseconds:,} ms"
    if health.is_well:
        return {"word": "well", "kind": "good", "detail": f"Checked {when}."}
    return {"word": "unwell", "kind": "bad", "detail": f"{health.reason} Checked {when}."}


def _circuit(state: ProviderState) -> dict[str, str]:
    total = sum(state.breakers.values())
    if not total:
        return {"word": "circuit closed", "kind": "unknown", "detail": "Nobody called lately."}
    broken = {word: count for word, count in sorted(state.breakers.items()) if word != "closed"}
    told = f"{total} process{'es' if total > 1 else ''}"
    if not broken:
        return {"word": "circuit closed", "kind": "good", "detail": f"Closed in {told}."}
    words = ", ".join(f"{word} in {count}" for word, count in broken.items())
    return {"word": f"circuit {next(iter(broken))}", "kind": "bad", "detail": f"{words} of {told}."}


def _error(state: ProviderState) -> str:
    if state.last_error is None:
        return ""
    at, text = state.last_error
    return f"{_ago(at)}: {text}"


def _limits(state: ProviderState) -> str:
    limits = state.entry.guard.limits
    without = "each process counts alone" if limits.without_valkey == "local" else "calls are refused"
    attempts = "no repetition" if limits.attempts_max == 1 else f"up to {limits.attempts_max} attempts"
    return (
        f"{limits.calls_per_minute:,} calls a minute for each caller, {limits.burst:,} at once; "
        f"{limits.timeout_ms:,} ms a call; {attempts}; circuit opens after "
        f"{limits.failures_before_open} failures for {limits.open_seconds} s; without Valkey {without}."
    )


def _names(states: Iterable[ProviderState]) -> dict[str, str]:
    """Return names of the callers' principals and codes of their companies."""
    parts = [share.caller.partition("@") for state in states for share in state.callers]
    ids = {company for _, _, company in parts if _is_uuid(company)}
    codes = {str(row.id): row.code for row in Company.objects.filter(id__in=ids)}
    urns = {urn for urn, _, _ in parts if not urn.startswith("user:") or _is_uuid(urn[5:])}
    return names_of_actors(urns=urns) | codes


def _named(caller: str, names: dict[str, str]) -> str:
    urn, _, company = caller.partition("@")
    return names.get(urn, urn) + (f" in {names.get(company, company)}" if company else "")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _ago(at: float) -> str:
    seconds = max(round(time.time() - at), 0)
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} min ago" if seconds < 7200 else f"{seconds // 3600} h ago"
