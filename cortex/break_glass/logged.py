# SPDX-License-Identifier: Apache-2.0
"""Emergency access as the nightly comparison with its leaves reads it."""

from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.published import ACCESS
from cortex.break_glass.trail import access_digest
from cortex.database.logged_rows import StoredRows
from cortex.ports.logged_objects import LoggedObjects, logged_objects


def declare_logged() -> None:
    """Register it."""
    rows = StoredRows(rows=BreakGlassAccess.objects.all, digest=access_digest)
    logged_objects(LoggedObjects(object_type=ACCESS, rows=rows))
