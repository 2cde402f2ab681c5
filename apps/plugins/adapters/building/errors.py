# SPDX-License-Identifier: Apache-2.0
"""Why there is no component."""

from cortex.errors import CortexError


class PluginMustBuild(CortexError):
    """The sources could not be imported or made a component of; the message holds their own traceback."""

    code = "plugins.plugin_must_build"


class SourceMustBePlain(CortexError):
    """A folder holds what would run without being seen: no source, or a way out of the folder."""

    code = "plugins.source_must_be_plain"


class BuildToolMustBeInstalled(CortexError):
    """What makes a component of Python is not a part of the server, and is not installed here."""

    code = "plugins.build_tool_must_be_installed"
