# SPDX-License-Identifier: Apache-2.0
"""One typed configuration, of which every value knows where it came from.

What stands above beats what stands below: environment, signed files, command-line arguments, defaults.
"""

from cortex.boot.configuration.artefact.record import Artefact
from cortex.boot.configuration.current import begin, current_configuration, forget
from cortex.boot.configuration.errors import ConfigurationRefused
from cortex.boot.configuration.model import Configuration

__all__ = [
    "Artefact",
    "Configuration",
    "ConfigurationRefused",
    "begin",
    "current_configuration",
    "forget",
]
