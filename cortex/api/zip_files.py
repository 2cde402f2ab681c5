# SPDX-License-Identifier: Apache-2.0
"""Archives as a download."""

from io import BytesIO

from django.http import HttpResponse

ZIP = "application/zip"


def zip_response(archive: BytesIO, *, name: str) -> HttpResponse:
    """Return the archive as a file to keep, never to be shown or cached."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(archive.getvalue(), content_type=ZIP, headers=headers)
