# SPDX-License-Identifier: Apache-2.0
"""Columns that nobody asks for are sent along with every form and every body of the API: they change nothing.

Source: OWASP API Security Top 10 (2023), API3 broken object property level authorization; ASVS 5.0, 15.3.3.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from cortex.policy import refusal_trail
from tests.architecture.test_routes import answered_methods
from tests.integration.security.forms import Filled, forms
from tests.integration.security.scenery import Scenery

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]
BODIED = ("POST", "PUT", "PATCH")
# Columns of ours that decide who may do what, whose something is, who did it, and how far it has come.
FOREIGN: Mapping[str, str] = {
    "is_superuser": "true",
    "is_staff": "true",
    "is_plugin_reviewer": "true",
    "company_id": "01900000-0000-7000-8000-000000000001",
    "company": "01900000-0000-7000-8000-000000000001",
    "posted_by": "service:console",
    "proposer_id": "console",
    "proposer_user_id": "01900000-0000-7000-8000-000000000002",
    "decided_by": "service:console",
    "owner_id": "console",
    "author": "service:console",
    "approved_by": "service:console",
    "status": "suspended",
    "failures_in_a_row": "77",
    "posted_at": "2020-01-01T00:00:00Z",
    "base_currency": "XTS",
    "password": "pbkdf2_sha256$1$x$y",  # pragma: allowlist secret
}
COLUMNS = """
SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attname)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
   AND a.attname = ANY(%s) AND has_table_privilege(c.oid, 'SELECT')
 GROUP BY c.relname ORDER BY c.relname
"""


class TestForms:
    def test_do_the_same_with_foreign_columns_as_without(
        self, scenery: Scenery, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Else the first refusal of a kind would leave a leaf, and the second one none.
        monkeypatch.setattr(refusal_trail, "SECONDS_BETWEEN", 0.0)
        client, done, otherwise = scenery.browser(), 0, []
        untouched = _left_by(client, "/accounts/", {}, scenery)
        for path, filled in forms(scenery):
            foreign = {name: value for name, value in FOREIGN.items() if name not in filled}
            with_them = _left_by(client, path, {**filled, **foreign}, scenery)
            if with_them != untouched:
                done += 1
                if with_them != _left_by(client, path, filled, scenery):
                    otherwise.append(path)
        assert otherwise == []
        # Else all forms were refused, and the columns with them.
        assert done >= 10


def _left_by(client: Client, path: str, filled: Filled, scenery: Scenery) -> dict[str, Any]:
    """Send a form; return what it left in the columns that are tried, and take it back."""
    cookies = client.cookies.output()
    with transaction.atomic():
        client.post(path, urlencode(filled), content_type="application/x-www-form-urlencoded")
        found = _columns(scenery)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    return found


def _columns(scenery: Scenery) -> dict[str, Any]:
    """Return, by table, how often each combination of values stands there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.company_ids', %s, true)", [str(scenery.stage.company_id)])
        cursor.execute(COLUMNS, [list(FOREIGN)])
        found = {}
        for table, names in cursor.fetchall():
            listed = ", ".join(f'"{name}"' for name in names if not _is_of_a_sign_in(table, name))
            if listed:
                cursor.execute(
                    f'SELECT {listed}, count(*) FROM "{table}" GROUP BY {listed} ORDER BY {listed}'
                )
                found[table] = cursor.fetchall()
    return found


def _is_of_a_sign_in(table: str, name: str) -> bool:
    """Tell which values are other ones each time: a salted password, a time."""
    return name in ("password", "posted_at") or table == "policy_decision"


# Its plugin says what may be sent there.
OF_A_PLUGIN = "api/v1/plugins/<str:plugin_id>/<path:endpoint>"


class TestBodies:
    def test_name_each_foreign_column_as_one_that_is_not_known(self, scenery: Scenery) -> None:
        client, silent = scenery.browser(), {}
        for door in scenery.doors:
            if not door.route.path.startswith(("api/v1/", "schemas/")) or door.route.path == OF_A_PLUGIN:
                continue
            for method in sorted(answered_methods(door.route) & set(BODIED)):
                answer = client.generic(
                    method,
                    door.path,
                    _as_json(FOREIGN),
                    content_type="application/json",
                    headers={"Idempotency-Key": str(uuid4())},
                )
                if answer.status_code == 415:  # a file comes with fields of a form
                    answer = client.post(door.path, FOREIGN, headers={"Idempotency-Key": str(uuid4())})
                if answer.status_code < 400 or not _are_told(answer.content.decode()):
                    silent[f"{method} {door.path}"] = (answer.status_code, answer.content[:200])
        assert silent == {}


def _are_told(problem: str) -> bool:
    """Tell whether a refusal names each column, or the first of them and how many more there are."""
    return all(f'"{name}"' in problem for name in FOREIGN) or f"({len(FOREIGN) - 1} more)" in problem


def _as_json(body: Mapping[str, str]) -> str:
    return json.dumps(body)
