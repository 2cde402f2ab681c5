# SPDX-License-Identifier: Apache-2.0
"""`cortex plugin run`: what came of a call, for the author."""

import argparse
import json
import sys

from apps.plugins.domain.call_errors import PluginCallFailed
from apps.plugins.management.author_files import authors_cache, json_of, rows_of
from apps.plugins.services.authoring.run_handler import run_handler


def run(options: argparse.Namespace) -> list[str]:
    """Return what came of the call, as JSON; raises PluginCallFailed, its log and traceback told before."""
    given, rows = json_of(options.input), rows_of(options.rows)
    try:
        tried = run_handler(
            sources=options.folder,
            handler=options.handler,
            given=given,
            data=rows,
            at=options.at,
            cache=authors_cache(),
        )
    except PluginCallFailed as error:
        _tell_author(error)
        raise
    told = {
        "answer": tried.answered.answer,
        "rejected": tried.answered.rejected or None,
        "log": [f"{level}: {line}" for level, line in tried.answered.log],
        "published": [{"event": event, "data": data} for event, data in tried.emitted],
        "stored": {key: json.loads(text) for key, text in tried.stored.items()},
        "used": {"fuel": tried.answered.fuel, "host_calls": tried.answered.host_calls},
    }
    return [json.dumps(told, indent=2)]


def _tell_author(error: PluginCallFailed) -> None:
    """Write what the plugin logged and where its own code stood to standard error, before the refusal."""
    lines = [f"{level}: {line}" for level, line in error.evidence.get("log", [])]
    sys.stderr.write("\n".join([*lines, str(error.evidence.get("traceback", "")), ""]).lstrip("\n"))
