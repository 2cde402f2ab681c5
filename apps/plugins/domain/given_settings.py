# SPDX-License-Identifier: Apache-2.0
"""Settings that an administrator gives, held against the form of the manifest."""

from collections.abc import Mapping
from typing import Any

from apps.plugins.domain.lifecycle_errors import SettingsMustFit
from apps.plugins.domain.setting import Setting, Value, default_values
from apps.plugins.domain.shown_text import hidden_character

_SHOWN_MAX = 80
# RFC 7493, section 2.2: a larger one is another number elsewhere, and has no digest.
_NUMBER_MAX = 2**53 - 1


def fitting_settings(*, form: Mapping[str, Setting], untrusted_settings: Any) -> dict[str, Value]:
    """Return what was given, with the defaults of what was not; raises SettingsMustFit.

    None stands for a field that was left empty. Texts hold no hidden characters: people compare them, and
    plugins write them into their log.
    """
    if not isinstance(untrusted_settings, Mapping):
        raise _refused("settings", "an object", type(untrusted_settings).__name__)
    if strange := sorted(str(name) for name in untrusted_settings if name not in form):
        raise _refused(strange[0], f"one of {', '.join(sorted(form)) or 'none'}", "a setting of that name")
    given = {name: value for name, value in untrusted_settings.items() if value is not None}
    for name, value in given.items():
        if told := form[name].expected(value) or _unsafe(value):
            raise _refused(name, told, repr(value))
    settings = {**default_values(form), **given}
    for name, each in form.items():
        if each.required and settings.get(name) in (None, "", []):
            raise _refused(name, "a value", "none")
    return settings


def settings_that_fit(*, form: Mapping[str, Setting], settings: Mapping[str, Any]) -> dict[str, Value]:
    """Return what another version takes over: values that fit its form, and its defaults for the rest.

    Raises: SettingsMustFit, where a field that it requires has neither.
    """
    kept = {
        name: value for name, value in settings.items() if name in form and not form[name].expected(value)
    }
    return fitting_settings(form=form, untrusted_settings=kept)


def _unsafe(value: Value) -> str | None:
    if isinstance(value, int) and abs(value) > _NUMBER_MAX:
        return f"at most {_NUMBER_MAX}, either side of zero"
    texts = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    for text in texts:
        if found := hidden_character(text, may_have_lines=False):
            return f"text without hidden characters such as {found}"
    return None


def _refused(name: str, expected: str, got: str) -> SettingsMustFit:
    shown = got.encode("unicode_escape").decode()[:_SHOWN_MAX]
    return SettingsMustFit(
        f"Setting {name[:_SHOWN_MAX]!a}: expected {expected}, got {shown}.",
        evidence={"object": name[:_SHOWN_MAX], "expected": expected, "got": shown},
    )
