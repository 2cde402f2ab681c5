# SPDX-License-Identifier: Apache-2.0
"""Who may change somebody's account: asked of the authorizer for the account itself."""

from typing import Any
from uuid import UUID

from cortex.identity.memberships import memberships_of
from cortex.identity.models import User
from cortex.ports.authorizer import Authorizer, Resource
from cortex.ports.principal import Principal
from cortex.ports.registry import get

ACCOUNT = "Identity::Account"
CHANGE_OWN = "identity.own_account.change"
CREATE_USER = "identity.user.create"
DEACTIVATE = "identity.user.deactivate"
CHANGE_ADDRESS = "identity.user.change_address"
SET_STAFF = "identity.user.set_staff"
READ_SESSIONS = "identity.session.read"
END_SESSION = "identity.session.end"
REMOVE_FACTOR = "identity.second_factor.remove"
ISSUE_LINK = "identity.sign_in_link.issue"
GRANT_ROLE = "identity.platform_role.grant"
REVOKE_ROLE = "identity.platform_role.revoke"


def require_on_account(*, action: str, user_id: UUID, actor: Principal) -> None:
    """Require the action on this person's account; raises AccessMustBeGranted."""
    # Nobody has the roles of somebody who is not there; the service behind says so.
    user = User.objects.filter(id=user_id).first() or User(id=user_id, is_active=False)
    account = account_of(user=user)
    get(Authorizer).require(principal=actor, action=action, company_id=None, resource=account)


def account_of(*, user: User) -> Resource:
    """Return the account as policies see it today."""
    return account_as_resource(user=user, is_member=bool(memberships_of(user_id=user.id)))


def account_as_resource(*, user: User, is_member: bool) -> Resource:
    """Return the account as policies see it, of somebody who is a member of some company or of none."""
    attributes: dict[str, Any] = {"person": Resource("Cortex::User", str(user.id))}
    # Of whoever is switched off as well: else they are switched off, helped, and switched on again.
    if user.marked_roles:
        attributes["holds_platform_role"] = True
    if is_member:
        attributes["holds_company_role"] = True
    return Resource(ACCOUNT, str(user.id), attributes)


def require_own_account(*, user_id: UUID, actor: Principal, or_else: str = CHANGE_OWN) -> None:
    """Require that this is the actor's own account or, where it is another's, the action `or_else`.

    Raises: AccessMustBeGranted.
    """
    is_own = actor.kind == "user" and actor.user_id == user_id
    require_on_account(action=CHANGE_OWN if is_own else or_else, user_id=user_id, actor=actor)
