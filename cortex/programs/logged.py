# SPDX-License-Identifier: Apache-2.0
"""Clients, authorizations and signing keys as the nightly comparison with their leaves reads them."""

from functools import partial

from django.db.models import QuerySet

from cortex.database.logged_rows import StoredRows
from cortex.ports.clock import Clock
from cortex.ports.logged_objects import LoggedObjects, WithoutLeaf, logged_objects
from cortex.ports.registry import get
from cortex.programs.keys.publishing import believed_until, is_its_own
from cortex.programs.keys.trail import SIGNING_KEY, key_digest
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
        kind(
            object_type=SIGNING_KEY,
            rows=stored(rows=SigningKey.objects.all, digest=key_digest, without_leaf=_without_leaf),
        ),
    )


def _without_leaf(key: SigningKey) -> WithoutLeaf:
    """Return what a key without a leaf is: from before, unless tokens of it are believed now.

    The one that signs has its leaf from the first `migrate` or signature on, at the word of its keeper.
    """
    until = believed_until(key)
    is_over = until is not None and until <= get(Clock).now()
    return WithoutLeaf.EARLIER if is_over and is_its_own(key) else WithoutLeaf.DIFFERS


def _clients() -> QuerySet[Program]:
    return Program.objects.select_related("application")
