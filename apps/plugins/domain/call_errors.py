# SPDX-License-Identifier: Apache-2.0
"""How a call of a plugin ends otherwise than with an answer. The host goes on in each case."""

from typing import Any, ClassVar

from cortex.errors import CortexError
from cortex.one_line import one_line

SHOWN_MAX = 500


class PluginCallFailed(CortexError):
    """A call ended without an answer; subclasses say which bound or rule stopped it."""

    code = "plugins.call_must_answer"
    status = 502
    sentence: ClassVar[str] = "gave no answer"

    def __init__(self, detail: str = "", *, evidence: dict[str, Any] | None = None) -> None:
        shown = one_line(detail[:SHOWN_MAX])
        told = f"The plugin {self.sentence}" + (f": {shown}" if shown else "") + "."
        super().__init__(told, evidence={"got": shown} | (evidence or {}))


class PluginMustSucceed(PluginCallFailed):
    """The plugin's own code raised; `traceback` in the evidence is its author's, with their lines."""

    code = "plugins.plugin_must_succeed"
    sentence = "failed"


class CallMustEndInTime(PluginCallFailed):
    """The wall clock ran out."""

    code = "plugins.call_must_end_in_time"
    status = 504
    sentence = "did not end in time"


class CallMustStayWithinFuel(PluginCallFailed):
    """It calculated more than it may."""

    code = "plugins.call_must_stay_within_fuel"
    sentence = "calculated more than it may"


class CallMustNotTrap(PluginCallFailed):
    """It left WebAssembly's rules: an exit, an exhausted stack, memory beyond its bound."""

    code = "plugins.call_must_not_trap"
    sentence = "was stopped"


class RequestMustFit(PluginCallFailed):
    """What it was to be given is larger than it takes."""

    code = "plugins.request_must_fit"
    status = 413
    sentence = "was not called, since the request is too large"


class AnswerMustFit(PluginCallFailed):
    """Its answer is larger than it may be."""

    code = "plugins.answer_must_fit"
    sentence = "answered more than it may"


class AnswerMustBeWellFormed(PluginCallFailed):
    """Its answer is no JSON text with an answer, or with a reason to reject."""

    code = "plugins.answer_must_be_well_formed"
    sentence = "answered something else than the contract says"


class HostMustNotBeFlooded(PluginCallFailed):
    """It asked the host more often, or moved more bytes, than it may."""

    code = "plugins.host_must_not_be_flooded"
    sentence = "asked the host for more than it may"


class InterfaceMustBeGranted(PluginCallFailed):
    """It called a part of the host that its manifest does not name, or that no plugin has."""

    code = "plugins.interface_must_be_granted"
    status = 403
    sentence = "called what was not granted to it"


class HostMustAnswer(PluginCallFailed):
    """A function of the host failed by its own mistake; the plugin is not told what it was."""

    code = "plugins.host_must_answer"
    status = 500
    sentence = "was stopped, since the host could not answer it"


class ComponentMustBeAllowed(CortexError):
    """The component wants of the host what no plugin gets; it is not installed."""

    code = "plugins.component_must_be_allowed"
    status = 403


class ComponentMustCompile(CortexError):
    """The bytes are no component, or compiling them took more than it may."""

    code = "plugins.component_must_compile"


class CompiledMustBeOurs(CortexError):
    """A compiled component is not what this installation wrote: it is native code and is not run."""

    code = "plugins.compiled_must_be_ours"
    status = 500


class CodeMustBeReady(CortexError):
    """A version is being compiled on this machine, and whoever asked cannot wait so long."""

    code = "plugins.code_must_be_ready"
    status = 503
