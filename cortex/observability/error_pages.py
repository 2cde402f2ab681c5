# SPDX-License-Identifier: Apache-2.0
"""Django's page and text of an exception, with local variables in them, as DEBUG shows it.

Django hides variables only where a function is marked; here every text that leaves is looked through.
"""

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from cortex.observability.redaction import redact, redacted_text


class MaskedVariables(SafeExceptionReporterFilter):
    """Redacts local variables by their names, in whatever data they stand, as the log does."""

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        """Return the variables of a frame; plain data keeps its shape, the rest shows itself masked."""
        variables = super().get_traceback_frame_variables(request, tb_frame)
        # Names with an underscore in front are the log's own business, but not here.
        return {
            name: redact(None, "", {name.lstrip("_") or "x": value}).popitem()[1] for name, value in variables
        }.items()


class MaskedReporter(ExceptionReporter):
    """Looks once more at the whole text: source lines, messages and settings may hold a secret too."""

    def get_traceback_html(self) -> SafeString:
        """Return the page."""
        return _again_safe(super().get_traceback_html())

    def get_traceback_text(self) -> SafeString:
        """Return the text."""
        return _again_safe(super().get_traceback_text())


def _again_safe(text: SafeString) -> SafeString:
    """Redact what is escaped already: the masks hold nothing to escape."""
    return mark_safe(redacted_text(text))  # noqa: S308 - see above
