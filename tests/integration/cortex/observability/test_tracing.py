# SPDX-License-Identifier: Apache-2.0
"""Traces of a request and its statements, recorded in a process of its own: a provider is set once."""

import json
import subprocess
import sys

from tests.frame.clones import Clone

PROGRAM = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "settings.test"
import django
django.setup()
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from cortex.observability import tracing
exporter = InMemorySpanExporter()
tracing.configure(SimpleSpanProcessor(exporter))
from django.test import Client
from cortex.identity.users import create_user
create_user(username="alice", full_name="Alice Archer")
exporter.clear()
client = Client()
from cortex.identity.models import User
client.force_login(User.objects.get(username="alice"))
exporter.clear()
response = client.get("/api/v1/companies")
tracing.stop()
spans = exporter.get_finished_spans()
print(json.dumps({
    "traceparent": response.headers["traceparent"],
    "request_id": response.headers["X-Request-ID"],
    "spans": [{"name": s.name, "trace": f"{s.context.trace_id:032x}",
               "attributes": {k: str(v) for k, v in s.attributes.items()}} for s in spans],
}))
"""


class TestTraces:
    def test_join_a_request_and_its_statements_without_their_parameters(
        self, committed_database: Clone
    ) -> None:
        told = json.loads(
            subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True).stdout
        )
        trace = told["traceparent"].split("-")[1]
        assert {span["trace"] for span in told["spans"]} == {trace}
        names = [span["name"] for span in told["spans"]]
        assert names[-1] == "GET api/v1/companies"
        statements = [str(span["attributes"]) for span in told["spans"] if "SELECT" in span["name"]]
        assert any("identity_user" in statement for statement in statements)
        assert not any("alice" in statement for statement in statements)
