# SPDX-License-Identifier: Apache-2.0
"""A secret shows itself to nobody who does not ask for it by name."""

import base64
import copy
import html
import json
import pickle
from urllib.parse import quote

import pytest

from cortex.confidential import KNOWN_MAX, MASK, Secret, holds_a_secret, masked, remember

TEXT = "pa$$ <word> & ünlock/7+'q"


class TestSecret:
    def test_reveals_its_text_by_name_alone(self) -> None:
        secret = Secret(TEXT)
        assert secret.reveal() == TEXT
        shown = [repr(secret), str(secret), f"{secret:>40}", "%s" % secret, repr({"key": [secret]})]  # noqa: UP031
        assert [text for text in shown if MASK not in text or "word" in text] == []
        assert not hasattr(secret, "__dict__")

    def test_leaves_its_process_in_no_message(self) -> None:
        secret = Secret(TEXT)
        for leave in (pickle.dumps, copy.deepcopy, copy.copy, json.dumps):
            with pytest.raises(TypeError):
                leave(secret)

    def test_is_compared_by_its_text(self) -> None:
        assert Secret(TEXT) == Secret(TEXT)
        assert Secret(TEXT) != Secret("another text")
        assert Secret(TEXT).equals(TEXT)
        assert Secret(TEXT) != TEXT
        assert not Secret("")
        assert len({Secret(TEXT), Secret(TEXT)}) == 1


class TestMasked:
    @pytest.mark.parametrize("padding", ["", "x", "xy", "xyz"])
    def test_finds_every_usual_form(self, padding: str) -> None:
        Secret(TEXT)
        data = (padding + TEXT + "end").encode()
        forms = [
            TEXT,
            TEXT[::-1],
            data.hex(),
            data.hex().upper(),
            base64.b64encode(data).decode(),
            base64.urlsafe_b64encode(data).decode(),
            quote(TEXT),
            quote(TEXT, safe=""),
            html.escape(TEXT),
            json.dumps(TEXT),
            repr(TEXT),
        ]
        assert [form for form in forms if masked(f"before {form} after").count(MASK) != 1] == []
        assert [form for form in forms if not holds_a_secret(form)] == []

    def test_forgets_the_oldest_of_rotated_secrets_and_none_that_holds_as_long_as_the_process(self) -> None:
        remember("the key of the installation", is_lasting=True)
        remember("the first login", *(f"login number {number}" for number in range(KNOWN_MAX)))
        assert masked("the first login") == "the first login"
        assert masked("login number 0") == masked("the key of the installation") == MASK

    def test_leaves_other_texts_alone(self) -> None:
        remember("short", TEXT)
        assert masked("a short word, and nothing else") == "a short word, and nothing else"
        assert not holds_a_secret("")
