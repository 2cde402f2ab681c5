# SPDX-License-Identifier: Apache-2.0
"""Take back what rules gave that the configuration no longer holds, and what a link gave that goes."""

from allauth.socialaccount.models import SocialAccount

from cortex.database.transactions import transactional
from cortex.identity.federation.mapping import Said, say
from cortex.identity.federation.providers import Provider, configured_providers

# Links looked at in one transaction.
BATCH = 200


def take_back_roles_of_link(*, account: SocialAccount) -> None:
    """Take back all that the rules gave by this link; call it in the transaction that ends the link."""
    say(account=account, now={})


def take_back_roles_of_gone_rules() -> int:
    """Take back what no rule of the configuration gives any more; return how many links were looked at.

    Nobody has to sign in for it: a provider that left the configuration lets nobody sign in.
    """
    providers = {each.id: each for each in configured_providers()}
    after, looked_at = 0, 0
    while found := _take_back(after, providers):
        after, looked_at = found[-1], looked_at + len(found)
    return looked_at


@transactional
def _take_back(after: int, providers: dict[str, Provider]) -> list[int]:
    links = SocialAccount.objects.select_for_update().filter(id__gt=after).exclude(extra_data={})
    found = list(links.order_by("id")[:BATCH])
    for account in found:
        say(account=account, now=_still_said(account, providers.get(account.provider)))
    return [account.id for account in found]


def _still_said(account: SocialAccount, provider: Provider | None) -> Said:
    known = {(rule.company, role) for rule in provider.rules for role in rule.roles} if provider else set()
    before: Said = account.extra_data.get("memberships", {})
    kept = {
        company: [role for role in roles if (company, role) in known] for company, roles in before.items()
    }
    return {company: roles for company, roles in kept.items() if roles}
