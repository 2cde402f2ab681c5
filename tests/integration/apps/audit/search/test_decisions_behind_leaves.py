# SPDX-License-Identifier: Apache-2.0
"""The decisions behind leaves are looked for around each leaf, however many decisions there are."""

import psycopg
import pytest

from apps.audit.selectors.trail import _OF_ALL, _OF_COMPANY
from tests.factories.people import cast
from tests.frame.clones import Clone

# Over two months, some of each principal in every hour.
DECISIONS = """
INSERT INTO policy_decision (id, company_id, decided_at, principal, action, resource_type, resource_id,
  is_allowed, reason, needs, policy_ids, version, is_break_glass)
SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - n * 150000::bigint), 12, '0')
        || substr(md5(n::text), 1, 20))::uuid,
       CASE WHEN n %% 5 > 0 THEN %s::uuid END, now(),
       CASE WHEN n %% 3 = 0 THEN 'service:console' ELSE 'user:' || n %% 50 END,
       'a.b.c', 'x', 'y', true, '', '{}', '{}', 0, false
  FROM generate_series(1, 30000) n
"""
LEAVES = "SELECT array_agg(leaf_id) FROM audit_entry WHERE (company_id IS NULL) = %s"


@pytest.mark.parametrize("is_platform", [True, False])
def test_no_walk_over_all_decisions(committed_database: Clone, is_platform: bool) -> None:
    company_id = cast().company.id
    with psycopg.connect(committed_database.admin_dsn) as admin:
        admin.execute(DECISIONS, [company_id])
        admin.execute("ANALYZE policy_decision, audit_entry")
        ((leaves,),) = admin.execute(LEAVES, [is_platform]).fetchall()
        query = _OF_ALL if is_platform else _OF_COMPANY
        values = [leaves] if is_platform else [company_id, leaves]
        found = admin.execute(query, values).fetchall()
        plan = "\n".join(row[0] for row in admin.execute(f"EXPLAIN {query}", values).fetchall())
    assert found
    assert "Index Scan using policy_decision" in plan
    assert "Seq Scan on policy_decision" not in plan
