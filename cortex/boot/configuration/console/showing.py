# SPDX-License-Identifier: Apache-2.0
"""`cortex config show`: every value, and where it came from."""

import json
import os

from cortex import clock
from cortex.boot.configuration.artefact.record import Artefact
from cortex.boot.configuration.catalogue import entries
from cortex.boot.configuration.installation import installation_of
from cortex.boot.configuration.loading import load
from cortex.boot.configuration.model import Configuration
from cortex.confidential import masked
from cortex.one_line import one_line

HEADINGS = ("NAME", "VALUE", "SOURCE")


def show(*, form: str) -> str:
    """Return what is in force for the settings module of this environment; remembers no version."""
    configuration = load(
        environ=os.environ,
        installation=installation_of(os.environ),
        at=clock.now(),
        remembers_versions=False,
    )
    return _json(configuration) if form == "json" else _table(configuration)


def rows_of(configuration: Configuration) -> list[tuple[str, str, str]]:
    """Return name, value and source of each; secrets are masked, also where one stands in another value."""
    return [
        (name, one_line(masked(entry.reader.shown(entry.value_in(configuration)))), one_line(source))
        for name, entry in entries().items()
        for source in [configuration.sources[name]]
    ]


def _table(configuration: Configuration) -> str:
    rows = [HEADINGS, *rows_of(configuration)]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"{name:<{widths[0]}}  {value:<{widths[1]}}  {source}".rstrip() for name, value, source in rows]
    lines += ["", f"digest  {configuration.digest}"]
    lines += [
        f"file    {item.name} version {item.version}, key {item.key_id}, SHA-256 {item.digest},"
        f" valid until {_instant(item)}"
        for item in configuration.artefacts
    ]
    return "\n".join(lines) + "\n"


def _json(configuration: Configuration) -> str:
    shown = {
        "digest": configuration.digest,
        "artefacts": [
            {
                "name": item.name,
                "version": item.version,
                "key_id": item.key_id,
                "sha256": item.digest,
                "expires_at": _instant(item),
            }
            for item in configuration.artefacts
        ],
        "values": [
            {"name": name, "value": value, "source": source} for name, value, source in rows_of(configuration)
        ],
    }
    return json.dumps(shown, indent=2) + "\n"


def _instant(artefact: Artefact) -> str:
    return f"{artefact.expires_at:%Y-%m-%dT%H:%M:%SZ}"
