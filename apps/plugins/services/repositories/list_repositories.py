# SPDX-License-Identifier: Apache-2.0
"""Show which repositories are trusted."""

from collections.abc import Sequence

from apps.plugins.domain.marketplace.policy_names import READ_REPOSITORIES
from apps.plugins.models import TrustedRepository
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def list_repositories(*, reader: Principal) -> Sequence[TrustedRepository]:
    """Return them in the order of their names; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=reader, action=READ_REPOSITORIES, company_id=None)
    return list(TrustedRepository.objects.order_by("name"))
