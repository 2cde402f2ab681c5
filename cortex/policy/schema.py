# SPDX-License-Identifier: Apache-2.0
"""What policies may speak of: the fragments of the rooms, and an action for each declaration."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.apps import apps

from cortex.policy.actions import Action

FOLDER = "policies"
OURS = ("apps.", "cortex.")
_NAMESPACE = re.compile(r"^namespace (\w+) \{\n(.*?)^\}$", re.DOTALL | re.MULTILINE)
_PLACE = "  // (actions)\n"
_ACTION = """  action "{code}" in [{groups}] appliesTo {{
    principal: [{principals}], resource: [{resources}], context: Situation
  }};
"""


def schema_text(actions: Iterable[Action]) -> str:
    """Return the schema in which these actions, and no others, can be spoken of."""
    listed = list(actions)
    lines = [f'  action "{scope}";\n' for scope in sorted({action.scope for action in listed})]
    lines += [_statement(action) for action in listed]
    return fragments().replace(_PLACE, "".join(lines))


@cache
def fragments() -> str:
    """Return the fragments of all rooms, each namespace once; it ends with a brace alone on its line."""
    spaces: dict[str, list[str]] = {}
    for path in packaged_files("*.cedarschema"):
        for name, body in _NAMESPACE.findall(path.read_text(encoding="utf-8")):
            spaces.setdefault(name, []).append(body)
    return "\n".join(f"namespace {name} {{\n{''.join(bodies)}}}\n" for name, bodies in spaces.items())


def packaged_files(pattern: str) -> list[Path]:
    """Return the files of the rooms' folders of policies, in the order in which the rooms are installed."""
    folders = [Path(app.path) / FOLDER for app in apps.get_app_configs() if app.name.startswith(OURS)]
    return [path for folder in folders for path in sorted(folder.glob(pattern))]


def _statement(action: Action) -> str:
    home = "Platform" if action.is_of_the_platform else "Company"
    resources = ", ".join([home, *sorted(action.resources)])
    groups = ", ".join(f'"{name}"' for name in (action.scope, *action.groups))
    principals = "User, Client, Plugin, Service" if action.is_open_to_plugins else "User, Client, Service"
    return _ACTION.format(code=action.code, groups=groups, resources=resources, principals=principals)
