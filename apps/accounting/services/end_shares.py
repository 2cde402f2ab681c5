# SPDX-License-Identifier: Apache-2.0
"""Take back all that was shared with a member who leaves."""

from uuid import UUID

from apps.accounting.services.share_object import SHARED, record_share, viewers_of
from cortex.database.transactions import transactional
from cortex.policy.object_grants import granted_to, take_back
from cortex.ports.principal import Principal


@transactional
def end_shares(*, company_id: UUID, user_id: UUID, ended_by: Principal) -> int:
    """Take back what was shared with the member in this company, each with its leaf; return how much it was.

    The verb that ends the membership has asked the authorizer.
    """
    found = [
        (kind, model, permission, object_id)
        for kind, (model, permission) in SHARED.items()
        for object_id in granted_to(
            model._default_manager.filter(company_id=company_id), permission, user_id=user_id
        )
    ]
    for kind, model, permission, object_id in found:
        viewers = viewers_of(kind=kind, object_id=object_id)
        take_back(model, permission, object_id=str(object_id), user_id=user_id)
        record_share(
            company_id=company_id,
            kind=kind,
            object_id=object_id,
            user_id=user_id,
            is_shared=False,
            viewers=viewers,
            changed_by=ended_by,
        )
    return len(found)
