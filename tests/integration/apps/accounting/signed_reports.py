# SPDX-License-Identifier: Apache-2.0
"""A trial balance in one file and its signature in another, as somebody gets them."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from tests.integration.apps.accounting.api.desk import Desk


def ran(command: str, *arguments: str) -> str:
    output = StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


def verified(*arguments: str) -> tuple[int, str]:
    """Return the exit code of verify_report and the sentence that it said."""
    output, errors = StringIO(), StringIO()
    try:
        call_command("verify_report", *arguments, stdout=output, stderr=errors)
    except SystemExit as end:
        assert output.getvalue() == ""
        return int(str(end.code)), errors.getvalue()
    return 0, output.getvalue()


class Given:
    """A signed report in two files."""

    def __init__(self, desk: Desk, directory: Path) -> None:
        self.desk, self.directory = desk, directory
        self.report, self.signature = directory / "report.csv", directory / "report.sig"

    def sign(self, *arguments: str) -> "Given":
        options = ("--company", self.desk.books.code, "--format", "csv", *arguments)
        printed = ran("trial_balance", *options, "--signature", str(self.signature))
        assert printed == ran("trial_balance", *options)
        self.report.write_bytes(printed.encode())
        return self

    def fields(self) -> dict[str, Any]:
        return dict(json.loads(self.signature.read_bytes()))

    def write(self, fields: dict[str, Any]) -> None:
        self.signature.write_text(json.dumps(fields))

    def verify(self, *arguments: str) -> tuple[int, str]:
        return verified(str(self.report), str(self.signature), *arguments)

    def key_file(self, *arguments: str) -> str:
        path = self.directory / "public.pem"
        path.write_text(ran("report_key", *arguments))
        return str(path)
