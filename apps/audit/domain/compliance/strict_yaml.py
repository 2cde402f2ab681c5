# SPDX-License-Identifier: Apache-2.0
"""Packs are strict YAML, and what is refused in one names its place."""

from apps.audit.domain.compliance.errors import PackMustBeWellFormed
from cortex import strict_yaml
from cortex.strict_yaml import Node, Refusal

refused = Refusal("Pack", PackMustBeWellFormed)


def node_of(text: str) -> Node:
    """Read one document; raises PackMustBeWellFormed."""
    return strict_yaml.node_of(text, refuse=refused)
