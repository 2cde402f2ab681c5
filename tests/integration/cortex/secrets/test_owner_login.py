# SPDX-License-Identifier: Apache-2.0
"""A migration under a login that vanishes: what it made belongs to the role that stays."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from cortex.database.provision import OWNER, provision
from cortex.secrets.options import VaultOptions
from tests.frame.aliases import urls
from tests.frame.clones import PREFIX, Clone
from tests.frame.openbao import OpenBao
from tests.frame.processes import inherited
from tests.frame.server import PASSWORDS, server
from tests.frame.template import drop
from tests.integration.cortex.secrets.database import engine_of

ROOT = Path(__file__).parents[4]
LOGINS = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'v-approle-cortex-o%'"
# Whatever a migration can make, with its owner; what an extension brought belongs to the administrator.
MADE = """
    SELECT 'relation ' || relname, pg_get_userbyid(relowner) FROM pg_class c
     WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'function ' || proname, pg_get_userbyid(proowner) FROM pg_proc p
     WHERE pronamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
    UNION ALL
    SELECT 'schema ' || nspname, pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname !~ '^pg_|^inf'
"""


@pytest.fixture
def empty() -> Iterator[Clone]:
    """Return a database with its roles and nothing in it."""
    name = f"{PREFIX}{os.getpid()}_owner"
    provision(server().admin_dsn("postgres"), database=name, passwords=PASSWORDS)
    try:
        environment = urls(server(), database=name)
        yield Clone(name=name, admin_dsn=server().admin_dsn(name), environment=environment)
    finally:
        with psycopg.connect(server().admin_dsn("postgres"), autocommit=True) as admin:
            drop(admin, database=name)


def rows(database: Clone, query: str) -> list[tuple[str, ...]]:
    with psycopg.connect(database.admin_dsn) as admin:
        return admin.execute(sql.SQL(query)).fetchall()  # type: ignore[arg-type] # literals of this file


@pytest.mark.slow
class TestOwnerLogin:
    def test_leaves_what_it_made_to_the_role(self, bao: OpenBao, options: VaultOptions, empty: Clone) -> None:
        engine_of(bao, empty).roles(lives=("60s", "120s"))
        before = set(rows(empty, LOGINS))
        environ = {
            **inherited(),
            "DJANGO_SETTINGS_MODULE": "settings.test",
            **empty.environment,
            # The login of the vault is the only way in that works.
            "DATABASE_OWNER_URL": server().url("nobody", "nothing", empty.name),
            "VAULT_ADDR": bao.address,
            "VAULT_ROLE_ID": options.role_id,
            "VAULT_SECRET_ID": bao.secret_id(),
            "VAULT_DATABASE_OWNER_ROLE": "cortex-owner",
        }
        command = [sys.executable, "manage.py", "migrate", "tenancy", "--database", "owner"]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        made = dict(rows(empty, MADE))
        assert "relation tenancy_company" in made
        assert any(name.startswith("function ") for name in made)
        assert {name: owner for name, owner in made.items() if owner != OWNER} == {}
        # A role that owned anything could not be dropped; this one went with the process.
        deadline = time.monotonic() + 5
        while set(rows(empty, LOGINS)) - before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert set(rows(empty, LOGINS)) - before == set()
