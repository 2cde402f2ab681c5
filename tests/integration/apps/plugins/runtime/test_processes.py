# SPDX-License-Identifier: Apache-2.0
"""What processes load that call no plugin."""

import subprocess
import sys

_LOADS = """
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
from celery import current_app
import settings.celery
settings.celery.app.loader.import_default_modules()
print(sorted(name for name in ("wasmtime", "componentize_py") if name in sys.modules))
"""


class TestAProcessThatCallsNoPlugin:
    def test_loads_nothing_that_runs_or_builds_them(self) -> None:
        done = subprocess.run(
            [sys.executable, "-c", _LOADS],
            env={"DJANGO_SETTINGS_MODULE": "settings.test", "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr[-2_000:]
