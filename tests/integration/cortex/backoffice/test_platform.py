# SPDX-License-Identifier: Apache-2.0
"""Pages of the platform: what an administrator looks up there, and the little that is changed."""

import re

import pytest
from django.test import Client

from cortex.backoffice.bounded import BoundedCount, BoundedPaginator
from cortex.identity.memberships import membership_in
from cortex.identity.models import Membership, User
from cortex.jobs.models import Job
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.tenancy import scope
from tests.factories.people import Cast, cast, create_user, token_of_client
from tests.factories.sessions import sign_in
from tests.integration.cortex.backoffice.administration import staff

LISTS = (
    "tenancy/company",
    "identity/user",
    "identity/membership",
    "admin/logentry",
    "oauth2_provider/application",
    "oauth2_provider/accesstoken",
    "programs/authorization",
    "programs/signingkey",
    "api/idempotencykey",
    "guardian/userobjectpermission",
    "guardian/groupobjectpermission",
    "jobs/job",
    "events/outboxevent",
    "storage/storedfile",
    "mail/outgoingmail",
    "django_celery_beat/periodictask",
    "django_celery_beat/intervalschedule",
    "django_celery_beat/crontabschedule",
)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def administrator(people: Cast) -> Client:
    client = Client()
    sign_in(client, create_user(username="operator", is_platform_administrator=True))
    return client


@pytest.mark.django_db(databases=["default", "service"])
class TestPlatform:
    def test_shows_every_list_and_every_form(self, administrator: Client, people: Cast) -> None:
        with scope([people.company.id]):
            Job.objects.create(
                company=people.company, kind="testing.nothing", owner_kind="user", owner_id="x"
            )
            get(Storage).put(company_id=people.company.id, name="a.csv", content=b"secret content")
        token_of_client(people.company, "accounting:read")
        for path in LISTS:
            listed = administrator.get(f"/admin/{path}/")
            assert listed.status_code == 200, path
            for row in re.findall(rf'/admin/{path}/[^/"]+/change/', listed.content.decode())[:1]:
                shown = administrator.get(row)
                assert shown.status_code == 200, row
                assert b"secret content" not in shown.content

    def test_is_entered_by_the_sign_in_of_all_rooms(self, people: Cast) -> None:
        response = Client().get("/admin/login/?next=/admin/jobs/job/")
        assert response.headers["Location"] == "/accounts/login/?next=/admin/jobs/job/"

    def test_lets_scripts_evaluate_here_only(self, administrator: Client) -> None:
        policy = administrator.get("/admin/").headers["Content-Security-Policy"]
        assert "'unsafe-eval'" in policy
        elsewhere = administrator.get("/accounts/login/").headers["Content-Security-Policy"]
        assert "unsafe" not in elsewhere

    def test_searches_pages_and_no_rows(self, administrator: Client, people: Cast) -> None:
        found = administrator.get("/admin/search/?s=alice").content.decode()
        assert "/admin/identity/user/" not in found


class TestMemberships:
    def test_are_only_shown(self, administrator: Client, people: Cast) -> None:
        """Whoever runs the platform lets nobody into a company, himself neither."""
        form = {"user": people.charlie.id, "company": people.company.id, "roles": ["clerk"]}
        mine = Membership.objects.get(user=people.alice)
        assert administrator.post("/admin/identity/membership/add/", form).status_code == 403
        for verb in ("change", "delete"):
            path = f"/admin/identity/membership/{mine.id}/{verb}/"
            assert administrator.post(path, {**form, "post": "yes"}).status_code == 403
        assert membership_in(user_id=people.charlie.id, company_id=people.company.id) is None
        assert membership_in(user_id=people.alice.id, company_id=people.company.id) is not None

    def test_are_picked_by_search(self, administrator: Client, people: Cast) -> None:
        query = "?app_label=identity&model_name=membership&field_name=user&term=al"
        answer = administrator.get(f"/admin/autocomplete/{query}").json()
        assert [choice["text"] for choice in answer["results"]] == ["alice"]


class TestUsers:
    def test_are_neither_added_nor_deleted(self, administrator: Client, people: Cast) -> None:
        for path in ("add/", f"{people.charlie.id}/delete/"):
            assert administrator.get(f"/admin/identity/user/{path}").status_code == 403


class TestBoundedPaginator:
    def test_counts_to_its_bound(self, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("cortex.backoffice.bounded.COUNT_MAX", 2)
        assert str(BoundedPaginator(User.objects.order_by("id"), 1).count) == "2+"
        assert BoundedPaginator(User.objects.filter(username="alice").order_by("id"), 1).count == 1
        assert str(BoundedCount(10_000)) == "10,000+"


@pytest.mark.parametrize(
    "page", ["admin/logentry", "guardian/userobjectpermission", "guardian/groupobjectpermission"]
)
@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["change", "history", "delete"])
def test_a_row_of_no_company_is_not_there_for_staff_of_one(page: str, verb: str) -> None:
    client = staff(cast().alice)
    assert client.get(f"/admin/{page}/1/{verb}/").status_code in (302, 403)
