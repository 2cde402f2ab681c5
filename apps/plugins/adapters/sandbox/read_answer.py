# SPDX-License-Identifier: Apache-2.0
"""What a component answered, read strictly: whoever wrote it may have answered anything."""

from typing import Any

from apps.plugins.domain import call_errors
from apps.plugins.domain.limits import Limits
from apps.plugins.domain.plain_json import NotPlain, read_plain
from cortex.one_line import one_line

REASON_MAX, TRACE_MAX, VALUES_MAX = 1_000, 4_000, 200_000


def read_answer(*, tag: str, payload: str, limits: Limits) -> dict[str, Any]:
    """Return answer, reason and remedy.

    Raises: PluginMustSucceed, AnswerMustFit, AnswerMustBeWellFormed.
    """
    if tag == "err":
        raise _of_the_plugin(payload[: limits.output_bytes])
    size = len(payload.encode(errors="surrogatepass"))
    if size > limits.output_bytes:
        raise call_errors.AnswerMustFit(f"{size} bytes, {limits.output_bytes} are allowed")
    try:
        told = read_plain(payload, nodes_max=VALUES_MAX)
    except NotPlain as error:
        raise call_errors.AnswerMustBeWellFormed(f"expected {error}, got {payload[:80]!a}") from None
    match told:
        case {"answer": answer} if len(told) == 1:
            return {"answer": answer, "rejected": "", "remedy": ""}
        case {"rejected": str(reason), "remedy": str(remedy)} if len(told) == 2 and reason.strip():
            reason, remedy = one_line(reason[:REASON_MAX]), one_line(remedy[:REASON_MAX])
            return {"answer": None, "rejected": reason, "remedy": remedy}
    raise call_errors.AnswerMustBeWellFormed(ascii(payload[:80]))


def _of_the_plugin(payload: str) -> call_errors.PluginMustSucceed:
    try:
        told = read_plain(payload, nodes_max=VALUES_MAX)
    except NotPlain:
        told = None
    match told:
        case {"message": str(message), "traceback": str(trace)}:
            lines = [one_line(line) for line in trace[:TRACE_MAX].split("\n")]
            return call_errors.PluginMustSucceed(message, evidence={"traceback": "\n".join(lines)})
    return call_errors.PluginMustSucceed(payload)
