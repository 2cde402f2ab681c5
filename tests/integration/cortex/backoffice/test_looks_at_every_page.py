# SPDX-License-Identifier: Apache-2.0
"""Each page of the administration that shows people, or texts about them, leaves a leaf of every look."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.contrib import admin
from django.db import connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from cortex.approvals.models import Proposal
from cortex.backoffice.bounded import BoundedModelAdmin
from cortex.policy import refusal_trail
from cortex.policy.looks import LIST, LOOKED_AT
from tests.factories.books import EntryDraftFactory
from tests.factories.leaves import watched_leaves
from tests.integration.security.scenery import Scenery, scenery_in

PAGES = {
    page.opts.label: page
    for page in admin.site._registry.values()
    if isinstance(page, BoundedModelAdmin) and page.looks_leave_leaves
}


@pytest.fixture(scope="module")
def scenery(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Scenery]:
    """Return a company in which there is something to look at, and a proposal of the platform."""
    with django_db_blocker.unblock(), scenery_in(database_template) as set_up:
        set_up.stage.own.post(EntryDraftFactory(party="Hoogle Estates"))
        give_role = f"/admin/identity/user/{set_up.stage.values['user_id']}/give-role/"
        assert set_up.browser().post(give_role, {"role": "plugin-reviewer"}).status_code == 302
        yield set_up


@pytest.fixture(autouse=True)
def _nothing_was_seen_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_trail, "_left", {})


def looks(client: Client, *paths: str) -> list[tuple[str, UUID]]:
    """Return what the leaves of looks at these pages name, each of which must be shown."""
    with watched_leaves() as watched:
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
    return [(each.object_type, each.object_id) for each in watched.records if each.verb == LOOKED_AT]


def _key(scenery: Scenery, label: str) -> str | None:
    if label != "approvals.Proposal":
        return scenery.stage.row_of(label.lower())
    # Here are those of the platform alone.
    own = Proposal.objects.filter(company__isnull=True).values_list("id", flat=True).first()
    return None if own is None else str(own)


class TestLooks:
    @pytest.mark.parametrize("label", PAGES)
    def test_leave_a_leaf_on_this_page(self, scenery: Scenery, label: str) -> None:
        client, place = scenery.browser(), f"/admin/{label.lower().replace('.', '/')}/"
        assert looks(client, place, place) == [(label.lower(), LIST)]
        key = _key(scenery, label)
        found = client.get(f"{place}{key}/change/")
        assert (key is not None, found.status_code) == (True, 200)
        refusal_trail._left.clear()
        ((kind, named),) = looks(client, found.request["PATH_INFO"])
        in_log = PAGES[label].object_in_log(found.context["original"])
        assert (kind, named) == (label.lower(), in_log if isinstance(in_log, UUID) else LIST)

    def test_leave_one_where_another_page_offers_the_rows_to_choose(self, scenery: Scenery) -> None:
        offered = "/admin/autocomplete/?app_label=identity&model_name=membership&field_name=user&term=v"
        assert looks(scenery.browser(), offered) == [("identity.user", LIST)]

    def test_leave_one_where_something_may_be_done_with_somebody(self, scenery: Scenery) -> None:
        user_id = scenery.stage.values["user_id"]
        path = f"/admin/identity/user/{user_id}/change-address/"
        assert looks(scenery.browser(), path) == [("identity.user", UUID(user_id))]

    def test_leave_one_where_an_account_shows_what_entries_say(self, scenery: Scenery) -> None:
        account_id = scenery.stage.values["account_id"]
        path = f"/admin/accounting/account/{account_id}/lines/"
        assert looks(scenery.browser(), path) == [("accounting.account", UUID(account_id))]


def test_the_proof_and_the_trail_of_an_entry_have_no_looks(scenery: Scenery) -> None:
    client, entry_id = scenery.browser(), scenery.stage.values["entry_id"]
    page = f"/admin/accounting/journalentry/{entry_id}/change/"
    before = client.get(f"/api/v1/companies/ACME/journal-entries/{entry_id}/audit-leaves").json()
    assert looks(client, page) == [("accounting.journalentry", UUID(entry_id))]
    shown = client.get(page).content.decode()
    assert "accounting.journal_entry.post" in shown
    assert LOOKED_AT not in shown
    after = client.get(f"/api/v1/companies/ACME/journal-entries/{entry_id}/audit-leaves").json()
    assert (after, len(after["items"])) == (before, 1)
    with connections["service"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry WHERE object_id = %s", [entry_id])
        assert cursor.fetchone()[0] > 1
