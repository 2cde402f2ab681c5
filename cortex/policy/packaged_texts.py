# SPDX-License-Identifier: Apache-2.0
"""The text by which a decision was made: found by the decision's own digest, never guessed from its time.

Two releases decide at the same time while one takes over from the other, so that an instant says little.
"""

from dataclasses import dataclass
from datetime import UTC

from cortex.policy.active import active_engine
from cortex.policy.models import PolicyDecision, PolicyPackagedText, PolicyVersion
from cortex.policy.packaged import VERSION, packaged_now, text_digest
from cortex.policy.policy_text import Policy, policies_of


@dataclass(frozen=True, slots=True)
class DecidingText:
    """The policies that decided, as they were written then; `told` says in a sentence how that is known."""

    policies: tuple[Policy, ...]
    told: str = ""
    # Shown is what this release brings along, and the release that decided may have read otherwise.
    is_of_today: bool = False


def text_that_decided(decision: PolicyDecision) -> DecidingText:
    """Return the policies that decided; none where their text is not kept."""
    if decision.version != VERSION:
        return DecidingText(_of_version(decision))
    if decision.packaged_digest is None:
        # Where no policy decided there is no text to show either.
        return _of_today(decision) if decision.policy_ids else DecidingText(())
    return _of_its_time(decision, decision.packaged_digest)


def _of_version(decision: PolicyDecision) -> tuple[Policy, ...]:
    engine = active_engine()
    if decision.version == engine.version:
        # As it decides: what no longer fits this release has made way for a policy of our own.
        return tuple(engine.policies[name] for name in decision.policy_ids if name in engine.policies)
    rows = PolicyVersion.objects.filter(number=decision.version).values_list("text", flat=True)
    return _chosen(rows.first(), decision)


def _of_today(decision: PolicyDecision) -> DecidingText:
    return DecidingText(
        _chosen(packaged_now().text, decision),
        "Version 0 is what each release brings along, and no text was kept with this decision. "
        "The text is this release's: an earlier one may have decided by another.",
        is_of_today=True,
    )


def _of_its_time(decision: PolicyDecision, digest: str) -> DecidingText:
    row = PolicyPackagedText.objects.filter(digest=digest).order_by("id").first()
    if row is not None and text_digest(row.text) != digest:
        told = (
            f"The row of version 0 with the SHA-256 {digest} holds another text: somebody changed it past the"
        )
        return DecidingText(
            (), f"{told} program, which is an attack. The leaf of its release tells the digests."
        )
    if row is not None:
        since = row.recorded_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        told = f"Version 0 as release {row.release} brought it along, recorded {since}"
        return DecidingText(_chosen(row.text, decision), f"{told} (SHA-256 {digest}).")
    now = packaged_now()
    if now.digest == digest:
        told = "Version 0 as this release brings it along. It is not recorded yet: run `cortex migrate`"
        return DecidingText(_chosen(now.text, decision), f"{told} (SHA-256 {digest}).")
    return DecidingText(
        (), f"Version 0 by a text of SHA-256 {digest}, which nobody recorded: it is not kept."
    )


def _chosen(text: str | None, decision: PolicyDecision) -> tuple[Policy, ...]:
    """Return the policies that decided, in the order in which the decision names them."""
    known = {policy.id: policy for policy in policies_of(text)} if text else {}
    return tuple(known[name] for name in decision.policy_ids if name in known)
