# SPDX-License-Identifier: Apache-2.0
"""A schema together with everything it refers to."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a schema, and the sources that it refers to, by the names it calls them."""

    schema_type: str
    text: str
    references: Mapping[str, "Source"] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return the length of all texts that are read with it, each once."""
        waiting: list[Source] = [self]
        found: dict[int, Source] = {}
        while waiting:
            source = waiting.pop()
            if id(source) not in found:
                found[id(source)] = source
                waiting.extend(source.references.values())
        return sum(len(source.text) for source in found.values())
