# SPDX-License-Identifier: Apache-2.0
"""Why an installed plugin is not called, or what it was called for does not go on."""

from cortex.errors import Conflict, CortexError, NotFound


class PluginMustBeEnabled(Conflict):
    """The installation is disabled, in quarantine, or removed."""

    code = "plugins.plugin_must_be_enabled"


class PersonMustStandBehind(CortexError):
    """A plugin acts by itself for whoever installed it, and that person may do nothing here today."""

    code = "plugins.person_must_stand_behind"
    status = 403


class ValidatorMustAccept(CortexError):
    """A validator that was installed for this verb refuses it, with a reason."""

    code = "plugins.validator_must_accept"
    status = 422


class ValidatorMustAnswer(CortexError):
    """A validator could not be asked: a control that is broken lets nothing pass."""

    code = "plugins.validator_must_answer"
    status = 503


class EndpointMustExist(NotFound):
    """No enabled plugin of the company answers there."""

    code = "plugins.endpoint_must_exist"


class EndpointInputMustBePlain(CortexError):
    """What was sent to an endpoint is no JSON that can be handed on."""

    code = "plugins.endpoint_input_must_be_plain"
    status = 400


class RunMustEnd(CortexError):
    """A run was begun several times and never ended: its worker was killed each time."""

    code = "plugins.run_must_end"
    status = 500
