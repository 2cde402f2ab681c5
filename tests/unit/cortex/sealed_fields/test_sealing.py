# SPDX-License-Identifier: Apache-2.0
"""A text opens in its own place alone, and its index tells that two texts are equal and nothing else."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortex.ports.key_management import DataKey
from cortex.sealed_fields.blind_index import blind_indexes
from cortex.sealed_fields.errors import FieldMustBeDeclaredOnce, FieldMustBeIntact
from cortex.sealed_fields.field import SealedField, declare_sealed_field, declared_sealed_fields
from cortex.sealed_fields.open_keys import OpenKeys
from cortex.sealed_fields.sealing import sealed, unsealed

FIELD = SealedField(
    name="testing.Name.name", key_class="testing", table="testing_name", column="name", row_column="id"
)
KEY, OTHER_KEY = DataKey(bytes(32), b"wrapped"), DataKey(bytes(31) + b"\x01", b"wrapped")
COMPANY, OTHER, ROW = UUID(int=1), UUID(int=2), UUID(int=3)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def index(text: str, *, key: DataKey = KEY, field: SealedField = FIELD, company: UUID = COMPANY) -> bytes:
    return blind_indexes(key=key, field=field, company_id=company, texts=[text])[text]


class TestSealedText:
    @given(TEXTS, st.uuids(), st.uuids())
    def test_opens_in_its_own_place(self, text: str, company: UUID, row: UUID) -> None:
        content = sealed(KEY, FIELD, company, row, text)
        assert unsealed(KEY, FIELD, company, row, content) == text
        assert len(content) == len(text.encode()) + 28

    @given(TEXTS, st.data())
    def test_that_was_changed_in_one_bit_is_refused(self, text: str, data: st.DataObject) -> None:
        content = bytearray(sealed(KEY, FIELD, COMPANY, ROW, text))
        place = data.draw(st.integers(0, len(content) * 8 - 1))
        content[place // 8] ^= 1 << place % 8
        with pytest.raises(FieldMustBeIntact):
            unsealed(KEY, FIELD, COMPANY, ROW, bytes(content))

    @pytest.mark.parametrize(
        ("key", "field", "company", "row"),
        [
            (KEY, FIELD, COMPANY, OTHER),
            (KEY, FIELD, OTHER, ROW),
            (KEY, replace(FIELD, key_class="another"), COMPANY, ROW),
            (KEY, replace(FIELD, name="testing.Name.other"), COMPANY, ROW),
            (OTHER_KEY, FIELD, COMPANY, ROW),
            (None, FIELD, COMPANY, ROW),
        ],
        ids=["another row", "another company", "another class", "another field", "another key", "no key"],
    )
    def test_that_was_moved_is_refused(
        self, key: DataKey | None, field: SealedField, company: UUID, row: UUID
    ) -> None:
        content = sealed(KEY, FIELD, COMPANY, ROW, "Harbour Hotel")
        with pytest.raises(FieldMustBeIntact) as refused:
            unsealed(key, field, company, row, content)
        assert refused.value.evidence["object"] == str(row)

    @pytest.mark.parametrize("length", [0, 5, 12, 27])
    def test_that_was_cut_short_is_refused(self, length: int) -> None:
        content = sealed(KEY, FIELD, COMPANY, ROW, "Harbour Hotel")
        with pytest.raises(FieldMustBeIntact):
            unsealed(KEY, FIELD, COMPANY, ROW, content[:length])

    def test_is_another_each_time(self) -> None:
        assert sealed(KEY, FIELD, COMPANY, ROW, "Ada") != sealed(KEY, FIELD, COMPANY, ROW, "Ada")


class TestBlindIndex:
    @given(TEXTS, TEXTS)
    def test_is_equal_for_equal_texts_alone(self, one: str, two: str) -> None:
        assert (index(one) == index(two)) == (one == two)
        assert len(index(one)) == 32

    @given(TEXTS)
    def test_is_another_in_each_company_class_field_and_key(self, text: str) -> None:
        others = {
            index(text, company=OTHER),
            index(text, key=OTHER_KEY),
            index(text, field=replace(FIELD, key_class="another")),
            index(text, field=replace(FIELD, name="testing.Name.other")),
            index(text),
        }
        assert len(others) == 5


class TestDeclaration:
    def test_again_changes_nothing_and_another_is_refused(self) -> None:
        (first, *_) = declared_sealed_fields()
        declare_sealed_field(first)
        with pytest.raises(FieldMustBeDeclaredOnce):
            declare_sealed_field(replace(first, key_class="another"))
        assert first in declared_sealed_fields()

    def test_of_what_is_no_name_in_sql_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected small letters"):
            replace(FIELD, table="testing; DROP TABLE testing")


class TestOpenKeys:
    def test_are_kept_for_a_while_and_not_longer(self) -> None:
        now = [0.0]
        keys, company, key_id = OpenKeys(kept_seconds=10, monotonic=lambda: now[0]), uuid4(), uuid4()
        keys.keep(company_id=company, key_id=key_id, key=KEY)
        now[0] = 9.9
        assert keys.find(company_id=company, key_id=key_id) is KEY
        now[0] = 10.0
        assert keys.find(company_id=company, key_id=key_id) is None

    def test_are_never_found_for_another_company(self) -> None:
        keys, key_id = OpenKeys(), uuid4()
        keys.keep(company_id=COMPANY, key_id=key_id, key=KEY)
        assert keys.find(company_id=OTHER, key_id=key_id) is None

    def test_are_bounded_in_number_and_the_first_goes(self) -> None:
        keys, ids = OpenKeys(keys_max=2), [uuid4() for _ in range(3)]
        for key_id in ids:
            keys.keep(company_id=COMPANY, key_id=key_id, key=KEY)
        assert [keys.find(company_id=COMPANY, key_id=key_id) for key_id in ids] == [None, KEY, KEY]
