# SPDX-License-Identifier: Apache-2.0
"""Ask every witness of the file of keys, all at the same time; one that is silent keeps nobody waiting.

Proofs are made in the calling thread, which has the database; the threads only speak HTTP.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from apps.audit.adapters.asking_errors import WitnessMustAnswer
from apps.audit.adapters.http_witness import HttpWitness, SeenElsewhere
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.policy import LogPolicy
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.publishing import Cosigned, ProofFrom
from cortex.errors import CortexError
from cortex.sockets.bounded_client import require_safe_address

SECONDS_MAX = 3.0
# A witness that did not answer is left alone for a while, longer each time.
REST_SECONDS_MIN, REST_SECONDS_MAX = 5.0, 60.0


class HttpWitnesses:
    """The witnesses of one policy that have an address, and what each has seen as far as we know."""

    def __init__(self, *, policy: LogPolicy, seconds: float = SECONDS_MAX) -> None:
        """Know the witnesses; raises AddressMustBeSafe."""
        self._witnesses = {name: HttpWitness(trusted=w) for name, w in policy.witnesses.items() if w.url}
        for witness in self._witnesses.values():
            require_safe_address(witness.trusted.url)
        self._seconds = seconds
        self._lock = threading.Lock()
        self._seen: dict[str, int] = {}
        self._rests: dict[str, tuple[float, float]] = {}

    def cosign(self, *, note: str, proof_from: ProofFrom) -> Sequence[Cosigned]:
        """Ask all, once more where a witness has seen another tree, and return what each said."""
        signed = SignedNote.parse(note)
        size = Checkpoint.parse(signed.text).size
        with self._lock:
            awake = [
                name for name in self._witnesses if self._rests.get(name, (0.0, 0.0))[0] <= time.monotonic()
            ]
            said = self._round({name: self._seen.get(name, 0) for name in awake}, signed, size, proof_from)
            behind = {name: word.size for name, word in said.items() if isinstance(word, SeenElsewhere)}
            said |= self._round(behind, signed, size, proof_from) if behind else {}
            return [self._told(name, said.get(name), size) for name in self._witnesses]

    def _round(
        self, sizes: Mapping[str, int], signed: SignedNote, size: int, proof_from: ProofFrom
    ) -> dict[str, str | SeenElsewhere | CortexError]:
        if not sizes:
            return {}
        proofs = {old: proof_from(old) if 0 < old < size else [] for old in set(sizes.values())}
        with ThreadPoolExecutor(max_workers=len(sizes), thread_name_prefix="witness") as pool:
            asked = {
                name: pool.submit(
                    self._witnesses[name].ask,
                    signed,
                    old_size=min(old, size),
                    proof=proofs[old],
                    seconds=self._seconds,
                )
                for name, old in sizes.items()
            }
            return {name: future.result() for name, future in asked.items()}

    def _told(self, name: str, word: str | SeenElsewhere | CortexError | None, size: int) -> Cosigned:
        if isinstance(word, str):
            self._seen[name] = size
            self._rests.pop(name, None)
            return Cosigned(witness=name, line=word)
        if isinstance(word, SeenElsewhere):
            self._seen[name] = word.size
            word = word.refusal(name, size=size)
        if word is None:
            word = WitnessMustAnswer(
                f"Witness {name}: expected an answer, got none a moment ago; it is asked again soon.",
                evidence={"object": name},
            )
        elif isinstance(word, WitnessMustAnswer):
            rest = min(REST_SECONDS_MAX, 2 * self._rests.get(name, (0.0, REST_SECONDS_MIN / 2))[1])
            self._rests[name] = (time.monotonic() + rest, rest)
        return Cosigned(witness=name, refusal=word)
