# SPDX-License-Identifier: Apache-2.0
"""Ends of exceptions as doors ask for them: where the policies ask for a second person they are proposed."""

from apps.audit.adapters.policy_entities import END_EXCEPTION
from apps.audit.services.compliance.end_exception import end_exception
from apps.audit.services.compliance.object_types import EXCEPTION_END_TYPE
from cortex.ports.waiting_verbs import lets_wait

end_exception_or_wait = lets_wait(
    END_EXCEPTION,
    title="End an exception",
    action=END_EXCEPTION,
    by="ended_by",
    about=(EXCEPTION_END_TYPE, "exception_id"),
)(end_exception)
