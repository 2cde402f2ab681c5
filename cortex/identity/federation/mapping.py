# SPDX-License-Identifier: Apache-2.0
"""Groups of a provider become memberships by configured rules, and end with them at the next sign-in."""

import structlog
from allauth.socialaccount.models import SocialAccount

from cortex.database.transactions import attempt, transactional
from cortex.errors import CortexError
from cortex.identity.federation.claims import Claims
from cortex.identity.federation.providers import Provider
from cortex.identity.membership_changes import revoke_membership
from cortex.identity.memberships import grant_membership
from cortex.identity.models import User
from cortex.ports.principal import Principal
from cortex.tenancy.companies import company_id_for

FEDERATION = Principal.service("federation")
_log = structlog.get_logger(__name__)


@transactional
def map_memberships(*, provider: Provider, claims: Claims, user: User) -> None:
    """Give the user the memberships that the rules say, and end those that rules gave and no longer give.

    Where rules give somebody a membership, they decide about its roles; memberships that no rule ever gave
    stay. A rule that policy refuses is left out, and told in the log.
    """
    account = (
        SocialAccount.objects.select_for_update()
        .filter(provider=provider.id, uid=claims.subject, user_id=user.id)
        .first()
    )
    if account is None:
        return
    before: dict[str, list[str]] = account.extra_data.get("memberships", {})
    wanted = _wanted(provider, claims)
    kept: dict[str, list[str]] = {}
    for company_code in sorted({*before, *wanted}):
        old, new = before.get(company_code, []), wanted.get(company_code, [])
        is_done = old == new or _change(company_code, user, new)
        if now := (new if is_done else old):
            kept[company_code] = now
    if kept != before:
        account.extra_data = {"memberships": kept}
        account.save(update_fields=["extra_data"])


def _wanted(provider: Provider, claims: Claims) -> dict[str, list[str]]:
    wanted: dict[str, set[str]] = {}
    for rule in provider.rules:
        if rule.group in claims.groups:
            wanted.setdefault(rule.company, set()).update(rule.roles)
    return {company: sorted(roles) for company, roles in wanted.items()}


def _change(company_code: str, user: User, roles: list[str]) -> bool:
    """Grant these roles, or end the membership; return whether it was done."""
    company_id = company_id_for(code=company_code)
    if company_id is None:
        _log.warning("federation_rule_names_no_company", company=company_code)
        return False

    def change() -> None:
        if roles:
            grant_membership(company_id=company_id, user_id=user.id, roles=roles, granted_by=FEDERATION)
        else:
            revoke_membership(company_id=company_id, user_id=user.id, revoked_by=FEDERATION)

    try:
        attempt(change)
    except CortexError as error:
        _log.warning("federation_rule_refused", company=company_code, code=error.code)
        return False
    return True
