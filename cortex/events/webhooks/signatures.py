# SPDX-License-Identifier: Apache-2.0
"""Signatures of webhooks as Standard Webhooks wants them, under secrets that are stored nowhere.

An endpoint's secret is derived from the installation's key, so a copy of the database signs nothing.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from standardwebhooks import Webhook

from cortex.confidential import Secret
from cortex.events.webhooks.models import WebhookEndpoint
from cortex.ports.registry import get
from cortex.ports.vault import Vault

# A receiver has a day to take over a new secret; until then both sign.
OVERLAP = timedelta(days=1)


def endpoint_secret(*, endpoint_id: UUID, version: int) -> str:
    """Return the secret of one version, as `whsec_` and Base64 of 32 bytes.

    Source: Standard Webhooks, "Signature scheme": symmetric keys of 24 to 64 bytes.
    """
    key = get(Vault).read_secret(name="WEBHOOK_SIGNING_KEY") or Secret(settings.SECRET_KEY)
    label = b"cortex.webhook.v1" + endpoint_id.bytes + version.to_bytes(4)
    return "whsec_" + base64.b64encode(hmac.digest(key.reveal().encode(), label, hashlib.sha256)).decode()


def signed_headers(
    *, endpoint: WebhookEndpoint, event_id: UUID, body: bytes, at: datetime
) -> Mapping[str, str]:
    """Return id, timestamp and signatures; the event's id is what a receiver drops repetitions by."""
    versions = [endpoint.secret_version]
    if endpoint.secret_version > 1 and at - endpoint.secret_changed_at < OVERLAP:
        versions.append(endpoint.secret_version - 1)
    signatures = [
        Webhook(endpoint_secret(endpoint_id=endpoint.id, version=version)).sign(
            str(event_id), at, body.decode()
        )
        for version in versions
    ]
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
