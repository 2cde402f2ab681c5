# SPDX-License-Identifier: Apache-2.0
"""What the wheel carries beside its packages: templates, static files and the locks it was tested with."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = "settings/assets"
DIRECTORIES = ("templates", "static", "requirements")


class AssetsHook(BuildHookInterface):
    """Puts them beside the settings, which look for them there before they look at a checkout's root."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the directories to a wheel; an editable install finds them where they lie."""
        if version == "standard":
            build_data["force_include"] |= {name: f"{ASSETS}/{name}" for name in DIRECTORIES}
