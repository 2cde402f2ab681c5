# SPDX-License-Identifier: Apache-2.0
"""A control may fail for a while if two people say so, and until when."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.audit.domain.compliance.errors import ControlMustExist, ExceptionMustEnd, PackMustExist
from apps.audit.models import ControlException
from apps.audit.services.compliance.exception_kind import EXCEPTION_KIND, propose_exception
from cortex.approvals.errors import SecondPersonMustDecide
from cortex.approvals.models import Proposal
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.integration.apps.audit.compliance.packs import Signer, agreed, in_force
from tests.integration.cortex.policy_versions.people import Administrators


@pytest.fixture(autouse=True)
def pack_in_force(people: Administrators, signed_by: Signer) -> None:
    in_force(signed_by, by=people.alice, second=people.bob)


def given(**other: Any) -> dict[str, Any]:
    today = get(Clock).now().date()
    return {
        "pack_name": "demo",
        "control_id": "CC6.1",
        "reason": "New laptops come in December.",
        "ends_date": today + timedelta(days=30),
        **other,
    }


def proposed() -> Proposal:
    return Proposal.objects.get(kind=EXCEPTION_KIND)


class TestException:
    def test_counts_once_another_person_agreed(self, people: Administrators) -> None:
        assert propose_exception(**given(), proposed_by=people.alice) is not None
        assert not ControlException.objects.exists()
        assert "Reason: New laptops come in December." in proposed().summary
        agreed(proposed(), by=people.bob)
        (made,) = ControlException.objects.all()
        assert (made.control_id, made.requested_by, made.approved_by) == (
            "CC6.1",
            people.alice.urn,
            people.bob.urn,
        )

    def test_is_not_agreed_to_by_whoever_asked(self, people: Administrators) -> None:
        propose_exception(**given(), proposed_by=people.alice)
        with pytest.raises(SecondPersonMustDecide):
            agreed(proposed(), by=people.alice)
        assert not ControlException.objects.exists()

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"control_id": "CC9.9"}, ControlMustExist),
            ({"pack_name": "other"}, PackMustExist),
            ({"days": 0}, ExceptionMustEnd),
            ({"days": 400}, ExceptionMustEnd),
        ],
    )
    def test_is_for_a_control_that_is_there_and_ends(
        self, people: Administrators, change: dict[str, Any], refusal: type[CortexError]
    ) -> None:
        if "days" in change:
            change = {"ends_date": get(Clock).now().date() + timedelta(days=change["days"])}
        with pytest.raises(refusal):
            propose_exception(**given(**change), proposed_by=people.alice)
        assert not Proposal.objects.filter(kind=EXCEPTION_KIND).exists()

    def test_is_refused_to_outsiders(self, people: Administrators) -> None:
        with pytest.raises(AccessMustBeGranted):
            propose_exception(**given(), proposed_by=people.charlie)
        assert not Proposal.objects.filter(kind=EXCEPTION_KIND).exists()

    def test_is_kept_for_good_and_by_two(self, people: Administrators) -> None:
        now = get(Clock).now()
        fields = {**given(), "requested_by": "user:a", "approved_at": now}
        made = ControlException.objects.create(id=uuid7(), approved_by="user:b", **fields)
        with pytest.raises(DatabaseError), transaction.atomic():
            made.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            ControlException.objects.create(id=uuid7(), approved_by="user:a", **fields)
