# SPDX-License-Identifier: Apache-2.0
"""Publish a sealed tree: the signer signs it, the witnesses cosign it, and both are stored."""

from collections.abc import Sequence

import structlog
from django.conf import settings

from apps.audit.adapters.tree.checkpoints import (
    StoredCheckpoint,
    newest_checkpoint,
    store_checkpoint,
    store_cosignatures,
)
from apps.audit.adapters.tree.state import locked_state, store_state
from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.merkle.proofs import consistency_proof, root_at
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.publishing import Cosigned, ProofFrom, Signer, Witnesses
from cortex.database.service_role import service_transaction
from cortex.events.leases import Lease

_log = structlog.get_logger(__name__)


def publish_checkpoint(*, lease: Lease, size: int, signer: Signer, witnesses: Witnesses) -> str:
    """Return the note of the sealed tree of this size, signed now unless it was before.

    Witnesses are asked until each has cosigned the newest tree; one that is silent holds nothing up.
    Raises: LeaseMustBeHeld; what the signer says when it does not answer or refuses.
    """
    prove = _proofs_to(size)
    stored, cosigned_size = _published(lease)
    if stored is None or stored.size < size:
        stored = _signed(lease, signer, size, prove, published=_published_size(stored))
    if cosigned_size < stored.size:
        said = witnesses.cosign(note=stored.note, proof_from=prove)
        _keep_cosignatures(lease, stored.size, said)
    return stored.note


def _proofs_to(size: int) -> ProofFrom:
    def prove(old_size: int) -> Sequence[bytes]:
        return consistency_proof(old_size=old_size, new_size=size, read=read_stored_tile)

    return prove


def _published(lease: Lease) -> tuple[StoredCheckpoint | None, int]:
    with service_transaction() as cursor:
        state = locked_state(cursor=cursor, lease=lease)
        return newest_checkpoint(cursor=cursor), state.cosigned_size


def _published_size(stored: StoredCheckpoint | None) -> int:
    """Return how much this log has published: nothing where the last checkpoint is of a log that has ended.

    After a restore behind what was signed, operators begin a log of another name over the same leaves. Its
    signer remembers nothing yet, and must not be asked to.
    """
    if stored is None:
        return 0
    origin = Checkpoint.parse(SignedNote.parse(stored.note).text).origin
    return stored.size if origin == settings.AUDIT_LOG_ORIGIN else 0


def _signed(lease: Lease, signer: Signer, size: int, prove: ProofFrom, *, published: int) -> StoredCheckpoint:
    root = root_at(tree_size=size, read=read_stored_tile)
    # Outside any transaction: the signer may have to ask a vault.
    note = signer.sign(size=size, root=root, published=published, proof_from=prove)
    checkpoint = StoredCheckpoint(size, root, note)
    with service_transaction() as cursor:
        locked_state(cursor=cursor, lease=lease)
        store_checkpoint(cursor=cursor, checkpoint=checkpoint)
    return checkpoint


def _keep_cosignatures(lease: Lease, size: int, said: Sequence[Cosigned]) -> None:
    for each in said:
        if each.refusal is not None:
            _log.warning("witness_did_not_cosign", witness=each.witness, reason=each.refusal.message)
    with service_transaction() as cursor:
        state = locked_state(cursor=cursor, lease=lease)
        store_cosignatures(
            cursor=cursor, size=size, lines={each.witness: each.line for each in said if each.line}
        )
        if all(each.line for each in said):
            state.cosigned_size = size
            store_state(cursor=cursor, lease=lease, state=state)
