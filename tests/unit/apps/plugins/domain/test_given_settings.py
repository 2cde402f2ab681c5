# SPDX-License-Identifier: Apache-2.0
"""Settings that administrators give: held against the form, with its defaults for the rest."""

from typing import Any

import pytest

from apps.plugins.domain.given_settings import fitting_settings, settings_that_fit
from apps.plugins.domain.lifecycle_errors import SettingsMustFit
from apps.plugins.domain.setting import Setting

FORM = {
    "count": Setting("count", "Count", "integer"),
    "note": Setting("note", "Note", "string", default="none"),
    "names": Setting("names", "Names", "list", required=True),
}


def refused(given: Any) -> str:
    with pytest.raises(SettingsMustFit) as error:
        fitting_settings(form=FORM, untrusted_settings=given)
    assert error.value.message.isprintable()
    return error.value.message


class TestFittingSettings:
    def test_adds_defaults_and_leaves_out_what_is_empty(self) -> None:
        found = fitting_settings(form=FORM, untrusted_settings={"names": ["a"], "count": None})
        assert found == {"names": ["a"], "note": "none"}

    @pytest.mark.parametrize("number", [2**53, -(2**53), 10**400])
    def test_refuses_numbers_that_are_others_elsewhere(self, number: int) -> None:
        assert "at most 9007199254740991" in refused({"names": ["a"], "count": number})

    def test_takes_the_largest_number_that_is_the_same_everywhere(self) -> None:
        given = {"names": ["a"], "count": 2**53 - 1}
        assert fitting_settings(form=FORM, untrusted_settings=given)["count"] == 2**53 - 1

    @pytest.mark.parametrize("given", [[], "names", None, 7])
    def test_refuses_what_is_no_object(self, given: Any) -> None:
        assert "expected an object" in refused(given)

    @pytest.mark.parametrize("given", [{}, {"names": []}, {"names": None}])
    def test_refuses_to_leave_out_what_is_required(self, given: Any) -> None:
        assert "Setting 'names': expected a value" in refused(given)

    @pytest.mark.parametrize("text", ["a\nb", "a\u200bb", "a\ud800", "e\u0301", "a\x1b[2J"])
    def test_refuses_texts_that_mislead(self, text: str) -> None:
        assert "hidden characters" in refused({"names": ["a"], "note": text})


class TestSettingsThatFit:
    def test_takes_over_what_fits_and_nothing_else(self) -> None:
        kept = settings_that_fit(form=FORM, settings={"names": ["a"], "count": "7", "gone": 1})
        assert kept == {"names": ["a"], "note": "none"}

    def test_refuses_where_what_is_required_does_not_fit(self) -> None:
        with pytest.raises(SettingsMustFit):
            settings_that_fit(form=FORM, settings={"names": "a"})
