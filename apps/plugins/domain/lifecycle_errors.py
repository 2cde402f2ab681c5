# SPDX-License-Identifier: Apache-2.0
"""Refusals while plugins are brought in, installed and kept."""

from cortex.errors import Conflict, CortexError, NotFound


class VersionMustExist(NotFound):
    """No version of this plugin is known here."""

    code = "plugins.version_must_exist"


class VersionMustBeNew(Conflict):
    """Another bundle was added under this very version."""

    code = "plugins.version_must_be_new"


class PluginMustKeepItsPublisher(Conflict):
    """Versions of a plugin come from one publisher."""

    code = "plugins.plugin_must_keep_its_publisher"


class VersionMustNotBeRevoked(Conflict):
    """The version was recalled."""

    code = "plugins.version_must_not_be_revoked"


class VersionMustBeTrusted(CortexError):
    """A key that signed the version counts no more, or never did."""

    code = "plugins.version_must_be_trusted"
    status = 403


class KeyMustExist(NotFound):
    """No key of this id was ever trusted here."""

    code = "plugins.key_must_exist"


class KeyMustBeNew(Conflict):
    """A key is trusted once, in one role and for one publisher."""

    code = "plugins.key_must_be_new"


class KeyMustNotBeRevoked(Conflict):
    """The key was revoked before."""

    code = "plugins.key_must_not_be_revoked"


class KeyMustHaveARole(CortexError):
    """A key is a publisher's, of a domain, or a reviewer's, of none."""

    code = "plugins.key_must_have_a_role"


class PluginMustBeSwitchedOn(Conflict):
    """The plugin, or every plugin, is switched off for the whole installation."""

    code = "plugins.plugin_must_be_switched_on"


class SwitchMustTurn(Conflict):
    """The switch stands that way already."""

    code = "plugins.switch_must_turn"


class InstallationMustExist(NotFound):
    """The company has no such plugin."""

    code = "plugins.installation_must_exist"


class PluginMustBeInstalledOnce(Conflict):
    """A company has one version of a plugin at a time."""

    code = "plugins.plugin_must_be_installed_once"


class InstallationMustAllowTheChange(Conflict):
    """The state of the installation does not lead there."""

    code = "plugins.installation_must_allow_the_change"


class InstallerMustBeAPerson(CortexError):
    """What a plugin does by itself, it does with the rights of a person."""

    code = "plugins.installer_must_be_a_person"


class UpgradeMustGoForward(Conflict):
    """An upgrade leads to a later version; the way back is a rollback."""

    code = "plugins.upgrade_must_go_forward"


class RollbackMustHaveAVersion(Conflict):
    """There is no version before this one."""

    code = "plugins.rollback_must_have_a_version"


class GrantsMustBeAccepted(Conflict):
    """Whoever installs accepts exactly what the version may do."""

    code = "plugins.grants_must_be_accepted"


class SettingsMustFit(CortexError):
    """A value does not fit the form of the manifest."""

    code = "plugins.settings_must_fit"


class ReasonMustBeGiven(CortexError):
    """Whoever stops something says why, in one line."""

    code = "plugins.reason_must_be_given"


class VersionMustBeAsSigned(CortexError):
    """The row of a version says something else than what was signed: somebody changed the database."""

    code = "plugins.version_must_be_as_signed"
    status = 500
