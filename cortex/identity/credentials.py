# SPDX-License-Identifier: Apache-2.0
"""By what somebody may sign in, as one object of the log: each verb about it tells what was there before.

The address is a part of it: links that sign in go there.

The digest is a commitment that nobody can open by guessing, for it covers the stored form of the password:
that begins with a random salt, and where there is no password it is random itself. Neither leaves the table.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from cortex.canonical_json import canonical_digest
from cortex.identity.models import User
from cortex.identity.trail import leave_leaf
from cortex.ports.principal import Principal

OBJECT_TYPE = "identity.credentials"
# What verbs alone set. Counters, used up codes and last uses move by signing in; a sealed secret may be
# sealed anew, and is worthless in any row but its own.
_OF_FACTOR = ("credential_data", "is_synced")


def lock_credentials(*, user_id: UUID) -> str | None:
    """Let changes of somebody's credentials wait for each other, and return the digest before this one.

    Rows that only refer to the person are written meanwhile: a letter may be sealed under this lock.
    """
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user_id)
    return credentials_digest(user_id=user_id)


def leave_leaf_of_credentials(*, verb: str, user_id: UUID, actor: Principal, before: str | None) -> None:
    """Append the leaf of a verb that changed them; `before` comes from `lock_credentials`."""
    leave_leaf(
        verb=verb,
        object_type=OBJECT_TYPE,
        object_id=user_id,
        actor=actor,
        digest=credentials_digest(user_id=user_id),
        before=before,
        is_new=before is None,
    )


def leave_first_leaf_of_credentials(*, user_id: UUID, actor: Principal, has_password: bool) -> None:
    """Append the leaf of a new person's, also of nothing: what is there later has come by a verb.

    Whoever has no password has a random text in its place, under which the address is committed to.
    """
    verb = "identity.password.changed" if has_password else "identity.credentials.began"
    leave_leaf_of_credentials(verb=verb, user_id=user_id, actor=actor, before=None)


def credentials_digest(*, user_id: UUID) -> str | None:
    """Return the digest of password, address, factors and links as they are stored, None of nothing."""
    return credentials_digests(user_ids=[user_id]).get(user_id)


def credentials_digests(*, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the digest of each person who has any way to sign in, if only an address for links."""
    factors: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in Authenticator.objects.filter(user_id__in=user_ids).order_by("id"):
        factors[row.user_id].append(_factor(row))
    linked: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    for link in SocialAccount.objects.filter(user_id__in=user_ids).order_by("id"):
        linked[link.user_id].append({"provider": link.provider, "subject": link.uid})
    return {
        user.pk: canonical_digest(
            {
                "password": user.password,
                "address": _address(user),
                "factors": factors[user.pk],
                "linked": linked[user.pk],
            }
        )
        for user in User.objects.only("password", "email").filter(pk__in=user_ids)
        if user.has_usable_password() or _address(user) or factors[user.pk] or linked[user.pk]
    }


def _address(user: User) -> str:
    """Return the address where a random password beside it keeps guesses from being tested."""
    return user.email if user.password else ""


def _factor(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "type": row.type,
        "added_at": row.created_at.isoformat(timespec="microseconds"),
        **{name: row.data[name] for name in _OF_FACTOR if name in row.data},
    }
