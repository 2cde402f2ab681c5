# SPDX-License-Identifier: Apache-2.0
from typing import Any
from uuid import UUID

import pytest

from apps.audit.domain.verb_kinds import LeafMustTellWhatWasBefore, require_before

BEFORE = "ab" * 32
COMPANY = UUID(int=7)


def is_let_through(verb: str, **given: Any) -> bool:
    leaf: dict[str, Any] = {
        "verb": verb,
        "object_type": "x",
        "company_id": COMPANY,
        "before": None,
        "is_new": False,
    }
    try:
        require_before(**(leaf | given))
    except LeafMustTellWhatWasBefore:
        return False
    return True


class TestRequireBefore:
    @pytest.mark.parametrize(
        ("verb", "given"),
        [
            ("accounting.account.update", {"before": BEFORE}),
            ("accounting.account.create", {"is_new": True}),
            ("approvals.limit.change", {"is_new": True}),
            ("accounting.journal_entry.post", {}),
            ("identity.session.began", {}),
            ("testing.do", {}),
            ("programs.client.changed", {"company_id": None, "before": BEFORE}),
        ],
    )
    def test_lets_through_what_tells_what_was_before(self, verb: str, given: dict[str, Any]) -> None:
        assert is_let_through(verb, **given)

    @pytest.mark.parametrize(
        ("verb", "given"),
        [
            ("accounting.account.update", {}),
            ("accounting.account.update", {"before": BEFORE, "is_new": True}),
            ("accounting.account.create", {}),
            ("accounting.account.create", {"before": BEFORE}),
            ("programs.client.changed", {"company_id": None}),
        ],
    )
    def test_refuses_what_forgets_it(self, verb: str, given: dict[str, Any]) -> None:
        assert not is_let_through(verb, **given)

    def test_asks_nothing_of_a_companys_copy_about_a_client(self) -> None:
        assert is_let_through("programs.client.changed")

    def test_asks_nothing_of_a_delivery_which_moves_without_verbs(self) -> None:
        assert is_let_through("events.webhook.change", object_type="events.webhook_delivery")
        assert not is_let_through("events.webhook.change", object_type="events.webhook_endpoint")
