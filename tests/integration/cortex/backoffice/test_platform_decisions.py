# SPDX-License-Identifier: Apache-2.0
"""What was decided on the platform is seen by whoever runs it, and by nobody else."""

import re
from uuid import uuid4

from django.test import Client

from tests.factories.people import cast
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.backoffice.policy_texts import platform_administrator

PAGE, CLIENTS = "/admin/decisions/platform/", "/admin/oauth2_provider/application/"
DEVICE = {"client_id": "screen", "name": "Screen", "kind": "device"}


class TestDecisionsOnThePlatform:
    def test_are_shown_filtered_and_told_by_name(self, committed_database: Clone) -> None:
        paula = sign_in(Client(), platform_administrator("paula"), methods=("pwd", "otp"))
        assert paula.post(f"{CLIENTS}create/", DEVICE).status_code == 302
        shown = page(paula.get(PAGE, {"action": "programs.client.create"}))
        assert "programs.platform_administrators_look_after_programs" in shown
        assert "Paula" in shown
        assert "<td>programs.client.create</td>" in shown
        assert "<td>programs.client.read</td>" not in shown
        assert "None of these is in the log." in page(
            paula.get(PAGE, {"action": "programs.client.create", "answer": "no"})
        )

    def test_are_explained_one_by_one(self, committed_database: Clone) -> None:
        paula = sign_in(Client(), platform_administrator("paula"), methods=("pwd", "otp"))
        assert paula.post(f"{CLIENTS}create/", DEVICE).status_code == 302
        address = re.search(
            rf'href="({PAGE}[0-9a-f-]+/)"', page(paula.get(PAGE, {"action": "programs.client.create"}))
        )
        assert address is not None
        shown = page(paula.get(address[1]))
        assert '@id("programs.platform_administrators_look_after_programs")' in shown
        assert "Roles that are let in</th><td>platform-admin</td>" in shown
        assert "to the same question, as then" in shown
        assert '"action": "programs.client.create"' in shown
        assert paula.get(f"{PAGE}{uuid4()}/").status_code == 404

    def test_are_explained_whatever_they_were_about(self, committed_database: Clone) -> None:
        paula = sign_in(Client(), platform_administrator("paula"), methods=("pwd", "otp"))
        assert paula.post(f"{CLIENTS}create/", DEVICE).status_code == 302
        for address in set(re.findall(rf'href="({PAGE}[0-9a-f-]+/)"', page(paula.get(PAGE)))):
            assert paula.get(address).status_code == 200, address

    def test_are_nobody_elses_business(self, committed_database: Clone) -> None:
        people = cast()
        for user in (people.alice, people.bob, people.charlie):
            assert staff(user).get(PAGE).status_code == 403
            assert staff(user).get(f"{PAGE}{uuid4()}/").status_code == 403
