# SPDX-License-Identifier: Apache-2.0
"""Programs do nothing for a person who must have a second factor and has none."""

import pytest
from django.test import Client

from cortex.identity.models import User
from cortex.identity.second_factors.stored import remove_all_factors
from tests.factories.leaves import watched_leaves
from tests.factories.people import CONSOLE, Cast, cast, let_in
from tests.factories.programs import Web, opens, told
from tests.factories.sessions import sign_in, with_factor

pytestmark = pytest.mark.django_db
COMPANIES, WEBHOOKS = "/api/v1/companies", "/api/v1/companies/DEMO/webhooks"


@pytest.fixture
def people() -> Cast:
    return cast()


def obliged(people: Cast) -> User:
    """Make Alice an administrator, too."""
    roles = ["controller", "administrator"]
    let_in(company_id=people.company.id, user_id=people.alice.id, roles=roles)
    return people.alice


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class TestTokenOlderThanTheRole:
    def test_reads_and_changes_nothing(self, people: Cast) -> None:
        token = Web().tokens_from(sign_in(Client(), people.alice))["access_token"]
        assert opens(token) == 200
        obliged(people)
        with watched_leaves() as log:
            answers = (
                Client().get(COMPANIES, headers=bearer(token)),
                Client().post(WEBHOOKS, {}, content_type="application/json", headers=bearer(token)),
            )
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (
                403,
                "identity.second_factor_must_be_added",
            )
            evidence = answer.json()["evidence"]
            assert evidence["object"] == "access token"
            assert {"object", "expected", "got", "remedy"} <= set(evidence)
            assert "Demo Trading" not in answer.content.decode()
        assert log.verbs == []

    def test_tells_nothing_of_the_person(self, people: Cast) -> None:
        program = Web()
        token = program.tokens_from(sign_in(Client(), people.alice))["access_token"]
        obliged(people)
        answer = Client().get("/o/userinfo/", headers=bearer(token))
        assert answer.status_code == 401
        assert 'error="insufficient_user_authentication"' in answer.headers["WWW-Authenticate"]
        form = {"client_id": program.client_id, "client_secret": program.secret, "token": token}
        assert Client().post("/o/introspect/", form).json() == {"active": False}

    def test_opens_again_once_a_factor_is_added(self, people: Cast) -> None:
        token = Web().tokens_from(sign_in(Client(), people.alice))["access_token"]
        with_factor(obliged(people))
        assert opens(token) == 200

    def test_opens_nothing_once_the_factors_are_removed(self, people: Cast) -> None:
        alice = with_factor(obliged(people))
        token = Web().tokens_from(sign_in(Client(), alice))["access_token"]
        assert opens(token) == 200
        remove_all_factors(user_id=alice.id, actor=CONSOLE)
        assert opens(token) == 403

    def test_of_somebody_of_whom_none_is_asked_goes_on(self, people: Cast) -> None:
        assert opens(Web().tokens_from(sign_in(Client(), people.bob, methods=["pwd"]))["access_token"]) == 200


class TestAuthorization:
    def test_is_not_given_without_a_factor(self, people: Cast) -> None:
        program, client = Web(), sign_in(Client(), obliged(people), methods=["pwd"])
        answer = client.post(program.address(), {"decision": "allow"})
        assert answer.headers["Location"] == "/accounts/second-factor/add/"
        assert "code" not in told(answer)
