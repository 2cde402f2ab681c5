# SPDX-License-Identifier: Apache-2.0
"""Which tool makes components here."""

from importlib.metadata import PackageNotFoundError, version

from apps.plugins.adapters.building.errors import BuildToolMustBeInstalled

TOOL = "componentize-py"


def tool_version() -> str:
    """Return the tool's release; raises BuildToolMustBeInstalled."""
    try:
        return version(TOOL)
    except PackageNotFoundError:
        raise BuildToolMustBeInstalled(
            f"{TOOL} is not installed here. `pip install --require-hashes -r requirements/plugins.txt` "
            "installs what building plugins needs.",
            evidence={"object": TOOL, "remedy": "Install requirements/plugins.txt."},
        ) from None
