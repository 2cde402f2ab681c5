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


class BundleMustBeCanonical(Malformed):
    """A file is no bundle in its only form."""

    code = "plugins.bundle_must_be_canonical"


class BundleMustBeAttested(CortexError):
    """Who signed the bundle signed something else, or nobody did who counts."""

    code = "plugins.bundle_must_be_attested"
    status = 403


class PluginKeyMustBeWellFormed(Malformed):
    """A file of a signing key cannot be read."""

    code = "plugins.plugin_key_must_be_well_formed"


class HandlerMustBeNamed(CortexError):
    """The manifest has no entry point with this function."""

    code = "plugins.handler_must_be_named"


class FolderMustBeNew(CortexError):
    """A new plugin is written where nothing is yet."""

    code = "plugins.folder_must_be_new"
    status = 409
