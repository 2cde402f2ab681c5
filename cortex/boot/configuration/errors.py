# SPDX-License-Identifier: Apache-2.0
"""Why a configuration stops the start: one class for each cause, and never the value itself."""

from typing import Any

from cortex.errors import CortexError


class ConfigurationRefused(CortexError):
    """The program cannot start with this configuration; the message is one sentence that says why."""

    code = "boot.configuration_must_be_acceptable"
    status = 500


class ValueMustBeGiven(ConfigurationRefused):
    """A value without a default stands in no source."""

    code = "boot.configuration_value_must_be_given"


class ValueMustBeWellFormed(ConfigurationRefused):
    """A value is not of the type that its name asks for."""

    code = "boot.configuration_value_must_be_well_formed"


class ValueMustBeSafe(ConfigurationRefused):
    """A value is well formed, and unsafe in production."""

    code = "boot.configuration_value_must_be_safe"


class NameMustBeKnown(ConfigurationRefused):
    """A file or an argument sets a name that no part of the program reads."""

    code = "boot.configuration_name_must_be_known"


class SecretMustStayOutside(ConfigurationRefused):
    """A secret stands where others can read it: in a file that is passed around, or in an argument."""

    code = "boot.configuration_secret_must_stay_outside"


class ArgumentMustBeWellFormed(ConfigurationRefused):
    """An argument before the command is not what `--set` and `--config` take."""

    code = "boot.configuration_argument_must_be_well_formed"


class MachineFileMustBeWellFormed(ConfigurationRefused):
    """`.cortex/env` holds something that is not KEY=VALUE."""

    code = "boot.configuration_machine_file_must_be_well_formed"


def refusal(
    error: type[ConfigurationRefused], name: str, *, expected: str, remedy: str = "", source: str = ""
) -> ConfigurationRefused:
    """Return the error that names the value and what it must hold, but not what it holds."""
    origin = f" in {source}" if source and source != "environment" else ""
    sentence = f"{name}{origin}: expected {expected}.{f' {remedy}' if remedy else ''}"
    evidence: dict[str, Any] = {"object": name, "expected": expected}
    evidence |= {key: text for key, text in (("source", source), ("remedy", remedy)) if text}
    return error(sentence, evidence=evidence)
