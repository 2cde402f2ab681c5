# SPDX-License-Identifier: Apache-2.0
"""Which configuration is in force."""

from cortex.boot.configuration import current_configuration


def configuration_digest() -> str:
    """Return the SHA-256 of the effective values, without secrets and places of this machine.

    Raises: ConfigurationRefused.
    """
    return current_configuration().digest
