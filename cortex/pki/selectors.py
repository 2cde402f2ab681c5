# SPDX-License-Identifier: Apache-2.0
"""Certificates for people to look at."""

from collections.abc import Sequence

from cortex.pki.actions import READ
from cortex.pki.models import Certificate
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

LISTED_MAX = 500


def recorded_certificates(*, principal: Principal) -> Sequence[Certificate]:
    """Return what was recorded, the newest first; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=principal, action=READ, company_id=None)
    return list(Certificate.objects.order_by("-starts_at", "serial")[:LISTED_MAX])


def latest_certificates(*, principal: Principal) -> Sequence[Certificate]:
    """Return the newest certificate of each service by its id; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=principal, action=READ, company_id=None)
    rows = Certificate.objects.order_by("spiffe_id", "-starts_at").distinct("spiffe_id")
    return list(rows[:LISTED_MAX])
