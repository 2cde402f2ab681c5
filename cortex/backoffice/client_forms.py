# SPDX-License-Identifier: Apache-2.0
"""Forms about OAuth2 clients; what the terms may be is said by the service alone."""

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from cortex.programs.clients.terms import KINDS, NAME_LENGTH_MAX
from cortex.programs.scopes import known_scopes

_WORDS = {
    "service": "Service: acts by itself, as a service user",
    "web": "Web: a server that acts for people who let it",
    "native": "Native: an app on somebody's machine, without a secret",
    "device": "Device: something without a browser, without a secret",
}
# Hours for which the secret before works beside the new one.
OVERLAPS = ((24, "One day"), (168, "Seven days"), (0, "Not at all: the old secret was seen by somebody"))
_ADDRESSES = "One in each line, letter by letter as the program sends it; for the kinds web and native."


def _scopes() -> list[tuple[str, str]]:
    return [(scope, f"{words} ({scope})") for scope, words in known_scopes().items()]


class TermsForm(forms.Form):
    """What may be changed about a client."""

    name = forms.CharField(
        max_length=NAME_LENGTH_MAX,
        widget=UnfoldAdminTextInputWidget,
        help_text="People read it when they are asked whether it may act for them.",
    )
    scopes = forms.MultipleChoiceField(
        choices=_scopes,
        required=False,
        label="What it may ask for",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="The roles of whoever it acts for bound what it may do besides.",
    )
    redirect_uris = forms.CharField(
        max_length=20_000,
        required=False,
        label="Redirect addresses",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_ADDRESSES,
    )
    post_logout_redirect_uris = forms.CharField(
        max_length=20_000,
        required=False,
        label="Addresses after sign-out",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    certificate_id = forms.CharField(
        max_length=255,
        required=False,
        label="Certificate that it must show",
        widget=UnfoldAdminTextInputWidget,
        help_text="Such as spiffe://cortex/robot; empty asks for none.",
    )


class CreateForm(TermsForm):
    """A client and what it is, which never changes."""

    client_id = forms.CharField(
        max_length=100,
        label="Client id",
        widget=UnfoldAdminTextInputWidget,
        help_text="Letters, digits, '.', '_' and '-'.",
    )
    kind = forms.ChoiceField(choices=[(kind, _WORDS[kind]) for kind in KINDS], widget=UnfoldAdminSelectWidget)
    service_user = forms.CharField(
        max_length=150,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="For a service: the name of the service user that it acts as.",
    )
    field_order = ("client_id", "name", "kind", "service_user", "scopes")


class RotateForm(forms.Form):
    """How long the secret before goes on working."""

    overlap_hours = forms.TypedChoiceField(
        choices=OVERLAPS,
        coerce=int,
        label="The old secret works on for",
        widget=UnfoldAdminSelectWidget,
    )
