# SPDX-License-Identifier: Apache-2.0
"""Metrics for scrapers that know the token."""

from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from cortex.database.transactions import DatabaseMustBeReachable
from cortex.errors import CortexError
from cortex.observability.backups import observe_backups
from cortex.observability.certificates import observe_certificate
from cortex.observability.log_custody import observe_custody
from cortex.observability.log_lag import observe_log
from cortex.observability.log_mirror import observe_mirror
from cortex.observability.standbys import observe_standbys
from cortex.ports.registry import get
from cortex.ports.vault import Vault

TOKEN_SECRET = "METRICS_TOKEN"  # noqa: S105 - the name of a secret


class ScraperMustBeKnown(CortexError):
    """The scraper did not show the token of this installation."""

    code = "observability.scraper_must_be_known"
    status = 403


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in the text format of Prometheus; raises ScraperMustBeKnown.

    With PROMETHEUS_MULTIPROC_DIR set, all processes of this machine are summed up.
    """
    if not settings.DEBUG and not _shows_token(request):
        raise ScraperMustBeKnown(
            f"Metrics: expected `Authorization: Bearer` with the secret {TOKEN_SECRET}, got none that fits.",
            evidence={"object": "metrics", "remedy": f"set {TOKEN_SECRET} and send it"},
        )
    observe_certificate()
    for observe in (observe_log, observe_custody, observe_mirror, observe_standbys, observe_backups):
        # That the database is away, other metrics tell.
        with suppress(DatabaseMustBeReachable):
            observe()
    response: HttpResponse = ExportToDjangoView(request)
    return response


def _shows_token(request: HttpRequest) -> bool:
    expected = get(Vault).read_secret(name=TOKEN_SECRET)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    is_bearer = scheme.lower() == "bearer"
    return is_bearer and expected is not None and expected.equals(given)
