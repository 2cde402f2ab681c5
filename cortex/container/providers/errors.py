# SPDX-License-Identifier: Apache-2.0
"""Why a call did not reach its provider, or got no answer."""

from typing import Any

from cortex.errors import CortexError


class ProviderMustBeRegistered(CortexError):
    """No provider of this capability satisfies the wanted versions: a wiring mistake."""

    code = "providers.provider_must_be_registered"
    status = 500


class ProviderMustBeRegisteredOnce(CortexError):
    """Two providers claim one name and version: the last one would win silently."""

    code = "providers.provider_must_be_registered_once"
    status = 500


class OperationMustBeDeclared(CortexError):
    """A port has an operation of which nobody said whether it may be repeated."""

    code = "providers.operation_must_be_declared"
    status = 500


class VersionMustBeReadable(CortexError):
    """A version or a range of versions is not written as such."""

    code = "providers.version_must_be_readable"
    status = 500


class CallRefused(CortexError):
    """The guard refused a call; the provider was not asked."""

    reason = "refused"

    def __init__(self, message: str, *, evidence: dict[str, Any], retry_after_seconds: int) -> None:
        super().__init__(message, evidence={**evidence, "retry_after_seconds": retry_after_seconds})
        self.retry_after_seconds = retry_after_seconds


class CallsMustComeSlower(CallRefused):
    """The caller has used up its tokens."""

    code = "providers.calls_must_come_slower"
    status = 429
    reason = "rate"


class CallsMustBeFewAtATime(CallRefused):
    """As many calls as allowed are with the provider already."""

    code = "providers.calls_must_be_few_at_a_time"
    status = 429
    reason = "concurrency"


class CircuitMustBeClosed(CallRefused):
    """The provider did not answer several times in a row and is left in peace for a while."""

    code = "providers.circuit_must_be_closed"
    status = 503
    reason = "circuit"


class LimiterMustBeReachable(CallRefused):
    """Nobody can count calls over all processes, and this capability is not to be called uncounted."""

    code = "providers.limiter_must_be_reachable"
    status = 503
    reason = "limiter"


class ProviderMustAnswerInTime(CortexError):
    """The provider did not answer within its time; what it was asked for may still happen."""

    code = "providers.provider_must_answer_in_time"
    status = 503
    retry_after_seconds = 1
