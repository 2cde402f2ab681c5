# SPDX-License-Identifier: Apache-2.0
"""Forms of what may be done about users."""

from django import forms
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget

from cortex.identity.change_address import ADDRESS_LENGTH_MAX
from cortex.identity.models import MARKS


class AddressForm(forms.Form):
    """Where mail goes."""

    address = forms.EmailField(max_length=ADDRESS_LENGTH_MAX, widget=UnfoldAdminEmailInputWidget)


class RoleForm(forms.Form):
    """Which role."""

    role = forms.ChoiceField(choices=[(role, role) for role in sorted(MARKS)], widget=UnfoldAdminSelectWidget)
