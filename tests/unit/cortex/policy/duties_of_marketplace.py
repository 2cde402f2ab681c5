# SPDX-License-Identifier: Apache-2.0
"""Duties in the marketplace: nobody approves or releases their own, and publishers keep what is theirs."""

from dataclasses import replace
from typing import Any

from tests.unit.cortex.policy.cases import ALICE, OTHER, Case

FOR_A_PERSON = {"acts_for": ALICE, "acts_for_person": True, "scopes": ["marketplace:write"]}


def of_version(
    action: str, author: Any, approver: Any, *, roles: tuple[str, ...] = ("platform-admin",), **more: Any
) -> Case:
    attributes = {"author": author, "approver": approver}
    return Case(action, roles, about="Plugins::Plugin", attributes=attributes, **more)


def of_publisher(action: str, owner: Any, *roles: str) -> Case:
    return Case(action, roles, about="Plugins::Publisher", attributes={"owner": owner})


CASES_OF_THE_MARKETPLACE: dict[str, tuple[Case, bool]] = {
    "a plugin that another sent in and approved": (of_version("plugins.plugin.publish", OTHER, OTHER), True),
    "release of one's own plugin": (of_version("plugins.plugin.publish", ALICE, OTHER), False),
    "release of what one approved": (of_version("plugins.plugin.publish", OTHER, ALICE), False),
    "release long after signing in": (
        of_version("plugins.plugin.publish", OTHER, OTHER, context={"is_fresh": False}),
        False,
    ),
    "withdrawal of one's own release": (of_version("plugins.release.withdraw", ALICE, OTHER, roles=()), True),
    "withdrawal of another's release": (
        of_version("plugins.release.withdraw", OTHER, OTHER, roles=()),
        False,
    ),
    "report about a plugin": (of_version("plugins.report.write", OTHER, OTHER, roles=()), True),
    "answer to a report by a reviewer": (Case("plugins.report.close", ("plugin-reviewer",)), True),
    "one's own publisher": (of_publisher("plugins.publisher.keep", ALICE), True),
    "another's publisher": (of_publisher("plugins.publisher.keep", OTHER), False),
    "one's own publisher by a program": (
        replace(
            of_publisher("plugins.publisher.keep", ALICE),
            kind="Client",
            asker=FOR_A_PERSON,
        ),
        True,
    ),
    "confirmation of one's own domain": (
        of_publisher("plugins.publisher.confirm", ALICE, "platform-admin"),
        False,
    ),
    "confirmation of another's domain": (
        of_publisher("plugins.publisher.confirm", OTHER, "platform-admin"),
        True,
    ),
    "marketplace follows decisions": (
        Case("plugins.target.publish", (), kind="Service", name="marketplace"),
        True,
    ),
}
