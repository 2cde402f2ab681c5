# SPDX-License-Identifier: Apache-2.0
"""Read which factors somebody has, and take one away. The rows are those of django-allauth."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator

from cortex.database.statements import prepared_cursor
from cortex.database.transactions import transactional
from cortex.errors import CortexError, NotFound
from cortex.identity.account_letters import write_letter
from cortex.identity.accounts import REMOVE_FACTOR, require_on_account, require_own_account
from cortex.identity.credentials import leave_leaf_of_credentials, lock_credentials
from cortex.identity.models import User
from cortex.identity.notices import tell_owner
from cortex.identity.sessions import end_sessions
from cortex.identity.told_companies import tell_companies
from cortex.identity.users import locked_user
from cortex.ports.principal import Principal

PASSKEY, TOTP, RECOVERY = "webauthn", "totp", "recovery_codes"
# Recovery codes stand in for a factor that is lost; alone they are none.
FACTORS = (PASSKEY, TOTP)
_HAS_FACTOR = "SELECT EXISTS (SELECT FROM mfa_authenticator WHERE user_id = %s AND type = ANY(%s))"
_TITLES = {PASSKEY: "Passkey", TOTP: "One-time password app", RECOVERY: "Recovery codes"}


class FactorMustExist(NotFound):
    """The person has no such factor, or no longer."""

    code = "identity.factor_must_exist"


class FactorMustRemain(CortexError):
    """The person holds a role that asks for a second factor, and this is the last one."""

    code = "identity.factor_must_remain"
    status = 409


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor as its person sees it; never its secret."""

    id: int
    kind: str
    name: str
    added_at: datetime
    last_used_at: datetime | None

    @property
    def title(self) -> str:
        """Return what kind of factor it is, in words."""
        return _TITLES[self.kind]


@transactional
def factors_of(*, user_id: UUID) -> list[Factor]:
    """Return the factors of a user, the oldest first; recovery codes are not among them."""
    rows = Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).order_by("created_at", "id")
    return [
        Factor(row.pk, row.type, row.data.get("name", ""), row.created_at, row.last_used_at) for row in rows
    ]


def has_second_factor(*, user_id: UUID) -> bool:
    """Return whether the user must give more than a password; one statement, since decisions ask it."""
    with prepared_cursor() as cursor:
        cursor.execute(_HAS_FACTOR, [user_id, list(FACTORS)])
        return bool(cursor.fetchone()[0])


@transactional
def remove_factor(
    *, user: User, factor_id: int, actor: Principal, must_keep_one: bool, session_key: str | None
) -> Factor:
    """Take a factor away and return it; with the last one the recovery codes go, and every other session.

    No session goes on as one of two factors: a role that asks for one may be given in it. That of
    `session_key` stays, and its door forgets what was shown in it.

    Raises: AccessMustBeGranted, FactorMustExist; FactorMustRemain when one must stay and this is the last;
    VaultMustBeReachable.
    """
    require_own_account(user_id=user.id, actor=actor)
    before = lock_credentials(user_id=user.id)
    known = factors_of(user_id=user.id)
    factor = next((each for each in known if each.id == factor_id), None)
    if factor is None:
        raise FactorMustExist(
            "Factor: expected one of this person's, got none. It may be removed already.",
            evidence={"object": "factor", "got": str(factor_id)},
        )
    if must_keep_one and len(known) == 1:
        raise FactorMustRemain(
            f"{factor.title}: a role of yours asks for a second factor, and this is the last one. "
            "Add another one first.",
            evidence={
                "object": "factor",
                "expected": "another factor beside it",
                "got": "the last one",
                "remedy": "add another one first",
            },
        )
    is_last = len(known) == 1
    kinds = FACTORS if not is_last else (*FACTORS, RECOVERY)
    doomed = Authenticator.objects.filter(user_id=user.id, type__in=kinds)
    (doomed if is_last else doomed.filter(pk=factor_id)).delete()
    verb = f"identity.{_verb_noun(factor.kind)}.removed"
    leave_leaf_of_credentials(verb=verb, user_id=user.id, actor=actor, before=before)
    tell_owner(user=user, topic="factor_removed")
    if is_last:
        end_sessions(user_id=user.id, actor=actor, but=session_key)
    return factor


@transactional
def remove_all_factors(*, user_id: UUID, actor: Principal) -> int:
    """Take every factor away, for somebody who lost them all; tell them and their companies; return how many.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, ApprovalMustComeFirst, UserMustExist,
    VaultMustBeReachable.
    """
    require_on_account(action=REMOVE_FACTOR, user_id=user_id, actor=actor)
    user = locked_user(user_id=user_id)
    before = lock_credentials(user_id=user_id)
    removed: int = Authenticator.objects.filter(user_id=user_id).delete()[0]
    # What was shown in them was a factor that counts no more.
    end_sessions(user_id=user_id, actor=actor)
    write_letter(
        address=user.email,
        username=user.username,
        topic="factors_removed",
        done="Your second factors were removed",
    )
    leave_leaf_of_credentials(verb="identity.factors.removed", user_id=user_id, actor=actor, before=before)
    tell_companies(
        user=user, verb="identity.member.factors_removed", done="The second factors were removed", by=actor
    )
    return removed


def _verb_noun(kind: str) -> str:
    return {PASSKEY: "passkey", TOTP: "totp"}[kind]
