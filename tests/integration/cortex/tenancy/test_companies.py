# SPDX-License-Identifier: Apache-2.0
import pytest

from cortex.ports.authorizer import AccessMustBeGranted
from cortex.tenancy import companies as creating_companies
from cortex.tenancy.companies import (
    CompanyCodeMustBePlain,
    CompanyCodeMustBeUnique,
    CompanyMustExist,
    all_company_ids,
    company_by_code,
    company_id_for,
    company_status,
)
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_company, create_user, just_signed_in
from tests.frame.census import census
from tests.frame.clones import Clone


class TestCompany:
    def test_is_found_by_its_code_before_anybodys_scope_is_known(self, committed_database: Clone) -> None:
        rival, acme = create_company(code="RIVAL", name="Rival"), create_company(code="ACME", name="Acme")
        assert company_id_for(code="ACME") == acme.id
        assert company_by_code(code="ACME").name == "Acme"
        assert company_status(company_id=acme.id) == "active"
        assert all_company_ids() == [acme.id, rival.id]

    def test_that_is_not_there_is_refused_as_one_that_is_hidden(self, committed_database: Clone) -> None:
        assert company_id_for(code="NONE") is None
        with pytest.raises(CompanyMustExist, match="got none of that code") as refusal:
            company_by_code(code="NONE")
        assert (refusal.value.status, refusal.value.evidence["got"]) == (404, "NONE")

    def test_is_created_by_those_whom_a_policy_lets_and_leaves_a_leaf(
        self, committed_database: Clone
    ) -> None:
        root = just_signed_in(create_user(username="root", is_platform_administrator=True))
        with pytest.raises(AccessMustBeGranted):
            creating_companies.create_company(code="ACME", name="Acme", created_by=root)
        assert census(committed_database.admin_dsn)["tenancy_company"] == 0
        with watched_leaves() as log:
            acme = create_company(code="ACME", name="Acme")
        assert [(each.verb, each.object_id) for each in log.records] == [("tenancy.company.created", acme.id)]

    def test_keeps_its_code_to_itself(self, committed_database: Clone) -> None:
        create_company(code="ACME", name="Acme")
        with pytest.raises(CompanyCodeMustBeUnique) as refusal:
            create_company(code="ACME", name="Another")
        assert refusal.value.status == 409
        assert census(committed_database.admin_dsn)["tenancy_company"] == 1

    @pytest.mark.parametrize("code", ["acme", "", "-ACME", "A CME", "A/B", "ÄCME"])
    def test_is_refused_a_code_that_no_url_can_carry(self, committed_database: Clone, code: str) -> None:
        with pytest.raises(CompanyCodeMustBePlain) as refusal:
            create_company(code=code, name="Acme")
        assert refusal.value.status == 422
        assert census(committed_database.admin_dsn)["tenancy_company"] == 0
