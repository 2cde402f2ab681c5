# SPDX-License-Identifier: Apache-2.0
"""Situations of an emergency: somebody has opened the company, or had."""

from collections.abc import Iterator
from dataclasses import replace

from cortex.break_glass.end_access import end_access
from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.open_access import open_access
from cortex.identity.models import User
from tests.factories.sessions import sign_in
from tests.integration.cortex.policy_versions.people import fresh
from tests.integration.security.matrix.cast import Stage, Who, browser
from tests.integration.security.matrix.situations import about, beside, joined, situation


@situation("an emergency")
def emergency(stage: Stage) -> Iterator[Stage]:
    holder = joined(stage, "holder", is_platform_administrator=True)
    access = _opened_by(holder, stage)
    # Whoever may open one may do more than its holder: what is asked here is what the emergency alone opens.
    User.objects.filter(id=holder.id).update(is_superuser=False)
    yield about(beside(stage, holder=holder), access_id=access.id)


@situation("an emergency in a session of one factor")
def emergency_of_one_factor(stage: Stage) -> Iterator[Stage]:
    holder = joined(stage, "holder", is_platform_administrator=True)
    _opened_by(holder, stage)
    User.objects.filter(id=holder.id).update(is_superuser=False)
    one = Who(session=sign_in(browser(), holder, methods=("pwd",)))
    yield replace(stage, who={**stage.who, "holder": one})


@situation("an emergency that was one's own is over")
def emergency_is_over(stage: Stage) -> Iterator[Stage]:
    controller = stage.users["controller"]
    access = _opened_by(controller, stage)
    with stage.own.entered():
        end_access(company_id=stage.company_id, access_id=access.id, ended_by=fresh(controller))
    yield replace(about(stage, access_id=access.id), bodies={"/review/": {"comment": "Seen"}})


def _opened_by(user: User, stage: Stage) -> BreakGlassAccess:
    with stage.own.entered():
        return open_access(company_id=stage.company_id, reason="The clerk is ill", opened_by=fresh(user))
