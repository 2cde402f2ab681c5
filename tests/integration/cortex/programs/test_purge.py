# SPDX-License-Identifier: Apache-2.0
"""What is over is deleted in batches, in constant memory, and what is not stays."""

import os
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from oauth2_provider.models import (
    get_access_token_model,
    get_device_grant_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)

from cortex import clock
from cortex.ports.principal import Principal
from cortex.programs.models import Authorization
from cortex.programs.purge import purge
from cortex.programs.tasks import purge_tokens
from tests.factories.people import create_user, service_client
from tests.factories.programs import Web, opens
from tests.frame.clones import Clone

CONSOLE = Principal.service("console")
MIB = 1024 * 1024


def everything() -> int:
    models = (
        get_access_token_model(),
        get_device_grant_model(),
        get_grant_model(),
        get_id_token_model(),
        get_refresh_token_model(),
        Authorization,
    )
    return sum(model.objects.count() for model in models)


@pytest.mark.django_db
class TestPurge:
    def test_leaves_what_is_not_over(self, browser: Client, web: Web) -> None:
        tokens = web.tokens_from(browser)
        web.refresh(tokens["refresh_token"])
        web.code_from(browser)
        before = everything()
        assert sum(purge(at=clock.now(), purged_by=CONSOLE).values()) == 0
        assert everything() == before

    def test_keeps_a_family_that_can_still_be_refreshed(self, browser: Client, web: Web) -> None:
        tokens = web.tokens_from(browser)
        purge(at=clock.now() + timedelta(days=13), purged_by=CONSOLE)
        assert web.refresh(tokens["refresh_token"]).status_code == 200

    def test_keeps_used_refresh_tokens_that_would_tell_of_a_theft(self, browser: Client, web: Web) -> None:
        first = web.tokens_from(browser)
        second = web.refresh(first["refresh_token"]).json()
        purge(at=clock.now() + timedelta(days=13), purged_by=CONSOLE)
        web.refresh(first["refresh_token"])
        assert opens(second["access_token"]) == 401

    def test_deletes_everything_in_the_end(self, browser: Client, web: Web) -> None:
        tokens = web.tokens_from(browser)
        for _ in range(3):
            tokens = web.refresh(tokens["refresh_token"]).json()
        web.code_from(browser)
        told: list[tuple[str, int]] = []
        deleted = purge(
            at=clock.now() + timedelta(days=200),
            purged_by=CONSOLE,
            batch=2,
            told=lambda name, rows: told.append((name, rows)),
        )
        assert everything() == 0
        assert deleted["used refresh tokens"] == 3
        assert ("used refresh tokens", 2) in told
        assert ("used refresh tokens", 3) in told

    def test_is_done_by_the_schedule(self) -> None:
        generate(rows=10, ended=6)
        purge_tokens()
        assert get_access_token_model().objects.count() == 4


def generate(*, rows: int, ended: int) -> None:
    """Store tokens by SQL, the first of them over."""
    service_client(create_user(username="robot", kind="service"))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO oauth2_provider_accesstoken"
            " (token, token_checksum, expires, scope, created, updated, application_id, resource)"
            " SELECT '', encode(sha256(n::text::bytea), 'hex'),"
            " now() + CASE WHEN n <= %s THEN -1 ELSE 1 END * (interval '1 hour' + n * interval '1 ms'),"
            " 'accounting:read', now(), now(), (SELECT id FROM oauth2_provider_application), '[]'"
            " FROM generate_series(1, %s) AS n",
            [ended, rows],
        )


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def purged_in_constant_memory(*, rows: int) -> list[tuple[str, int]]:
    """Purge this many tokens and some that stay; assert what it took."""
    generate(rows=rows + 100, ended=rows)
    told: list[tuple[str, int]] = []
    purge(at=clock.now() - timedelta(days=1), purged_by=CONSOLE)
    before = resident_bytes()
    tracemalloc.start()
    try:
        deleted = purge(at=clock.now(), purged_by=CONSOLE, told=lambda *batch: told.append(batch))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert deleted["access tokens"] == rows
    assert get_access_token_model().objects.count() == 100
    assert peak < 8 * MIB
    assert resident_bytes() - before < 32 * MIB
    return told


@pytest.mark.slow
def test_a_hundred_thousand_tokens_go_in_constant_memory(committed_database: Clone) -> None:
    told = purged_in_constant_memory(rows=100_000)
    assert len(told) == 20


@pytest.mark.soak
def test_a_million_tokens_go_in_constant_memory(committed_database: Clone) -> None:
    told = purged_in_constant_memory(rows=1_000_000)
    assert len(told) == 200


@pytest.mark.slow
def test_rows_that_somebody_holds_are_left_for_the_next_run(committed_database: Clone) -> None:
    import psycopg

    generate(rows=10, ended=10)
    with psycopg.connect(committed_database.admin_dsn) as other:
        held = other.execute("SELECT id FROM oauth2_provider_accesstoken ORDER BY id LIMIT 3 FOR UPDATE")
        assert len(held.fetchall()) == 3
        assert purge(at=clock.now(), purged_by=CONSOLE)["access tokens"] == 7
    assert purge(at=clock.now(), purged_by=CONSOLE)["access tokens"] == 3
