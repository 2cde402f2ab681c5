# SPDX-License-Identifier: Apache-2.0
"""The text by which a decision was made: found by the decision's own digest, never guessed from its time.

Two releases decide at the same time while one takes over from the other, so that an instant says little.
Texts of people are found by their number and shown as written, however far they fit the release that runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC

from cortex.policy.fitted import added_policies
from cortex.policy.models import PolicyDecision, PolicyPackagedText, PolicyVersion
from cortex.policy.packaged import VERSION, packaged_now, text_digest
from cortex.policy.policies_shown import PolicyShown, policies_shown, shown


@dataclass(frozen=True, slots=True)
class DecidingText:
    """The policies that decided, as they were written then; `told` says in a sentence how that is known."""

    policies: tuple[PolicyShown, ...]
    told: str = ""
    # Shown is what this release brings along, and the release that decided may have read otherwise.
    is_of_today: bool = False


def text_that_decided(decision: PolicyDecision) -> DecidingText:
    """Return the policies that decided; none where their text is not kept."""
    if decision.version != VERSION:
        return text_of_version(decision.version, decision.policy_ids)
    if decision.packaged_digest is None:
        # Where no policy decided there is no text to show either.
        return _of_today(decision) if decision.policy_ids else DecidingText(())
    return _of_its_time(decision, decision.packaged_digest)


def text_of_version(number: int, ids: Sequence[str]) -> DecidingText:
    """Return policies of a version as people wrote them, and what the program adds where it does not fit."""
    text = PolicyVersion.objects.filter(number=number).values_list("text", flat=True).first()
    if text is None:
        return DecidingText(())
    written = policies_shown(text)
    known = {policy.id for policy in written}
    added = [shown(each) for each in added_policies(text) if each.id in ids and each.id not in known]
    told = (
        f"{', '.join(each.id for each in added)}: the program's own, as this release writes it, "
        f"since version {number} did not fit the release that decided."
    )
    return DecidingText(_chosen([*written, *added], ids), told if added else "")


def _of_today(decision: PolicyDecision) -> DecidingText:
    return DecidingText(
        _chosen(policies_shown(packaged_now().text), decision.policy_ids),
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
        return DecidingText(
            _chosen(policies_shown(row.text), decision.policy_ids), f"{told} (SHA-256 {digest})."
        )
    now = packaged_now()
    if now.digest == digest:
        told = "Version 0 as this release brings it along. It is not recorded yet: run `cortex migrate`"
        return DecidingText(
            _chosen(policies_shown(now.text), decision.policy_ids), f"{told} (SHA-256 {digest})."
        )
    return DecidingText(
        (), f"Version 0 by a text of SHA-256 {digest}, which nobody recorded: it is not kept."
    )


def _chosen(policies: Iterable[PolicyShown], ids: Sequence[str]) -> tuple[PolicyShown, ...]:
    """Return the policies that decided, in the order in which the decision names them."""
    known = {policy.id: policy for policy in policies}
    return tuple(known[name] for name in ids if name in known)
