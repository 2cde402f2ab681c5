# SPDX-License-Identifier: Apache-2.0
"""Certificates as the nightly comparison with their leaves reads them."""

from cortex.database.logged_rows import StoredRows
from cortex.pki.models import Certificate
from cortex.pki.recording import CERTIFICATE, certificate_digest
from cortex.ports.logged_objects import LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register them."""
    rows = StoredRows(rows=Certificate.objects.all, digest=_digest, is_companys=None)
    logged_objects(LoggedObjects(object_type=CERTIFICATE, is_platforms=True, rows=rows))


def _digest(row: Certificate) -> str:
    return certificate_digest(row, is_revoked=True)
