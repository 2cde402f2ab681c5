# SPDX-License-Identifier: Apache-2.0
"""Why there is no component."""

from cortex.errors import CortexError


class PluginMustBuild(CortexError):
    """The sources could not be imported or made a component of; the message holds their own traceback."""

    code = "plugins.plugin_must_build"
