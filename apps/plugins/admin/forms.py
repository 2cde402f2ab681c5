# SPDX-License-Identifier: Apache-2.0
"""Forms about plugins; what fits is said by the services alone."""

from collections.abc import Mapping
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apps.plugins.admin.told import lines
from apps.plugins.domain.setting import Setting
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.told_rights import told_rights
from apps.plugins.services.reasons import REASON_MAX
from cortex.backoffice.verbs import CompanyForm

_ANY_COMPANY = "(where it is installed)"


class ReasonForm(forms.Form):
    """Why something is stopped."""

    reason = forms.CharField(
        max_length=REASON_MAX,
        widget=UnfoldAdminTextInputWidget,
        help_text="One line that others read: name no people.",
    )


class RemoveForm(ReasonForm):
    """Why it is taken out; what it kept is handed out by API and console."""


class SwitchForm(ReasonForm):
    """Which switch is turned."""

    plugin = forms.CharField(
        max_length=100,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="The id of a plugin; every plugin without one.",
    )


class KeyForm(forms.Form):
    """A public half and its role."""

    role = forms.ChoiceField(
        choices=[("publisher", "Publisher"), ("reviewer", "Reviewer")], widget=UnfoldAdminSelectWidget
    )
    publisher = forms.CharField(
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="The publisher's domain, reversed, such as com.example; of reviewers none.",
    )
    key = forms.CharField(
        max_length=16_000,
        label="Public key",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text="The JSON that `cortex plugin keygen` printed.",
    )


class AcceptForm(forms.Form):
    """Accept what a version may do, as the page shows it: `initial` has `told`, its lines."""

    accepts = forms.BooleanField(label="I accept what it may do then", widget=UnfoldBooleanWidget)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["accepts"].help_text = lines(self.initial.get("told", []))


class UpgradeForm(forms.Form):
    """Choose a later version: `initial` has `differences`, the lines of each by its number."""

    version = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    accepts = forms.BooleanField(label="I accept what it may do then", widget=UnfoldBooleanWidget)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        found: Mapping[str, list[str]] = self.initial.get("differences", {})
        self.fields["version"].choices = [(name, name) for name in found]  # type: ignore[attr-defined]
        told = [f"{name}: {line}" for name, each in found.items() for line in each or ["the same rights"]]
        self.fields["version"].help_text = lines(told)


class InstallForm(CompanyForm):
    """Which version comes into which company."""

    company = forms.ModelChoiceField(queryset=None, empty_label=None, widget=UnfoldAdminSelectWidget)
    version = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    accepts = forms.BooleanField(label="I accept what it may do", widget=UnfoldBooleanWidget)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        found = PluginVersion.objects.filter(revoked_at=None).order_by("plugin_id", "-id")
        self.fields["version"].choices = [(str(row.id), str(row)) for row in found]  # type: ignore[attr-defined]
        told = [f"{row}: {line}" for row in found for line in told_rights(row, company=_ANY_COMPANY)]
        self.fields["version"].help_text = lines(told)


class SettingsForm(forms.Form):
    """The form that a manifest describes: `initial` has it as `fields_of_manifest`, and the values of now."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.described: Mapping[str, Setting] = self.initial.pop("fields_of_manifest", {})
        for name, each in self.described.items():
            self.fields[name] = _field(each)

    def clean(self) -> dict[str, Any]:
        """Return lists as lists, and None for what was left empty, which takes the default."""
        cleaned = dict(super().clean() or {})
        for name, each in self.described.items():
            value = cleaned.get(name)
            if each.type == "list":
                cleaned[name] = [line.strip() for line in (value or "").splitlines() if line.strip()]
            elif value == "":
                cleaned[name] = None
        return cleaned


def shown_value(setting: Setting, value: Any) -> Any:
    """Return a value as its field shows it."""
    return "\n".join(value or []) if setting.type == "list" else value


def _field(each: Setting) -> forms.Field:
    told: dict[str, Any] = {"label": each.title, "required": False, "help_text": each.description}
    if each.type == "boolean":
        return forms.BooleanField(widget=UnfoldBooleanWidget, **told)
    if each.type == "integer":
        return forms.IntegerField(
            widget=UnfoldAdminIntegerFieldWidget, min_value=each.minimum, max_value=each.maximum, **told
        )
    if each.type == "list":
        told["help_text"] = f"{each.description} One in each line.".strip()
        return forms.CharField(widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), **told)
    if each.choices:
        choices = [("", "–"), *((choice, choice) for choice in each.choices)]
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **told)
    return forms.CharField(widget=UnfoldAdminTextInputWidget, max_length=each.length_max, **told)
