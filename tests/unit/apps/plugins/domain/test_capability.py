# SPDX-License-Identifier: Apache-2.0
"""What a plugin may do is one text for machines, one sentence for people, and comparable between versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.plugins.domain.capability import Capability, Difference, Kind, difference, in_words
from apps.plugins.domain.read_manifest import read_manifest
from tests.factories.plugin_manifests import FULL, LEAST

READ_ID = Capability(Kind.DATA, "accounting.account", "read", "id")
READ_NAME = Capability(Kind.DATA, "accounting.account", "read", "name")
PROPOSE = Capability(Kind.DATA, "accounting.account", "propose")
HTTP = Capability(Kind.HTTP, "api.example.com")


def storage(kib: int) -> Capability:
    return Capability(Kind.STORE, str(kib))


subjects = st.sampled_from(["a.b", "a.c", "x.example.com"])
capabilities = st.builds(
    Capability,
    kind=st.sampled_from([kind for kind in Kind if kind is not Kind.STORE]),
    subject=subjects,
    verb=st.sampled_from(["", "read", "propose"]),
    field=st.sampled_from(["", "id", "name"]),
)
versions = st.tuples(st.sets(capabilities, max_size=6), st.integers(0, 3)).map(
    lambda told: told[0] | ({storage(told[1])} if told[1] else set())
)


class TestText:
    def test_is_what_is_signed_and_asked_of_policies(self) -> None:
        assert sorted(each.text for each in read_manifest(FULL.encode()).capabilities) == [
            "data:accounting.account#propose",
            "data:accounting.journal_entry#flag",
            "data:accounting.journal_entry#read#id",
            "data:accounting.journal_entry#read#number",
            "endpoint:GET findings",
            "endpoint:POST findings/close",
            "event.in:accounting.journal_entry.posted.v1",
            "event.out:com.example.duplicate_guard.found.v1",
            "http:api.example.com",
            "job:nightly, 0 2 * * *",
            "secret:api-token",
            "storage:64",
            "validator:accounting.journal_entry.post",
        ]

    @given(one=capabilities, other=capabilities)
    def test_is_another_for_another_capability_of_a_manifest(
        self, one: Capability, other: Capability
    ) -> None:
        # A field without a verb is nothing that a manifest can say.
        if all(each.verb or not each.field for each in (one, other)):
            assert (one.text == other.text) == (one == other)


class TestWords:
    def test_tell_a_person_all_that_is_granted(self) -> None:
        assert in_words(read_manifest(FULL.encode()).capabilities, company="ACME") == [
            "may propose accounting.account of company ACME",
            "may flag accounting.journal_entry of company ACME",
            "may read accounting.journal_entry of company ACME: id, number",
            "answers GET findings",
            "answers POST findings/close",
            "is told of the event accounting.journal_entry.posted.v1",
            "publishes the event com.example.duplicate_guard.found.v1",
            "sends data to api.example.com",
            "runs by itself: nightly, 0 2 * * *",
            "uses the secret api-token",
            "keeps up to 64 KiB of its own",
            "sees each entry whole before it is posted, and may refuse it: accounting.journal_entry.post",
        ]

    def test_tell_of_the_least_that_it_hears_of_an_event(self) -> None:
        assert in_words(read_manifest(LEAST.encode()).capabilities, company="ACME") == [
            "is told of the event accounting.journal_entry.posted.v1"
        ]

    def test_tell_of_nothing_where_nothing_is_granted(self) -> None:
        assert in_words([], company="ACME") == []

    @pytest.mark.parametrize("kind", list(Kind))
    def test_know_every_kind(self, kind: Kind) -> None:
        (told,) = in_words([Capability(kind, "{0} x")], company="ACME")
        assert "{0} x" in told

    @given(granted=st.sets(capabilities, max_size=8))
    def test_are_the_same_in_whatever_order_grants_come(self, granted: set[Capability]) -> None:
        backwards = sorted(granted, reverse=True)
        assert in_words(backwards, company="ACME") == in_words(sorted(granted), company="ACME")


class TestDifference:
    @pytest.mark.parametrize(
        ("before", "after", "added", "removed"),
        [
            ([], [], (), ()),
            ([READ_ID], [READ_ID], (), ()),
            ([READ_ID], [READ_NAME, READ_ID], (READ_NAME,), ()),
            ([READ_NAME, READ_ID], [READ_ID], (), (READ_NAME,)),
            ([READ_ID], [PROPOSE], (PROPOSE,), (READ_ID,)),
            ([], [storage(1)], (storage(1),), ()),
            ([storage(9)], [storage(10)], (storage(10),), (storage(9),)),
            ([storage(10)], [storage(9)], (), (storage(10),)),
            ([storage(10)], [storage(10)], (), ()),
            ([storage(10)], [], (), (storage(10),)),
            ([storage(10)], [HTTP, storage(9)], (HTTP,), (storage(10),)),
        ],
    )
    def test_tells_exactly_what_is_taken_and_given_up(
        self,
        before: list[Capability],
        after: list[Capability],
        added: tuple[Capability, ...],
        removed: tuple[Capability, ...],
    ) -> None:
        found = difference(before=before, after=after)
        assert found == Difference(added=added, removed=removed)
        assert found.is_wider is bool(added)

    @given(before=versions, after=versions)
    def test_asks_somebody_for_each_new_grant_and_for_no_other(
        self, before: set[Capability], after: set[Capability]
    ) -> None:
        found = difference(before=before, after=after)
        quota = max((int(each.subject) for each in before if each.kind is Kind.STORE), default=0)
        new = {each for each in after - before if each.kind is not Kind.STORE or int(each.subject) > quota}
        assert found.added == tuple(sorted(new))
        assert found.removed == tuple(sorted(before - after))

    @given(before=versions, after=versions)
    def test_of_a_version_that_was_reached_by_itself_is_nothing(
        self, before: set[Capability], after: set[Capability]
    ) -> None:
        reached = before - set(difference(before=before, after=after).removed)
        reached |= set(difference(before=before, after=after).added)
        assert not difference(before=reached | before, after=after).is_wider

    @given(version=versions)
    def test_of_a_version_with_itself_is_nothing(self, version: set[Capability]) -> None:
        assert difference(before=version, after=version) == Difference((), ())
