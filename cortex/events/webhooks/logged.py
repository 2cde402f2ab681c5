# SPDX-License-Identifier: Apache-2.0
"""Endpoints of webhooks as the nightly comparison with their leaves reads them."""

from cortex.database.logged_rows import StoredRows
from cortex.events.webhooks.endpoints import OBJECT_TYPE, endpoint_digest
from cortex.events.webhooks.models import WebhookEndpoint
from cortex.ports.logged_objects import LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register them; removed ones keep their row."""
    rows = StoredRows(rows=WebhookEndpoint.objects.all, digest=endpoint_digest)
    logged_objects(LoggedObjects(object_type=OBJECT_TYPE, rows=rows))
