# SPDX-License-Identifier: Apache-2.0
"""Switches of the schedule as doors turn them: what needs a second person is proposed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cortex.jobs.actions import SWITCH_SCHEDULE
from cortex.jobs.switch_schedule import OBJECT_TYPE, schedule_in_log, switch_schedule
from cortex.ports.waiting_verbs import lets_wait


def _schedule_id(given: Mapping[str, Any]) -> UUID:
    return schedule_in_log(name=given["name"])


switch_schedule_or_wait = lets_wait(
    SWITCH_SCHEDULE,
    title="Switch what the schedule runs",
    action=SWITCH_SCHEDULE,
    by="switched_by",
    about=(OBJECT_TYPE, "name"),
    find=_schedule_id,
)(switch_schedule)
