# SPDX-License-Identifier: Apache-2.0
"""What people type into pages of the marketplace; what it means is judged by services."""

from django import forms

_WIDE = forms.Textarea(attrs={"rows": 4})


class ClaimForm(forms.Form):
    """A namespace, and who stands behind it."""

    namespace = forms.CharField(
        max_length=60, help_text="A domain of yours, reversed, such as com.example. It is claimed once."
    )
    name = forms.CharField(max_length=100, label="Name", help_text="As people know you.")
    contact = forms.CharField(
        max_length=200, help_text="mailto:plugins@example.com or https://…; it is public."
    )


class KeyForm(forms.Form):
    """The public half of a key."""

    public_key = forms.CharField(
        max_length=4_000,
        label="Public key",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What cortex plugin keygen printed. The other file is the secret; nobody needs it but you.",
    )


class ProofForm(forms.Form):
    """A signed challenge."""

    statement = forms.CharField(
        max_length=10_000, label="Signed challenge", widget=forms.Textarea(attrs={"rows": 4})
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))


class SubmitForm(forms.Form):
    """An archive of sources and the statement about it."""

    archive = forms.FileField(help_text="ID-VERSION.sources.zip of cortex plugin pack, at most 8 MiB.")
    statement = forms.FileField(help_text="ID-VERSION.statement.json of cortex plugin pack.")
    channel = forms.CharField(
        max_length=60, initial="stable", help_text="stable, beta, or private: and the code of a company."
    )


class ConfirmForm(forms.Form):
    """The signed attestation of what was built."""

    attestation = forms.FileField(help_text="attestation.json of cortex plugin attest.")


class ReportForm(forms.Form):
    """What is wrong with a release."""

    kind = forms.ChoiceField(
        label="What it is about",
        choices=[
            ("security", "Security"),
            ("fault", "It does not work"),
            ("rights", "It does other things than it says"),
            ("other", "Something else"),
        ],
    )
    text = forms.CharField(
        max_length=2_000,
        label="What happened",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What you did and what you expected. Write no names and no figures of your books.",
    )


class WithdrawForm(forms.Form):
    """How a release is withdrawn, and why."""

    how = forms.ChoiceField(
        label="How",
        choices=[
            ("yank", "Yank: it is offered no more; where it is installed it stays"),
            ("revoke", "Revoke: it must not run any more, wherever it is installed"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}), help_text="Everybody reads it."
    )
