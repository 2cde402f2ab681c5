# SPDX-License-Identifier: Apache-2.0
"""Clients, authorizations and signing keys as the nightly comparison with their leaves reads them."""

from functools import partial

from django.db.models import QuerySet

from cortex.database.logged_rows import StoredRows
from cortex.ports.logged_objects import LoggedObjects, logged_objects
from cortex.programs.keys.rotate_key import SIGNING_KEY, key_digest
from cortex.programs.log import AUTHORIZATION, CLIENT, authorization_digest, client_digest
from cortex.programs.models import Authorization, Program, SigningKey


def declare_logged() -> None:
    """Register them: all are the platform's."""
    kind = partial(LoggedObjects, is_platforms=True)
    stored = partial(StoredRows, is_companys=None)
    logged_objects(
        kind(object_type=CLIENT, rows=stored(rows=_clients, digest=client_digest)),
        # Those whose time is over are purged.
        kind(
            object_type=AUTHORIZATION,
            rows=stored(rows=Authorization.objects.all, digest=authorization_digest),
            is_kept=False,
        ),
        # A version that the keeper has is published when it first signs, which is no verb.
        kind(
            object_type=SIGNING_KEY,
            rows=stored(rows=SigningKey.objects.all, digest=key_digest),
            is_made_by_verb=False,
        ),
    )


def _clients() -> QuerySet[Program]:
    return Program.objects.select_related("application")
