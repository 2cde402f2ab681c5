# SPDX-License-Identifier: Apache-2.0
"""Refusals of what a plugin says of itself."""

from cortex.errors import CortexError, Malformed


class ManifestMustBeWellFormed(Malformed):
    """A text is no manifest; `place` and `line` say where."""

    code = "plugins.manifest_must_be_well_formed"


class PluginMustFitThisRelease(CortexError):
    """The manifest names a range of releases, and this one is not in it."""

    code = "plugins.plugin_must_fit_this_release"
    status = 409
