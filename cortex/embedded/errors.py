# SPDX-License-Identifier: Apache-2.0
"""What may stop one machine from serving; every message is one sentence that names the remedy."""

from cortex.errors import CortexError


class EmbeddedError(CortexError):
    """The embedded part cannot go on; the console prints the message and exits non-zero."""

    code = "embedded.machine_must_be_able_to_serve"
    status = 503


class ServerNotFound(EmbeddedError):
    """No server is configured, installed from a wheel, or found on the machine."""

    code = "embedded.server_must_be_installed"


class ServerDidNotStart(EmbeddedError):
    """A server ended, or did not answer in time, while it was started."""

    code = "embedded.server_must_start"


class StateUnusable(EmbeddedError):
    """A directory or file of the state is not what it should be: owner, mode, version, space."""

    code = "embedded.state_must_be_usable"


class PortInUse(EmbeddedError):
    """Another program listens on the address that the web process needs."""

    code = "embedded.port_must_be_free"


class ConfigurationIncomplete(EmbeddedError):
    """Variables of the environment contradict each other, or one of a set is missing."""

    code = "embedded.configuration_must_be_complete"


class StepFailed(EmbeddedError):
    """A step of the start, or a supervised process, ended with an error; its log says why."""

    code = "embedded.step_must_succeed"
