# SPDX-License-Identifier: Apache-2.0
"""What rooms declare is held against their models."""

from dataclasses import replace

from apps.accounting.domain.party_name import PARTY_NAME
from cortex.sealed_fields.checks import fields_fit_their_models, missing_columns


class TestCheck:
    def test_finds_nothing_in_what_is_declared(self) -> None:
        assert fields_fit_their_models(None) == []

    def test_names_each_column_that_is_not_there(self) -> None:
        found = missing_columns([replace(PARTY_NAME, column="nickname")])
        assert [(error.id, error.msg.split()[6]) for error in found] == [
            ("sealed_fields.E001", f"accounting_party_name.nickname{end}")
            for end in ("", "_sealed", "_key_id", "_index")
        ]

    def test_asks_for_an_index_only_where_one_is_declared(self) -> None:
        without = replace(PARTY_NAME, column="nickname", has_blind_index=False)
        assert len(missing_columns([without])) == 3
