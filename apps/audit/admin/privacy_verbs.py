# SPDX-License-Identifier: Apache-2.0
"""What is done with texts about people, in the administration: held, released, erased, handed out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.audit.domain.policy_names import ERASE, LIFT_HOLD, PLACE_HOLD
from apps.audit.domain.privacy.reason import CHARACTERS_MAX
from apps.audit.models import Hold
from apps.audit.services.privacy.erase_hold_or_propose import (
    erase_or_propose,
    hold_or_propose,
    lift_or_propose,
)
from cortex.backoffice.verbs import CompanyForm, Done, ListVerb, RowVerb
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal
from cortex.ports.subjects import all_subject_kinds

_ID = "Of the party, the person or the entry: it stands in its address, and in the exported list."


def _reason() -> forms.CharField:
    return forms.CharField(
        max_length=CHARACTERS_MAX,
        widget=UnfoldAdminTextInputWidget,
        help_text="On which request or duty it stands. Name nobody.",
    )


def _company() -> Any:
    return forms.ModelChoiceField(queryset=None, empty_label=None, widget=UnfoldAdminSelectWidget)


def _kinds() -> list[tuple[str, str]]:
    return [(kind.name, kind.title) for kind in all_subject_kinds()]


class ReasonForm(forms.Form):
    """Why."""

    reason = _reason()


class HoldForm(CompanyForm):
    """What is to be held, and why."""

    company = _company()
    subject_id = forms.UUIDField(
        label="Id of the subject",
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=f"{_ID} Without one, all of the company is held.",
    )
    reason = _reason()


class SubjectForm(CompanyForm):
    """Whom it is about."""

    company = _company()
    subject_type = forms.ChoiceField(label="Kind", choices=_kinds, widget=UnfoldAdminSelectWidget)
    subject_id = forms.UUIDField(label="Id of the subject", widget=UnfoldAdminTextInputWidget, help_text=_ID)


class EraseForm(SubjectForm):
    """Whose texts are to be erased, and why."""

    reason = _reason()


def _hold(company_id: UUID, principal: Principal, given: Mapping[str, Any]) -> Done:
    done = hold_or_propose(
        company_id=company_id,
        subject_id=given["subject_id"],
        reason=given["reason"],
        placed_by=principal,
    )
    return _told(done, "It is held.")


def _lift(hold: Hold, principal: Principal, given: Mapping[str, Any]) -> Done:
    done = lift_or_propose(
        company_id=hold.company_id, hold_id=hold.id, reason=given["reason"], lifted_by=principal
    )
    return _told(done, "The hold is lifted.")


def _erase(company_id: UUID, principal: Principal, given: Mapping[str, Any]) -> Done:
    done = erase_or_propose(
        company_id=company_id,
        subject_type=given["subject_type"],
        subject_id=given["subject_id"],
        reason=given["reason"],
        erased_by=principal,
    )
    return _told(done, "The texts are erased.")


def _told(done: object, sentence: str) -> Done:
    if isinstance(done, ProposalRef):
        return Done("It waits for a second person of the company, in the inbox of approvals.")
    return Done(sentence)


PLACE = ListVerb(
    "place",
    "Place a legal hold",
    "Nothing that is held is erased, by people or by the schedule, until the hold is lifted. A second person "
    "of the company agrees first.",
    PLACE_HOLD,
    _hold,
    HoldForm,
)
LIFT = RowVerb(
    "lift",
    "Lift it",
    "What was held may be erased again, and the schedule deletes what is due. A second person of the company "
    "agrees first.",
    LIFT_HOLD,
    _lift,
    form=ReasonForm,
    applies=lambda hold: hold.lifted_at is None,
)
ERASE_TEXTS = ListVerb(
    "erase",
    "Erase texts about somebody",
    "The texts and their keys go, and nobody brings them back. Amounts, accounts, dates and proofs stay. A "
    "second person of the company agrees first.",
    ERASE,
    _erase,
    EraseForm,
)
