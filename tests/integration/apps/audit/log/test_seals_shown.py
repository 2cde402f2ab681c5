# SPDX-License-Identifier: Apache-2.0
"""The newest seals over denials, in the books and in the administration."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client

from apps.audit.services.denials.compare_denials import compare_denials
from cortex.identity.grant_platform_role import grant_platform_role
from cortex.identity.models import PLATFORM_ADMINISTRATOR
from tests.factories.books import CONSOLE
from tests.factories.log import SigningLog
from tests.factories.people import person
from tests.factories.sessions import sign_in
from tests.integration.apps.audit.denials.conftest import SCHEDULER, House, house, seal

__all__ = ["house"]

BOOKS, ADMIN = "/books/DEMO/audit-log/state/", "/admin/audit/auditentry/state/"
OURS = "FROM audit_denial_seal WHERE company_id = '{}'"


@pytest.fixture
def sealed(house: House) -> House:
    """Return a house with two seals: of two denials in a company, and of one on the platform."""
    house.refuse(2)
    seal()
    house.refuse_on_the_platform()
    seal()
    return house


@pytest.fixture
def petra(sealed: House) -> Client:
    user = person("petra")
    grant_platform_role(user_id=user.id, role=PLATFORM_ADMINISTRATOR, granted_by=CONSOLE)
    user.refresh_from_db()
    return sign_in(Client(), user)


@pytest.fixture
def bob(sealed: House) -> Client:
    return sign_in(Client(), sealed.demo.bob)


def rows(page: str) -> list[list[str]]:
    """Return the cells of the table of seals, without their dates."""
    (table,) = re.findall(r"<caption>The newest first; each.*?</table>", page, re.DOTALL)
    found = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)[0:]]
    return [
        [re.sub("<.*?>", "", cell).strip() for cell in (row[0], *row[3:])]
        for row in found
        if row[0] != "Seal"
    ]


def page_of(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


class TestInTheBooks:
    def test_are_those_of_the_company_with_a_proof_of_each_leaf(self, sealed: House, bob: Client) -> None:
        assert rows(page_of(bob, BOOKS)) == [["0", "2", "as its leaf says", "waits for its place"]]
        SigningLog().sign()
        page = page_of(bob, BOOKS)
        ((_, _, _, link),) = rows(page)
        assert re.fullmatch("Prove leaf [0-9]+, of seal 0", link)
        (proof,) = re.findall(r'href="(/books/DEMO/audit-log/[0-9a-f-]+/proof.zip)"', page)
        with ZipFile(BytesIO(bob.get(proof).content)) as archive:
            (leaf,) = [name for name in archive.namelist() if re.fullmatch(r"proofs/.*\.json", name)]
            assert b'"verb":"audit.denials.seal"' in archive.read(leaf)

    @pytest.mark.parametrize(
        "broken", ["statement = 'x'", "denials = overlay(denials PLACING '\\x00' FROM 17)"]
    )
    def test_differ_where_they_are_not_what_their_leaf_fixed(
        self, sealed: House, bob: Client, broken: str
    ) -> None:
        sealed.past_the_triggers(
            "audit_denial_seal",
            f"UPDATE audit_denial_seal SET {broken} WHERE company_id = %s",
            sealed.demo.company.id,
        )
        assert rows(page_of(bob, BOOKS)) == [["0", "2", "differs", "waits for its place"]]

    def test_differ_where_the_night_found_another_denial(self, sealed: House, bob: Client) -> None:
        sealed.past_the_triggers(
            "policy_decision", "UPDATE policy_decision SET reason = 'yes' WHERE NOT is_allowed"
        )
        assert rows(page_of(bob, BOOKS))[0][2] == "as its leaf says"
        compare_denials(compared_by=SCHEDULER)
        assert rows(page_of(bob, BOOKS))[0][2] == "differs"


class TestInTheAdministration:
    def test_are_those_over_all_companies_or_those_of_one(self, sealed: House, petra: Client) -> None:
        assert [row[:3] for row in rows(page_of(petra, ADMIN))] == [
            ["1", "1", "as its leaf says"],
            ["0", "2", "as its leaf says"],
        ]
        page = page_of(petra, f"{ADMIN}?seals_of={sealed.demo.company.id}")
        assert [row[:3] for row in rows(page)] == [["0", "2", "as its leaf says"]]
        assert "Of the company DEMO." in page
        assert [row[:2] for row in rows(page_of(petra, f"{ADMIN}?seals_of={sealed.shop}"))] == [["0", "0"]]
        assert len(rows(page_of(petra, f"{ADMIN}?seals_of=x"))) == 2

    def test_have_a_proof_of_each_leaf(self, sealed: House, petra: Client) -> None:
        SigningLog().sign()
        page = page_of(petra, ADMIN)
        assert [row[3] for row in rows(page)] == ["Prove", "Prove"]
        assert petra.get(re.findall(r'href="([^"]+)" download', page)[0]).status_code == 200

    def test_show_one_that_the_program_never_made_without_a_leaf(self, sealed: House, petra: Client) -> None:
        sealed.past_the_triggers("audit_entry", "DELETE FROM audit_entry WHERE verb = 'audit.denials.seal'")
        assert [row[2:] for row in rows(page_of(petra, ADMIN))] == [["differs", "none"]] * 2
