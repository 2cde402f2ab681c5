# SPDX-License-Identifier: Apache-2.0
from apps.accounting.domain.account_tree import parent_code, parent_codes


class TestAccountTree:
    def test_hangs_every_account_under_its_nearest_ancestor(self) -> None:
        assert parent_codes(["Assets", "Assets:Bank:Current", "Assets:Bank:Current:Euro", "Equity"]) == {
            "Assets": None,
            "Assets:Bank:Current": "Assets",
            "Assets:Bank:Current:Euro": "Assets:Bank:Current",
            "Equity": None,
        }

    def test_does_not_take_a_common_beginning_for_an_ancestor(self) -> None:
        assert parent_code(code="Assets2:Bank", codes={"Assets", "Assets2"}) == "Assets2"
        assert parent_code(code="Asset:Bank", codes={"Assets"}) is None
