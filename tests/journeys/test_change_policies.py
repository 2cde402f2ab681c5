# SPDX-License-Identifier: Apache-2.0
"""One administrator writes policies and is told of a mistake while typing; a second one lets them decide."""

import re

import pytest
from playwright.sync_api import expect

from cortex.policy.active import ACTIVE
from cortex.policy.models import PolicyVersion
from cortex.policy.roles import roles_let_in
from cortex.policy_versions.models import PolicySimulation
from cortex.policy_versions.run_simulation import run_simulation
from tests.integration.cortex.backoffice.policy_texts import NO_JOBS, platform_administrator
from tests.journeys.conftest import OpenPage, require_accessible
from tests.journeys.test_administer import administrator

pytestmark = [pytest.mark.journey, pytest.mark.slow]
LIST = "/admin/policy/policyversion/"
CANCEL = "jobs.job.cancel"


def test_policies_are_written_checked_approved_and_taken_back(open_page: OpenPage) -> None:
    for name in ("paula", "quentin"):
        platform_administrator(name)
    paula = open_page("paula")
    paula.goto(LIST)
    paula.get_by_role("link", name="Write a version").click()
    paula.get_by_label("What changes and why").fill("jobs run to their end")
    text = paula.get_by_label("Policies", exact=True)
    text.press("Control+End")
    paula.keyboard.insert_text(NO_JOBS.replace("principal, action", "principal action"))
    problem = paula.get_by_role("button", name=re.compile("Unexpected token `action`"))
    expect(problem).to_be_visible()
    require_accessible(paula, within="main")
    paula.keyboard.press("F8")
    assert text.evaluate("area => area.value.slice(area.selectionStart, area.selectionStart + 6)") == "action"
    # The caret stands at the word that cannot be read: what it lacks is the comma before it.
    paula.keyboard.press("ArrowLeft")
    paula.keyboard.insert_text(",")
    expect(paula.get_by_role("status").filter(has_text="No problems in")).to_be_visible()
    paula.get_by_role("button", name="Keep as a draft").click()
    expect(paula.get_by_text("is kept as a draft")).to_be_visible()

    for title in ("Validate", "Simulate"):
        paula.get_by_role("link", name=title, exact=True).click()
        paula.get_by_role("button", name=title, exact=True).click()
    expect(paula.get_by_text("The simulation waits for a worker.")).to_be_visible()
    require_accessible(paula, within="#policy-simulation")
    expect(paula.get_by_role("link", name="Simulate", exact=True)).to_have_count(0)
    # The page looks again by itself, whoever does the work meanwhile.
    run_simulation(simulation_id=PolicySimulation.objects.get().id)
    expect(paula.get_by_text("Roles that gain or lose a right")).to_be_visible()
    require_accessible(paula, within="#policy-simulation")
    expect(paula.get_by_role("link", name="Approve", exact=True)).to_have_count(0)

    quentin = open_page("quentin", scheme="dark")
    quentin.goto(LIST)
    quentin.locator("#result_list tbody a").first.click()
    expect(quentin.get_by_text("+ added, − removed")).to_be_visible()
    digest = PolicyVersion.objects.latest("number").digest
    quentin.get_by_role("link", name="Approve", exact=True).click()
    quentin.get_by_label("SHA-256").fill(digest)
    quentin.get_by_role("button", name="Approve", exact=True).click()
    quentin.get_by_role("link", name="Put in force", exact=True).last.click()
    quentin.get_by_role("button", name="Put in force", exact=True).click()
    expect(quentin.get_by_text("is in force, everywhere within a second")).to_be_visible()
    ACTIVE.look_again()
    assert roles_let_in(action=CANCEL) == frozenset()

    quentin.goto(LIST)
    quentin.get_by_role("link", name="Back to the packaged policies").click()
    quentin.get_by_label("Reason").fill("jobs must be cancelled after all")
    require_accessible(quentin, within="main")
    quentin.get_by_role("button", name="Bring them back").click()
    expect(quentin.get_by_text("are in force.")).to_be_visible()
    ACTIVE.look_again()
    assert "clerk" in roles_let_in(action=CANCEL)


def test_who_can_do_what_is_looked_up_and_explained(open_page: OpenPage) -> None:
    page = open_page(administrator())
    page.goto("/admin/rights/")
    require_accessible(page, within="main")
    page.get_by_label("Action holds").fill("cancel a job")
    page.get_by_role("button", name="Show").click()
    cell = page.get_by_role("row", name=re.compile("Cancel a job")).get_by_role("link").nth(1)
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The policy that decided")).to_be_visible()
    require_accessible(page, within="main")
