# SPDX-License-Identifier: Apache-2.0
"""`cortex boot report` as people and as programs read it."""

import json
from io import StringIO

from django.core.management import call_command


def told(form: str) -> str:
    output = StringIO()
    call_command("boot", "report", process="worker", format=form, stdout=output)
    return output.getvalue()


class TestReport:
    def test_as_a_table_tells_what_the_document_tells(self) -> None:
        table, document = told("table"), json.loads(told("json"))
        assert document["digest"] in table
        hooks = [hook["name"] for hook in document["started"]["hooks"]]
        rows = [line for line in table.splitlines() if line.startswith("on_")]
        assert [row[49:].split(" ")[0] for row in rows] == hooks
        assert "undone on shutdown" in table
