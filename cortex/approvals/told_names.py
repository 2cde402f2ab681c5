# SPDX-License-Identifier: Apache-2.0
"""Put names to the people whom a proposal speaks of by their URN: who agrees has to know about whom."""

import re
from dataclasses import replace

from cortex.identity.actor_names import names_of_actors
from cortex.ports.approvals import Description

_PERSON = re.compile(r"\buser:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def with_names(told: Description) -> Description:
    """Return the description with each person's name before the URN, which alone tells namesakes apart."""
    urns = sorted({urn for text in (told.title, *told.lines) for urn in _PERSON.findall(text)})
    if not urns:
        return told
    names = names_of_actors(urns=urns)

    def named(text: str) -> str:
        return _PERSON.sub(lambda found: f"{names[found[0]]} ({found[0]})", text)

    return replace(told, title=named(told.title), lines=[named(line) for line in told.lines])
