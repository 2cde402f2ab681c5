# SPDX-License-Identifier: Apache-2.0
"""Share one entry or account with a member, or take that back: data that policies of the house look at."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from django.db.models import Model

from apps.accounting.adapters.policy_entities import READ, SHARE
from apps.accounting.adapters.policy_objects import account_as_resource, entry_as_resource
from apps.accounting.domain.logged_content import viewers_content
from apps.accounting.models import Account, JournalEntry
from apps.accounting.selectors.accounts import account_must_exist
from apps.accounting.selectors.journal_entry import entry_must_exist
from apps.accounting.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.database.turns import take_turns
from cortex.errors import CortexError
from cortex.identity.membership_changes import MembershipMustExist
from cortex.identity.memberships import membership_in
from cortex.policy.object_grants import grant, people_with, take_back
from cortex.policy.objects import require_on
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal

Shared = Literal["journal_entry", "account"]
SHARED: Mapping[Shared, tuple[type[Model], str]] = {
    "journal_entry": (JournalEntry, "view_journalentry"),
    "account": (Account, "view_account"),
}


@transactional
def share_object(
    *, company_id: UUID, kind: Shared, object_id: UUID, user_id: UUID, is_shared: bool, shared_by: Principal
) -> bool:
    """Return whether anything changed; what is as it was leaves no leaf.

    A grant opens nothing by itself: a policy of the house that looks at `viewers` does (docs/policy.md).
    Raises: EntryMustExist, AccountMustExist, MembershipMustExist, AccessMustBeGranted.
    """
    model, permission = SHARED[kind]
    resource, missing = _found(kind, company_id, object_id)
    require_on(
        resource,
        principal=shared_by,
        action=SHARE,
        company_id=company_id,
        read_action=READ,
        missing=missing,
    )
    if is_shared:
        _require_member(company_id, user_id)
    viewers = viewers_of(kind=kind, object_id=object_id)
    change = grant if is_shared else take_back
    is_changed = change(model, permission, object_id=str(object_id), user_id=user_id)
    if is_changed:
        record_share(
            company_id=company_id,
            kind=kind,
            object_id=object_id,
            user_id=user_id,
            is_shared=is_shared,
            viewers=viewers,
            changed_by=shared_by,
        )
    return is_changed


def viewers_of(*, kind: Shared, object_id: UUID) -> frozenset[str]:
    """Return the people with whom the object is shared, nobody of whom comes or goes meanwhile."""
    model, permission = SHARED[kind]
    take_turns("viewers", object_id)
    return frozenset(person.id for person in people_with(model, permission, object_id=str(object_id)))


def record_share(
    *,
    company_id: UUID,
    kind: Shared,
    object_id: UUID,
    user_id: UUID,
    is_shared: bool,
    viewers: frozenset[str],
    changed_by: Principal,
) -> None:
    """Append the leaf of one share, given or taken back; its digests are of all viewers, before and after.

    It has a type of its own: what others may see of an account is no part of the account.
    """
    after = viewers | {str(user_id)} if is_shared else viewers - {str(user_id)}
    record_verb(
        company_id=company_id,
        actor=changed_by,
        verb=SHARE,
        object_type=f"accounting.{kind}.viewers",
        object_id=object_id,
        content=viewers_content(after),
        before=viewers_content(viewers),
        details={"member": str(user_id), "change": "shared" if is_shared else "taken back"},
    )


def _found(kind: Shared, company_id: UUID, object_id: UUID) -> tuple[Resource, CortexError]:
    if kind == "account":
        missing: CortexError = account_must_exist(codes=[str(object_id)])
        account = Account.objects.filter(company_id=company_id, id=object_id).first()
        found = None if account is None else account_as_resource(account)
    else:
        missing = entry_must_exist(entry_id=object_id)
        entries = JournalEntry.objects.select_related("journal", "period")
        entry = entries.filter(company_id=company_id, id=object_id).first()
        found = None if entry is None else entry_as_resource(entry)
    if found is None:
        raise missing
    return found, missing


def _require_member(company_id: UUID, user_id: UUID) -> None:
    if membership_in(user_id=user_id, company_id=company_id) is None:
        raise MembershipMustExist(
            f"User {user_id}: expected a member of the company, got somebody who is none. Invite them first.",
            evidence={"object": str(user_id), "expected": "a member", "remedy": "invite them first"},
        )
