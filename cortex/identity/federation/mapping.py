# SPDX-License-Identifier: Apache-2.0
"""Groups of a provider become roles by configured rules, and end with the group, the link or the provider."""

from collections.abc import Mapping, Sequence

import structlog
from allauth.socialaccount.models import SocialAccount

from cortex.database.transactions import attempt, transactional
from cortex.errors import CortexError
from cortex.identity.federation.claims import Claims
from cortex.identity.federation.providers import Provider
from cortex.identity.give_roles_by_rule import give_roles_by_rule
from cortex.identity.models import User
from cortex.ports.principal import Principal
from cortex.tenancy.companies import company_id_for

FEDERATION = Principal.service("federation")
_log = structlog.get_logger(__name__)
# What the rules said of somebody, by the code of the company.
Said = Mapping[str, Sequence[str]]


@transactional
def map_memberships(*, provider: Provider, claims: Claims, user: User) -> None:
    """Give the roles that the rules say anew, and take back those that they say no longer.

    Roles that people gave stay, also where a rule gave them, too. What people took away comes back when the
    rules say it anew. A rule that policy refuses is left out, and told in the log.
    """
    account = (
        SocialAccount.objects.select_for_update()
        .filter(provider=provider.id, uid=claims.subject, user_id=user.id)
        .first()
    )
    if account is not None:
        say(account=account, now=_wanted(provider, claims))


def say(*, account: SocialAccount, now: Said) -> None:
    """Let the rules of a linked account say this from now on; call it in a transaction, the row locked."""
    before: Said = account.extra_data.get("memberships", {})
    kept: dict[str, list[str]] = {}
    for company_code in sorted({*before, *now}):
        old, new = before.get(company_code, []), now.get(company_code, [])
        is_done = old == new or _change(account, company_code, old, new)
        if said := (new if is_done else old):
            kept[company_code] = list(said)
    if kept != before:
        account.extra_data = {"memberships": kept}
        account.save(update_fields=["extra_data"])


def _wanted(provider: Provider, claims: Claims) -> dict[str, list[str]]:
    wanted: dict[str, set[str]] = {}
    for rule in provider.rules:
        if rule.group in claims.groups:
            wanted.setdefault(rule.company, set()).update(rule.roles)
    return {company: sorted(roles) for company, roles in wanted.items()}


def _change(account: SocialAccount, company_code: str, old: Sequence[str], new: Sequence[str]) -> bool:
    """Give and take what the rules say otherwise than before; return whether it was done."""
    company_id = company_id_for(code=company_code)
    if company_id is None:
        _log.warning("federation_rule_names_no_company", company=company_code)
        return False

    def change() -> None:
        give_roles_by_rule(
            company_id=company_id,
            user_id=account.user_id,
            provider_id=account.provider,
            gives=set(new) - set(old),
            takes=set(old) - set(new),
            given_by=FEDERATION,
        )

    try:
        attempt(change)
    except CortexError as error:
        _log.warning("federation_rule_refused", company=company_code, code=error.code)
        return False
    return True
