# SPDX-License-Identifier: Apache-2.0
"""Keysets must end in something unique."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from cortex.api.errors import LimitMustBeInRange
from cortex.api.pages import LIMIT_MAX, Keyset, PageRequest, page_of, page_request


def asked(limit: str) -> PageRequest:
    return page_request(request=Request(APIRequestFactory().get("/", {"limit": limit})), width=1)


class TestKeyset:
    @pytest.mark.parametrize("fields", [(), ("accounting_date",), ("-id", "name")])
    def test_refuses_an_order_with_ties(self, fields: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match="expected a unique last field"):
            Keyset(*fields)

    def test_reads_the_position_of_objects_and_dictionaries(self) -> None:
        assert Keyset("-name", "id").position({"name": "a", "id": 7}) == ("a", 7)


class TestPage:
    @given(st.integers(0, 30), st.integers(1, 10))
    def test_has_a_next_one_exactly_when_there_are_more_rows(self, count: int, limit: int) -> None:
        fetched = list(range(count))[: limit + 1]
        request = PageRequest(limit=limit, after=None, list_id="x")
        page = page_of(fetched, request=request, position=lambda row: (row,))
        assert page.items == list(range(min(count, limit)))
        assert (page.next_cursor is not None) == (count > limit)


class TestLimit:
    @pytest.mark.parametrize("text", ["1", "007", str(LIMIT_MAX)])
    def test_is_the_number_that_was_asked_for(self, text: str) -> None:
        assert asked(text).limit == int(text)

    @pytest.mark.parametrize(
        "text", ["", "0", "-1", "²", str(LIMIT_MAX + 1), "000000001999999", "0" * 9 + "1", "9" * 5000]
    )
    def test_is_judged_as_a_whole(self, text: str) -> None:
        with pytest.raises(LimitMustBeInRange):
            asked(text)
