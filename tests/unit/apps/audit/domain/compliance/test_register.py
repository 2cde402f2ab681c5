# SPDX-License-Identifier: Apache-2.0
"""What a run says of all that was recorded for the installation."""

from apps.audit.adapters.policy_entities import APPROVE_PACK, END_EXCEPTION, EXCEPT_CONTROL, RECORD_PROCEDURE
from apps.audit.domain.compliance.register import REGISTERED, Register
from apps.audit.domain.merkle.hashes import EMPTY_ROOT, leaf_hash
from apps.audit.management.verifier.verify import RECORDS
from apps.audit.services.compliance.assess_period import ALONE
from cortex.access_reviews.actions import COMPLETE_PLATFORM


class TestRegister:
    def test_counts_each_verb_that_an_archive_of_controls_tells_of(self) -> None:
        told = {APPROVE_PACK, END_EXCEPTION, EXCEPT_CONTROL, RECORD_PROCEDURE, COMPLETE_PLATFORM, *ALONE}
        assert set(REGISTERED) == told
        # Runs name the run before them.
        assert set(RECORDS.values()) - told == {"audit.check.run"}

    def test_says_size_count_root_and_verbs(self) -> None:
        one = leaf_hash(b"one")
        assert Register(7, [one]).document == {
            "count": 1,
            "root": one.hex(),
            "size": 7,
            "verbs": list(REGISTERED),
        }
        assert Register(0, []).document["root"] == EMPTY_ROOT.hex()
