# SPDX-License-Identifier: Apache-2.0
"""Who answers for a company's data holds it, and reads in the administration why something was refused."""

import pytest
from playwright.sync_api import expect

from apps.audit.services.governance.check_rules import check_rules
from cortex import clock
from cortex.identity.models import User
from cortex.ports.authorizer import AccessMustBeGranted, Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.companies import company_by_code
from tests.factories.people import create_user, member
from tests.factories.sessions import with_factor
from tests.journeys.conftest import OpenPage, require_accessible
from tests.journeys.pictures import shown

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_a_hold_on_the_company_waits_for_a_second_person(open_page: OpenPage) -> None:
    dora = with_factor(member(company_by_code(code="DEMO"), name="dora", role="administrator"))
    User.objects.filter(id=dora.id).update(is_staff=True)
    page = open_page("dora")
    page.goto("/admin/audit/hold/")
    page.get_by_role("link", name="Place a legal hold").click()
    require_accessible(page, within="main")
    shown(page, "hold")
    page.get_by_label("Reason").fill("Lawsuit 12/26")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It waits for a second person of the company")).to_be_visible()
    page.goto("/admin/audit/erasure/")
    page.get_by_role("link", name="Hand out a file").click()
    require_accessible(page, within="main")
    page.get_by_label("Id of the subject").fill("none")
    page.get_by_role("button", name="Hand out a file").click()
    expect(page.get_by_text("Enter a valid UUID.")).to_be_visible()
    shown(page, "hand-out")


def test_a_refusal_on_the_platform_is_explained(open_page: OpenPage) -> None:
    with_factor(create_user(username="rita", is_platform_administrator=True))
    with pytest.raises(AccessMustBeGranted):
        get(Authorizer).require(
            principal=Principal.service("scheduler"), action="policy.version.write", company_id=None
        )
    check_rules(checked_by=Principal.service("scheduler"))
    page = open_page("rita")
    page.goto("/admin/decisions/platform/?action=policy.version.write&answer=no")
    page.get_by_role("link", name=f"{clock.now():%Y}").first.click()
    expect(page.get_by_text("No policy allows it")).to_be_visible()
    require_accessible(page, within="main")
    shown(page, "decision")
    page.goto("/admin/audit/governancecheck/")
    expect(page.locator("#result_list")).to_contain_text("0")
    shown(page, "governance-checks")
