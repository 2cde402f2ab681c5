# SPDX-License-Identifier: Apache-2.0
"""Two reviewers go through the members of a company by keyboard and mouse; the result leaves signed."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cortex import clock
from cortex.access_reviews.signed_result import verify_result
from cortex.identity.memberships import membership_in
from cortex.identity.models import User
from cortex.tenancy.companies import company_by_code
from tests.integration.cortex.access_reviews.reviewing import signing_in
from tests.journeys.conftest import OpenPage, require_accessible
from tests.journeys.test_administer import administrator

pytestmark = [pytest.mark.journey, pytest.mark.slow]
LIST = "/admin/access_reviews/accessreview/"


def test_members_are_confirmed_and_one_is_taken_away(open_page: OpenPage, tmp_path: Path) -> None:
    dora_name = administrator()
    with signing_in(tmp_path):
        alice = open_page("alice")
        alice.goto(LIST)
        alice.get_by_role("link", name="Open an access review").click()
        due = clock.now().date() + timedelta(days=14)
        alice.get_by_label("Due date").fill(due.isoformat())
        alice.get_by_label("Reason").fill("second quarter")
        alice.get_by_role("button", name="Open an access review").click()
        expect(alice.get_by_text("The access review is open.")).to_be_visible()

        alice.locator("#result_list tbody a").first.click()
        alice.get_by_role("link", name="Answer for memberships").click()
        expect(alice.get_by_text("Your own: ask a second reviewer.")).to_be_visible()
        require_accessible(alice, within="main")
        bob = alice.get_by_role("group", name=re.compile("Answer for Bob"))
        bob.get_by_label("Take away").focus()
        alice.keyboard.press("Space")
        alice.get_by_role("textbox", name=re.compile("Note on Bob")).fill("audit is over")
        for row in alice.get_by_role("group").all():
            if not row.get_by_label("Take away").is_checked():
                row.get_by_label("Confirm").check()
        alice.get_by_role("button", name="Go on").press("Enter")
        expect(alice.get_by_text("This will be recorded")).to_be_visible()
        require_accessible(alice, within="main")
        alice.get_by_role("button", name="Record these answers").click()
        expect(alice.get_by_text("answers were recorded")).to_be_visible()

        dora = open_page(dora_name)
        dora.goto(LIST)
        dora.locator("#result_list tbody a").first.click()
        dora.get_by_role("link", name="Answer for memberships").click()
        dora.get_by_role("group", name=re.compile("Answer for Alice")).get_by_label("Confirm").check()
        dora.get_by_role("button", name="Go on").click()
        dora.get_by_role("button", name="Record these answers").click()
        expect(dora.get_by_text("Every membership is answered.")).to_be_visible()
        dora.get_by_role("link", name="Go back and sign the result").click()
        dora.get_by_role("link", name="Complete and sign").click()
        dora.get_by_role("button", name="Complete and sign").click()
        expect(dora.get_by_text("is completed and signed")).to_be_visible()

        dora.locator("#result_list tbody a").first.click()
        with dora.expect_download() as download:
            dora.get_by_role("link", name="Download").click()
        result = verify_result(Path(download.value.path()).read_bytes())
    company = company_by_code(code="DEMO")
    gone = User.objects.get(username="bob")
    assert membership_in(user_id=gone.id, company_id=company.id) is None
    answers = {row["user"]: row["answer"] for row in result["memberships"]}
    assert answers[str(gone.id)] == "revoked"
    assert set(answers.values()) == {"confirmed", "revoked"}
