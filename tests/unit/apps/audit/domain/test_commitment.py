# SPDX-License-Identifier: Apache-2.0
import hashlib

from hypothesis import given
from hypothesis import strategies as st

from apps.audit.published import SALT_BYTES, commit, opens

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


class TestCommitment:
    @given(value=texts)
    def test_opens_with_its_salt_and_value(self, value: str) -> None:
        made = commit(value)
        assert (len(made.digest), len(made.salt)) == (32, SALT_BYTES)
        assert opens(digest=made.digest, salt=made.salt, value=value)

    @given(value=texts, other=texts)
    def test_stays_closed_to_another_value_or_salt(self, value: str, other: str) -> None:
        made = commit(value)
        assert opens(digest=made.digest, salt=made.salt, value=other) == (value == other)
        assert not opens(digest=made.digest, salt=bytes(32), value=value)

    def test_differs_each_time_so_that_equal_texts_cannot_be_told(self) -> None:
        assert commit("Harbour Hotel").digest != commit("Harbour Hotel").digest

    def test_is_recomputed_from_public_rules(self) -> None:
        digest = hashlib.sha256(b"cortex/audit/field/v1\x00" + bytes(32) + b'"a\\"b"').digest()
        assert commit('a"b', salt=bytes(32)).digest == digest
