# SPDX-License-Identifier: Apache-2.0
"""Nightly work that did not run, or long ago, is no pass: it is red, or nobody can tell."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.frame.clones import Clone
from tests.integration.apps.audit.compliance.broken import Stage, stage
from tests.integration.apps.audit.compliance.nights import (
    checked,
    compared,
    night,
    platform_compared,
    unlike_the_log,
)
from tests.integration.apps.audit.compliance.test_broken_state import look

SIGNED = "INSERT INTO audit_checkpoint (size, root, note, signed_at) VALUES (1, %s, '', %s)"


@pytest.fixture
def on(committed_database: Clone) -> Iterator[Stage]:
    with psycopg.connect(committed_database.admin_dsn, autocommit=True) as admin:
        yield stage(admin)


class TestRetention:
    def test_that_was_never_applied_is_unknown(self, on: Stage) -> None:
        assert look("retention.applied").status == "unknown"

    def test_of_last_night_passes_with_suspended_companies_and_what_is_held(self, on: Stage) -> None:
        on.add(night(on, ran_at=on.ago(hours=25), refused_count=1, held_count=5))
        found = look("retention.applied")
        assert (found.status, found.evidence["refused"], found.evidence["held"]) == ("pass", 1, 5)

    @pytest.mark.parametrize("wrong", [{"failed_count": 1}, {"left_count": 1}])
    def test_that_failed_or_left_rows_is_red(self, on: Stage, wrong: dict[str, int]) -> None:
        on.add(night(on, **wrong))
        assert look("retention.applied").status == "fail"

    def test_of_months_ago_is_red(self, on: Stage) -> None:
        on.add(night(on, ran_at=on.ago(days=60)))
        assert look("retention.applied").status == "fail"


class TestRules:
    def test_that_were_never_checked_are_unknown(self, on: Stage) -> None:
        assert look("governance.checked").status == "unknown"

    def test_that_fit_last_night_pass(self, on: Stage) -> None:
        on.add(checked(on, checked_at=on.ago(hours=25)))
        assert look("governance.checked").status == "pass"

    @pytest.mark.parametrize("wrong", [{"problem_count": 1}, {"clear_count": 1}])
    def test_that_do_not_fit_are_red(self, on: Stage, wrong: dict[str, int]) -> None:
        on.add(checked(on, **wrong))
        assert look("governance.checked").status == "fail"

    def test_that_were_checked_months_ago_are_red(self, on: Stage) -> None:
        on.add(checked(on, checked_at=on.ago(days=60)))
        assert look("governance.checked").status == "fail"


class TestLeavesAgainstTree:
    """The books of the company are compared and equal in each of these."""

    @pytest.fixture(autouse=True)
    def equal_books(self, on: Stage) -> None:
        row = unlike_the_log(on)
        row.difference_count, row.differences = 0, []
        on.add(row)

    def test_need_no_comparison_before_a_tree_is_signed(self, on: Stage) -> None:
        assert look("log.reconciled").status == "pass"

    def test_need_none_yet_where_the_first_tree_is_of_today(self, on: Stage) -> None:
        on.run(SIGNED, b"\0" * 32, on.ago(hours=5))
        assert look("log.reconciled").status == "pass"

    def test_that_were_never_compared_are_unknown(self, on: Stage) -> None:
        on.run(SIGNED, b"\0" * 32, on.ago(days=60))
        assert look("log.reconciled").status == "unknown"

    def test_that_were_compared_months_ago_are_red(self, on: Stage) -> None:
        on.run(SIGNED, b"\0" * 32, on.ago(days=60))
        on.add(compared(on, finished_at=on.ago(days=50)))
        assert look("log.reconciled").status == "fail"

    def test_that_were_compared_last_night_pass(self, on: Stage) -> None:
        on.run(SIGNED, b"\0" * 32, on.ago(days=60))
        on.add(compared(on, finished_at=on.ago(hours=25)))
        assert look("log.reconciled").status == "pass"

    def test_that_differed_are_red_however_long_ago(self, on: Stage) -> None:
        on.add(compared(on, finished_at=on.ago(days=50), difference_count=1))
        found = look("log.reconciled")
        assert (found.status, found.evidence["leaf_difference_count"]) == ("fail", 1)

    def test_pass_where_the_platform_is_equal_too(self, on: Stage) -> None:
        on.add(platform_compared(on))
        assert look("log.reconciled").status == "pass"

    def test_are_not_enough_where_objects_of_the_platform_differ(self, on: Stage) -> None:
        on.add(platform_compared(on, difference_count=3))
        found = look("log.reconciled")
        assert (found.status, found.evidence["platform_difference_count"]) == ("fail", 3)

    def test_are_not_enough_where_the_platform_was_compared_months_ago(self, on: Stage) -> None:
        on.add(platform_compared(on, finished_at=on.ago(days=50)))
        assert look("log.reconciled").status == "fail"

    def test_are_not_known_where_denials_were_never_compared(self, on: Stage) -> None:
        on.run("UPDATE tenancy_company SET created_at = %s", on.ago(days=60))
        assert look("log.reconciled").status == "unknown"

    def test_are_red_where_books_differ_though_denials_were_never_compared(self, on: Stage) -> None:
        on.run("UPDATE tenancy_company SET created_at = %s", on.ago(days=60))
        on.add(unlike_the_log(on))
        assert look("log.reconciled").status == "fail"
