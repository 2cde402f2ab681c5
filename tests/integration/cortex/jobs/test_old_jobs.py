# SPDX-License-Identifier: Apache-2.0
"""Of a program's job from before 0002 nobody knows whose it is: the upgrade marks it, and it is not done."""

from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from cortex.jobs import migrations
from cortex.ports.principal import Principal
from tests.factories.people import Cast, create_user, let_in, service_client
from tests.frame.clones import Clone
from tests.integration.cortex.jobs.asking import ask, look, run

SCOPES = ("accounting:read", "accounting:write")


@pytest.fixture
def robot(people: Cast, sent: list[Any], work: Any) -> Principal:
    work(lambda job: {})
    user = create_user(username="robot", kind="service")
    let_in(company_id=people.company.id, user_id=user.id, roles=["accountant"])
    service_client(user, scopes=SCOPES)
    return Principal(kind="client", id="robot", user_id=user.id, scopes=frozenset(SCOPES))


def upgraded(clone: Clone, *, old: list[UUID]) -> None:
    """Let these jobs be from before 0002, and migrate to 0004 as an upgrade does: by the table's owner."""
    text = (Path(migrations.__file__).parent / "sql" / "0004_known_owners.sql").read_text(encoding="utf-8")
    with psycopg.connect(clone.admin_dsn) as admin:
        admin.execute("UPDATE jobs_job SET created_at = '2020-01-01T00:00Z' WHERE id = ANY(%s)", [old])
        admin.execute("ALTER TABLE jobs_job DROP COLUMN owner_is_known")
        admin.execute("SET ROLE cortex_owner")
        admin.execute(text)


def test_an_old_job_of_a_program_is_refused(
    people: Cast, robot: Principal, committed_database: Clone
) -> None:
    old, new = ask(people, principal=robot), ask(people, principal=robot)
    upgraded(committed_database, old=[old])
    job = run(people, old)
    assert (job.state, job.error["code"]) == ("failed", "jobs.owner_must_be_known")
    assert run(people, new).state == "succeeded"


def test_an_old_job_of_a_person_is_done(people: Cast, robot: Principal, committed_database: Clone) -> None:
    old = ask(people)
    upgraded(committed_database, old=[old])
    assert run(people, old).state == "succeeded"


def test_finished_jobs_stay_as_they_were(people: Cast, robot: Principal, committed_database: Clone) -> None:
    job_id = ask(people, principal=robot)
    run(people, job_id)
    upgraded(committed_database, old=[job_id])
    assert look(people, job_id).owner_is_known
