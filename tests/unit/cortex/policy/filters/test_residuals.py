# SPDX-License-Identifier: Apache-2.0
"""What policies leave open about an unknown object is said in the columns of its table."""

import pytest
from django.db.models import F, Q

from cortex.policy.filters.errors import PolicyMustBeFilterable
from cortex.policy.filters.truth import Condition
from tests.unit.cortex.policy.filters.notes import permit, seen_by_alice


class TestConditionOfAll:
    def test_is_a_no_where_no_policy_permits(self) -> None:
        assert seen_by_alice("forbid (principal, action, resource) unless { context.is_fresh };") is False

    def test_is_a_yes_where_a_role_permits_all(self) -> None:
        text = 'permit (principal in Cortex::Role::"viewer", action in Cortex::Action::"read", resource);'
        assert seen_by_alice(text) is True

    def test_is_a_no_for_a_role_that_one_does_not_have(self) -> None:
        assert seen_by_alice('permit (principal in Cortex::Role::"clerk", action, resource);') is False

    def test_leaves_out_what_a_forbid_names(self) -> None:
        text = (
            "permit (principal, action, resource); forbid (principal, action, resource is Testing::Note) when"
        )
        assert seen_by_alice(text + " { resource.is_secret };") == ~Q(is_secret=True)

    def test_is_a_no_where_a_forbid_holds_whatever_the_object(self) -> None:
        text = "permit (principal, action, resource); forbid (principal, action, resource) when"
        assert seen_by_alice(text + " { context.is_fresh };") is False

    def test_adds_up_what_several_permit(self) -> None:
        text = permit("resource.is_secret") + permit("resource.length < 5")
        assert seen_by_alice(text) == Q(is_secret=True) | Q(length__lt=5)

    def test_is_a_no_where_the_permit_is_about_another_type(self) -> None:
        assert seen_by_alice("permit (principal, action, resource is Cortex::Company);") is False

    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            ("resource.author == principal", Q(author_urn="user:alice")),
            ("principal == resource.author", Q(author_urn="user:alice")),
            ("resource.author != principal", ~Q(author_urn="user:alice")),
            ("resource.length >= 7", ~Q(length__lt=7)),
            ("7 < resource.length", Q(length__gt=7)),
            ('resource.subject like "a.*b"', Q(subject__regex=r"^a\..*b$")),
            ('resource.folder.state == "open"', Q(folder__state="open")),
            (
                '["open", "soft"].contains(resource.folder.state)',
                Q(folder__state="open") | Q(folder__state="soft"),
            ),
            ("principal.friends.contains(resource.author)", Q(author_urn="user:bob")),
            ("principal.words.contains(resource.subject)", Q(subject="plan")),
            ("[resource.author].contains(principal)", Q(author_urn="user:alice")),
            ("resource.readers.contains(principal)", Q(shared_with="alice")),
            ('resource.labels.contains("x")', Q(labels__contains=["x"])),
            (
                'resource.labels.containsAny(["x", "y"])',
                Q(labels__contains=["x"]) | Q(labels__contains=["y"]),
            ),
            (
                'resource.labels.containsAll(["x", "y"])',
                Q(labels__contains=["x"]) & Q(labels__contains=["y"]),
            ),
            ('resource in Cortex::Company::"here"', Q(company_id="here")),
            ('resource == Testing::Note::"n1"', Q(id="n1")),
            (
                "if resource.is_secret then resource.author == principal else true",
                (Q(is_secret=True) & Q(author_urn="user:alice")) | ~Q(is_secret=True),
            ),
            ("principal has limit && resource.length < principal.limit", False),
            ("resource.is_secret || context.is_fresh", True),
        ],
    )
    def test_says_the_same_in_columns(self, condition: str, expected: Condition) -> None:
        assert seen_by_alice(permit(condition)) == expected

    def test_takes_a_missing_value_for_neither_yes_nor_unknown(self) -> None:
        there = Q(editor_urn__isnull=False)
        bound = Q(length_max__isnull=False)
        assert seen_by_alice(permit("resource has editor && resource.editor == principal")) == there & (
            there & Q(editor_urn="user:alice")
        )
        assert seen_by_alice(permit("!(resource has limit && resource.limit < 5)")) == ~(
            bound & (bound & Q(length_max__lt=5))
        )

    def test_compares_columns_with_each_other(self) -> None:
        bound = Q(length_max__isnull=False)
        assert seen_by_alice(permit("resource has limit && resource.length <= resource.limit")) == bound & (
            bound & Q(length__lte=F("length_max"))
        )

    def test_never_takes_entities_of_two_types_for_the_same(self) -> None:
        text = 'permit (principal, action, resource) when { resource in Cortex::Company::"here" };'
        assert seen_by_alice(text) == Q(company_id="here")

    @pytest.mark.parametrize(
        "condition",
        [
            "resource.length + 1 < 5",
            'resource.company.code == "DE"',
            'resource.author in Cortex::Role::"clerk"',
            'resource.author.words.contains("x")',
            "resource.labels.isEmpty()",
        ],
    )
    def test_refuses_what_no_column_answers(self, condition: str) -> None:
        with pytest.raises(PolicyMustBeFilterable):
            seen_by_alice(permit(condition))
