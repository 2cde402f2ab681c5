# SPDX-License-Identifier: Apache-2.0
"""A platform administrator runs the checks of SOC 2, reads the gaps, and follows one down to its evidence."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from apps.audit.models import CompliancePack
from apps.audit.services.compliance.object_types import PACK_TYPE
from cortex.approvals.approve import approve
from cortex.approvals.selectors import waiting_about
from cortex.identity.models import User
from tests.factories.people import create_user, just_signed_in
from tests.factories.sessions import with_factor
from tests.journeys.conftest import OpenPage, require_accessible
from tests.journeys.pictures import shown

pytestmark = [pytest.mark.journey, pytest.mark.slow]
POSTURE = "/admin/audit/compliancepack/posture/"


def administrators() -> str:
    """Make two platform administrators, let them bring SOC 2 into force, and return the first one's name."""
    for name in ("rita", "paula"):
        with_factor(create_user(username=name, is_platform_administrator=True))
    call_command("packs", "--as", "rita", "install", "soc2-2017-rev2022")
    row = CompliancePack.objects.get()
    waiting = waiting_about(company_id=None, object_type=PACK_TYPE, object_id=row.id)
    assert waiting is not None
    second = just_signed_in(User.objects.get(username="paula"))
    approve(company_id=None, proposal_id=waiting.id, digest=waiting.digest, approved_by=second)
    return "rita"


def test_gaps_lead_down_to_their_evidence(open_page: OpenPage) -> None:
    page = open_page(administrators())
    page.goto(POSTURE)
    page.get_by_role("link", name="Run all checks now").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Run all checks now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("soc2-2017-rev2022:")).to_be_visible()
    page.get_by_role("link", name="How controls stand").first.click()
    expect(page.get_by_role("region", name="Gaps of soc2-2017-rev2022")).to_contain_text("Expected HSTS")
    require_accessible(page, within="main")
    shown(page, "posture")
    page.get_by_role("link", name="CC6.7 Data in motion").first.click()
    expect(page.get_by_role("region", name="History")).to_contain_text("tls.mail")
    require_accessible(page, within="main")
    shown(page, "control")
    page.get_by_role("link", name="evidence", exact=True).first.click()
    expect(page.get_by_text("Evidence digest")).to_be_visible()


def test_both_pages_fit_a_telephone_in_the_dark(open_page: OpenPage) -> None:
    page = open_page(administrators(), scheme="dark", is_telephone=True)
    for path in (POSTURE, "/admin/audit/compliancepack/controls/soc2-2017-rev2022/CC6.1/"):
        page.goto(path)
        expect(page.get_by_role("main")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        require_accessible(page, within="main")
        shown(page, "telephone-" + path.rstrip("/").rpartition("/")[2])
