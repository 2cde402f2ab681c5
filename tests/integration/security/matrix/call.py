# SPDX-License-Identifier: Apache-2.0
"""One call at a door: it is made with a body that would do, and what it changed is taken back."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.integration.security.matrix.bodies import body_for, query_for
from tests.integration.security.matrix.cast import Stage, Who
from tests.integration.security.matrix.openers import open_for

BODIED = {"POST", "PUT", "PATCH"}
PAGES = ("/books/", "/admin/", "/accounts/", "/o/")
PREVIEW = re.compile(rb'name="preview" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Call:
    """One method at one address; `name` is how the file calls it, `sent` what its page sends by itself."""

    method: str
    path: str
    name: str
    sent: Mapping[str, Any] = field(default_factory=dict, hash=False)
    # The route it was made for, where it was made for one.
    route: str = ""

    def made_by(self, who: Who, stage: Stage) -> HttpResponse:
        """Return the answer; whatever it changed is taken back."""
        headers = dict(who.headers_for(self.path))
        with transaction.atomic():
            body = self._body(stage)
            open_for(self.name, stage)
            for ending, read in READ_BEFORE.items():
                if self.name.endswith(ending):
                    read(self, who, stage, headers, body)
            answer = who.session.generic(
                self.method, self.path + query_for(self.name), **self._written(body), headers=headers
            )
            transaction.set_rollback(True)
        return answer  # type: ignore[return-value] # the client's own class is one

    def _body(self, stage: Stage) -> dict[str, Any]:
        if self.method not in BODIED:
            return {}
        return dict(self.sent) or body_for(self.name, given=stage.bodies, values=stage.values_for(self.name))

    def _written(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if self.method not in BODIED:
            return {}
        if any(isinstance(part, bytes) for part in body.values()):
            files = {
                name: SimpleUploadedFile(f"{name}.csv", part) if isinstance(part, bytes) else part
                for name, part in body.items()
            }
            return {"data": encode_multipart(BOUNDARY, files), "content_type": MULTIPART_CONTENT}
        if self.path.startswith(PAGES):
            written = urlencode(body, doseq=True)
            return {"data": written, "content_type": "application/x-www-form-urlencoded"}
        return {"data": json.dumps(body), "content_type": "application/json"}


def _version_read(call: Call, who: Who, stage: Stage, headers: dict[str, str], body: dict[str, Any]) -> None:
    """Say which version of the object was read, by whoever may read it."""
    read = who.session.get(call.path, headers=headers)
    headers["If-Match"] = read.headers.get("ETag", "")


def _preview_seen(call: Call, who: Who, stage: Stage, headers: dict[str, str], body: dict[str, Any]) -> None:
    """Send the files first, and confirm the preview that comes of it."""
    files = Call("POST", call.path.removesuffix("confirm/"), call.name.removesuffix("confirm/"))
    page = who.session.generic("POST", files.path, **files._written(files._body(stage)))
    found = PREVIEW.search(page.content)
    body["preview"] = found[1].decode() if found else ""


def _version_numbered(
    call: Call, who: Who, stage: Stage, headers: dict[str, str], body: dict[str, Any]
) -> None:
    """Send the number as one: what stands in addresses are words."""
    body["number"] = int(body["number"])


Read = Callable[[Call, Who, Stage, dict[str, str], dict[str, Any]], None]
# What has to be read before the call, by the end of its name.
READ_BEFORE: Mapping[str, Read] = {
    "PATCH /api/v1/companies/{company_code}/accounts/{account_code}": _version_read,
    "/import/confirm/": _preview_seen,
    "/policies:roll-back": _version_numbered,
}
