# SPDX-License-Identifier: Apache-2.0
"""Why a signed file is not accepted: one class for each cause."""

from typing import Any

from cortex.boot.configuration.errors import ConfigurationRefused


class FileMustBeReadable(ConfigurationRefused):
    """A named configuration file is not there, too large, or of a kind that nobody reads."""

    code = "boot.configuration_file_must_be_readable"


class FileMustBeWellFormed(ConfigurationRefused):
    """A configuration file is not strict YAML or JSON."""

    code = "boot.configuration_file_must_be_well_formed"


class FileMustBeSigned(ConfigurationRefused):
    """There is no signature beside a configuration file."""

    code = "boot.configuration_file_must_be_signed"


class FileMustBeUnchanged(ConfigurationRefused):
    """The bytes of a configuration file are not those that were signed."""

    code = "boot.configuration_file_must_be_unchanged"


class SignatureMustBeWellFormed(ConfigurationRefused):
    """A signature file is not what `cortex config sign` writes."""

    code = "boot.configuration_signature_must_be_well_formed"


class SignatureMustVerify(ConfigurationRefused):
    """A signature was not made with the key that it names, or not over what it says."""

    code = "boot.configuration_signature_must_verify"


class SignatureMustBeCurrent(ConfigurationRefused):
    """A signature has expired, or comes from the future."""

    code = "boot.configuration_signature_must_be_current"


class SignerMustBeTrusted(ConfigurationRefused):
    """A signature was made with a key that this installation does not trust."""

    code = "boot.configuration_signer_must_be_trusted"


class NameMustBeTheSignedOne(ConfigurationRefused):
    """A file that was signed under one name lies under another."""

    code = "boot.configuration_name_must_be_the_signed_one"


class VersionMustNotFall(ConfigurationRefused):
    """An older version than one that was accepted before, or another file under the same version."""

    code = "boot.configuration_version_must_not_fall"


class VersionsMustBeRemembered(ConfigurationRefused):
    """The versions that were seen can be neither read nor written, so a rollback would pass unnoticed."""

    code = "boot.configuration_versions_must_be_remembered"


class KeyMustBeReadable(ConfigurationRefused):
    """A key cannot be read, or is no Ed25519 key of the kind that is wanted."""

    code = "boot.configuration_key_must_be_readable"


def refused(
    error: type[ConfigurationRefused], thing: object, sentence: str, **evidence: Any
) -> ConfigurationRefused:
    """Return the error about one thing, mostly a file, with its evidence."""
    return error(f"{thing}: {sentence}", evidence={"object": str(thing), **evidence})
