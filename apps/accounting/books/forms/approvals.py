# SPDX-License-Identifier: Apache-2.0
"""Decisions on proposals, comments, delegations and limits."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms

from apps.accounting.books.forms.fields import DayField
from cortex.errors import CortexError
from cortex.identity.people import CompanyPerson
from cortex.money import parse_localised_amount
from cortex.ports.approvals import LIMITED_ROLES

APPROVE, REJECT = "approve", "reject"


class DecisionForm(forms.Form):
    """Yes or no to what was seen, and why; a no needs a reason."""

    digest = forms.RegexField(r"\A[0-9a-f]{64}\Z", widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label="Your decision",
        choices=((APPROVE, "Approve: it is carried out at once"), (REJECT, "Reject: nothing is done")),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A rejection needs one. It stands in the audit log, where it can be erased.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a no."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == REJECT and not cleaned.get("reason"):
            self.add_error("reason", "Say why it is rejected.")
        return cleaned


class CommentForm(forms.Form):
    """What is to be said."""

    text = forms.CharField(label="Comment", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class DelegationForm(forms.Form):
    """Who decides in one's stead, on which days; both are inclusive."""

    delegate = forms.ChoiceField(label="Colleague")
    first_day = DayField(label="First day")
    last_day = DayField(label="Last day")

    def __init__(self, *args: Any, people: Sequence[CompanyPerson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.user_id), f"{each.name} ({', '.join(sorted(each.roles))})") for each in people]
        self.fields["delegate"].choices = choices  # type: ignore[attr-defined] # a ChoiceField

    def delegate_id(self) -> UUID:
        """Return who was chosen."""
        return UUID(self.cleaned_data["delegate"])

    def span(self) -> tuple[datetime, datetime]:
        """Return the instants from the first day's begin up to the last day's end, which is exclusive."""
        starts = datetime.combine(self.cleaned_data["first_day"], time.min, UTC)
        return starts, datetime.combine(self.cleaned_data["last_day"], time.min, UTC) + timedelta(days=1)


class LimitForm(forms.Form):
    """The limit of a role or of one member; an empty amount takes it away."""

    subject = forms.ChoiceField(label="For")
    amount = forms.CharField(
        label="May enter alone up to",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "number"}),
        help_text="Empty: no limit. Zero: every entry waits for a second person.",
    )

    def __init__(
        self, *args: Any, people: Sequence[CompanyPerson], locale: str, currency: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._locale, self._currency = locale, currency
        roles = [(f"role:{role}", f"Role {role}") for role in LIMITED_ROLES]
        members = [(f"user:{each.user_id}", each.name) for each in people]
        self.fields["subject"].choices = roles + members  # type: ignore[attr-defined] # a ChoiceField

    def clean_amount(self) -> int | None:
        """Return minor units, or None for no limit."""
        text: str = self.cleaned_data["amount"].strip()
        if not text:
            return None
        try:
            return parse_localised_amount(text, locale=self._locale, currency=self._currency)
        except CortexError as error:
            raise forms.ValidationError(error.message) from error

    def subject_of(self) -> Mapping[str, Any]:
        """Return the role or the member, as the service takes it."""
        kind, _, value = self.cleaned_data["subject"].partition(":")
        return {"role": value} if kind == "role" else {"user_id": UUID(value)}
