# SPDX-License-Identifier: Apache-2.0
"""Certificates of services."""

from datetime import timedelta

from django.db.models import Max

from apps.audit.adapters.probes.counting import none_in
from apps.audit.domain.compliance.probe import Asked, Finding, probe, unknown
from cortex.pki.models import Certificate


@probe(
    "pki.certificates_last",
    title="No service's certificate is about to end",
    remedy="`cortex pki renew`; look why the service did not renew by itself (docs/operations/mtls.md).",
    hours=24,
)
def certificates_last(asked: Asked) -> Finding:
    """Look for services whose newest certificate ends soon; whoever is gone for a month is no service."""
    counting = Certificate.objects.filter(revoked_at=None, ends_at__gt=asked.now - timedelta(days=30))
    newest = dict(counting.values_list("spiffe_id").annotate(last=Max("ends_at")).order_by())
    if not newest:
        return unknown("No certificate of a service is recorded.")
    until = asked.now + timedelta(hours=asked["hours"])
    return none_in(
        [name for name, ends_at in newest.items() if ends_at < until],
        of=len(newest),
        well="Every service's certificate lasts.",
        ill=f"Services whose certificate ends within {asked['hours']} h",
    )


@probe(
    "pki.certificates_short",
    title="Certificates of services are short-lived",
    remedy="Issue them anew with the lifetime of the release.",
    days=90,
)
def certificates_short(asked: Asked) -> Finding:
    """Look for certificates that count for long."""
    counting = list(
        Certificate.objects.filter(revoked_at=None, ends_at__gt=asked.now).values_list(
            "serial", "starts_at", "ends_at"
        )[:1000]
    )
    if not counting:
        return unknown("No certificate of a service is recorded.")
    most = timedelta(days=asked["days"])
    return none_in(
        [serial for serial, starts_at, ends_at in counting if ends_at - starts_at > most],
        of=len(counting),
        well="Every certificate is short-lived.",
        ill=f"Certificates that count for more than {asked['days']} days",
    )
