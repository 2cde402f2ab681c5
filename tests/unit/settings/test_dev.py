# SPDX-License-Identifier: Apache-2.0
"""One machine without DEBUG, as `make run` serves it: a process of its own, since settings are read once."""

import json
import os
import subprocess
import sys

import pytest

from cortex.boot.configuration.installation import INSTALLATIONS

SERVED = {
    **INSTALLATIONS["test"].defaults,
    "DJANGO_SETTINGS_MODULE": "settings.dev",
    "DEBUG": "off",
    "METRICS_TOKEN": "scraper-token",
}
PROGRAM = """
import json
import django
django.setup()
from django.test import Client
client = Client(headers={"Host": "localhost"})
paths = ["/static/books/books.css", "/static/admin/css/base.css", "/static/unfold/css/styles.css",
         "/api/v1/nonsense", "/nonsense/", "/metrics"]
found = {path: client.get(path) for path in paths}
print(json.dumps({path: [answer.status_code, answer.headers["Content-Type"].partition(";")[0]]
                  for path, answer in found.items()}))
"""


@pytest.mark.slow
def test_serves_files_and_hides_the_inside() -> None:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **SERVED},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(told.stdout) == {
        "/static/books/books.css": [200, "text/css"],
        "/static/admin/css/base.css": [200, "text/css"],
        "/static/unfold/css/styles.css": [200, "text/css"],
        "/api/v1/nonsense": [404, "application/problem+json"],
        "/nonsense/": [404, "text/html"],
        "/metrics": [403, "text/html"],
    }
