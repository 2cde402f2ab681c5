# SPDX-License-Identifier: Apache-2.0
"""What can be done about people and their memberships."""

from cortex.identity.accounts import (
    ACCOUNT,
    CHANGE_ADDRESS,
    CHANGE_OWN,
    CREATE_USER,
    DEACTIVATE,
    END_SESSION,
    GRANT_ROLE,
    ISSUE_LINK,
    READ_SESSIONS,
    REMOVE_FACTOR,
    REVOKE_ROLE,
    SET_STAFF,
)
from cortex.identity.federation.linking import LINK_BY_RULE
from cortex.identity.membership_changes import GRANT, MEMBERSHIP, READ_MEMBERS, REVOKE
from cortex.policy.actions import Action, declare
from cortex.tenancy.companies import CREATE as CREATE_COMPANY

LACK_FACTOR = "identity.second_factor.lack"
LACK_FACTOR_ON_PLATFORM = "identity.platform_second_factor.lack"


def declare_actions() -> None:
    """Register the actions."""
    for code, title in (
        (CHANGE_OWN, "Change one's own password, factors, links to providers and sessions"),
        (LINK_BY_RULE, "Link an account to a provider by an address that it verified"),
        (CREATE_USER, "Create users"),
        (DEACTIVATE, "Switch people off and on"),
        (CHANGE_ADDRESS, "Change the address to which somebody's mail goes"),
        (SET_STAFF, "Let people into the administration, or keep them out"),
        (GRANT_ROLE, "Give people roles on the platform"),
        (REVOKE_ROLE, "Take roles on the platform away"),
        (END_SESSION, "End sessions of others"),
        (REMOVE_FACTOR, "Remove the factors of others"),
        (ISSUE_LINK, "Make a link that signs somebody in"),
    ):
        # Accounts belong to no company.
        declare(Action(code=code, title=title, scope="platform:write", resources=frozenset({ACCOUNT})))
    declare(Action(code=CREATE_COMPANY, title="Create companies", scope="platform:write"))
    declare(
        Action(
            code=LACK_FACTOR_ON_PLATFORM,
            title="Hold a role of the platform without a second factor",
            scope="platform:read",
        ),
        # No verb: pages ask it to tell who must keep a second factor.
        Action(code=LACK_FACTOR, title="Work without a second factor", scope="identity:read"),
        Action(
            code=READ_MEMBERS,
            title="See who belongs to the company",
            scope="identity:read",
            resources=frozenset({MEMBERSHIP}),
        ),
        Action(code=GRANT, title="Invite people and change roles", scope="identity:write"),
        Action(code=REVOKE, title="End a membership", scope="identity:write"),
        Action(code=READ_SESSIONS, title="See where people are signed in", scope="platform:read"),
    )
