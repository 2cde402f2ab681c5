# SPDX-License-Identifier: Apache-2.0
"""Ids in policies are texts, ids in columns are numbers: only one way of writing means the same to both."""

from uuid import UUID

import pytest

from cortex.policy.filters.columns import Column, EntityColumns, exact_uuid
from cortex.policy.filters.errors import PolicyMustBeFilterable
from cortex.policy.filters.expressions import condition_of
from tests.unit.cortex.policy.filters.notes import NOTES

WRITTEN = "0195b4a0-0000-7000-8000-00000000000a"
OTHERWISE = (WRITTEN.upper(), WRITTEN.replace("-", ""), f"{{{WRITTEN}}}", f"urn:uuid:{WRITTEN}", "carol", "")
ABOUT = Column("about", stored=exact_uuid)
LETTERS = EntityColumns("Testing::Letter", actions=frozenset(), id=NOTES.id, attributes={"about": ABOUT})


class TestExactUuid:
    def test_is_the_id(self) -> None:
        assert exact_uuid(WRITTEN) == UUID(WRITTEN)

    @pytest.mark.parametrize("text", OTHERWISE)
    def test_is_refused_for_another_way_of_writing(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"badly formed|written otherwise"):
            exact_uuid(text)

    @pytest.mark.parametrize("text", OTHERWISE)
    def test_makes_a_policy_refused_whose_list_would_say_something_else(self, text: str) -> None:
        about = {".": {"left": {"Var": "resource"}, "attr": "about"}}
        with pytest.raises(PolicyMustBeFilterable):
            condition_of({"==": {"left": about, "right": {"Value": text}}}, table=LETTERS)
