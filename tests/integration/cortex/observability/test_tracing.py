# SPDX-License-Identifier: Apache-2.0
"""Traces of a request and its statements, each in a process of its own: a provider is set once."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from tests.frame.clones import Clone

IN_MEMORY = """
import json
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from cortex.observability import tracing
from django.test import Client
from tests.factories.people import create_user
from tests.factories.sessions import sign_in
exporter = InMemorySpanExporter()
tracing.configure(SimpleSpanProcessor(exporter))
client = Client()
sign_in(client, create_user(username="alice", full_name="Alice Archer"))
exporter.clear()
response = client.get("/api/v1/companies")
tracing.stop()
print(json.dumps({
    "traceparent": response.headers["traceparent"],
    "spans": [
        {"name": span.name, "trace": f"{span.context.trace_id:032x}",
         "attributes": {name: str(value) for name, value in span.attributes.items()}}
        for span in exporter.get_finished_spans()
    ],
}))
"""
ONE_TIME_LINK = """
import json
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from cortex.observability import tracing
from django.test import Client
from tests.factories.sessions import sign_in
exporter = InMemorySpanExporter()
tracing.configure(SimpleSpanProcessor(exporter))
client = Client()
client.get("/accounts/one-time/unused-one-time-token/?next=private-search")
tracing.stop()
print(json.dumps([json.loads(span.to_json()) for span in exporter.get_finished_spans()]))
"""
COLLECTED = """
import http.server, json, os, threading
collected = []
class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        collected.append([self.path, len(body)])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *words):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=server.serve_forever, daemon=True).start()
from django.conf import settings
from django.test import Client
from opentelemetry import trace
from cortex.observability import tracing
from tests.factories.people import create_user
if os.environ["IS_CONFIGURED"] == "yes":
    endpoint = f"http://127.0.0.1:{server.server_port}"
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = settings.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint
tracing.configure_from_settings()
Client().get("/health/live")
getattr(trace.get_tracer_provider(), "force_flush", lambda: None)()
print(json.dumps(collected))
"""


def run(program: str, **environment: str) -> Any:
    told = subprocess.run(
        [sys.executable, "-c", f"import django\ndjango.setup()\n{program}"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "settings.test", **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(told.stdout)


@pytest.mark.slow
class TestTraces:
    def test_join_a_request_and_its_statements(self, committed_database: Clone) -> None:
        told: Mapping[str, Any] = run(IN_MEMORY)
        names = [span["name"] for span in told["spans"]]
        assert {span["trace"] for span in told["spans"]} == {told["traceparent"].split("-")[1]}
        assert names[-1] == "GET api/v1/companies"
        statements = [str(span["attributes"]) for span in told["spans"] if span["name"] == "SELECT"]
        assert any("identity_user" in statement for statement in statements)
        assert "Archer" not in json.dumps(told["spans"])

    @pytest.mark.parametrize("names", ["", "http", "http/dup"])
    def test_hold_neither_one_time_links_nor_queries(self, names: str) -> None:
        told = run(ONE_TIME_LINK, OTEL_SEMCONV_STABILITY_OPT_IN=names)
        assert "GET accounts/one-time/<str:token>/" in [span["name"] for span in told]
        assert "unused-one-time-token" not in json.dumps(told)
        assert "private-search" not in json.dumps(told)

    @pytest.mark.parametrize(("is_configured", "paths"), [("yes", ["/v1/traces"]), ("no", [])])
    def test_leave_the_process_only_when_an_endpoint_is_configured(
        self, is_configured: str, paths: list[str]
    ) -> None:
        assert [path for path, _size in run(COLLECTED, IS_CONFIGURED=is_configured)] == paths
