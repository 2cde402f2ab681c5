# SPDX-License-Identifier: Apache-2.0
"""The files of an import."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

# A page has to answer while somebody waits: about 40,000 lines. Larger files go through API or console.
FILE_BYTES_MAX = 4 * 1024 * 1024


class ImportFilesForm(forms.Form):
    """Journal, chart of accounts if there is one, and whether missing things may be created."""

    journal = forms.FileField(
        label="Journal",
        help_text="CSV: reference, accounting_date, party, narration, account, debit, credit, currency",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    accounts = forms.FileField(
        label="Accounts",
        required=False,
        help_text="CSV: code, name, type. Leave it out when the chart has all accounts.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    may_create = forms.BooleanField(
        label="Create missing accounts and open fiscal years", required=False, initial=True
    )

    def clean_journal(self) -> Any:
        """Refuse a file that would keep the page waiting."""
        return _bounded(self.cleaned_data["journal"])

    def clean_accounts(self) -> Any:
        """Refuse a file that would keep the page waiting."""
        return _bounded(self.cleaned_data["accounts"])


def _bounded(file: UploadedFile | None) -> UploadedFile | None:
    if file is not None and (file.size or 0) > FILE_BYTES_MAX:
        raise forms.ValidationError(
            f"Expected at most {FILE_BYTES_MAX} bytes, got {file.size}. "
            "Split the file, or import it with `cortex import_journal`."
        )
    return file
