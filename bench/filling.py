# SPDX-License-Identifier: Apache-2.0
"""Policies that can match and never decide: they make a set as large as it shall be."""

ROLES = ("clerk", "accountant", "controller", "viewer")


def filler(place: int) -> str:
    """Return one permit for one role and one group of actions, in a situation that never is."""
    role, group = ROLES[place % len(ROLES)], ("accounting:write", "jobs:write")[place // len(ROLES) % 2]
    return (
        f'@id("bench.p{place}") @title("One of many") permit (principal in Cortex::Role::"{role}",'
        f' action in Cortex::Action::"{group}", resource)'
        f' when {{ context.is_fresh && context.scope == "s{place}" }};'
    )
