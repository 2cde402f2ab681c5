# SPDX-License-Identifier: Apache-2.0
"""The log in tests: leaves to integrate, a signer with a key of its own, and the tree as it is stored."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pymerkle import InmemoryTree

from apps.audit.adapters.tree.state import LEASE
from apps.audit.domain.merkle.verification import verify_consistency
from apps.audit.domain.note.algorithms import ED25519
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.note.signing import signature_line
from apps.audit.domain.publishing import Cosigned, ProofFrom
from apps.audit.services.integrate_leaves import BATCH, integrate_leaves
from apps.audit.services.publish_checkpoint import publish_checkpoint
from apps.audit.services.seal_tree import seal_tree
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.events.leases import Lease, claim_lease, release_lease
from cortex.ids import uuid7
from cortex.ports import registry
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.tenancy.scope import scope

ORIGIN = "cortex.example/log"
LEAVES = """
SELECT l.leaf_index, coalesce(l.body, e.body), l.entry_id, l.company_id, l.company_index
  FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.leaf_index
"""


def append(company_id: UUID | None, count: int = 1, *, object_id: UUID | None = None) -> None:
    """Append leaves of a verb, as a business transaction does, in the open one or in one of its own."""
    record = AuditRecord(verb="testing.do", object_type="testing.thing", object_id=object_id or uuid7())
    with scope([company_id] if company_id else []):
        transactional(registry.get(AuditLog).append)(
            company_id=company_id, actor=Principal.service("console"), records=[record] * count
        )


def claimed() -> Lease:
    """Return the integrator's lease."""
    lease = claim_lease(name=LEASE)
    assert lease is not None
    return lease


def integrate_and_seal(*, batch: int = BATCH) -> int:
    """Take in all that is committed, and return the size of the sealed tree."""
    lease = claimed()
    while integrate_leaves(lease=lease, batch=batch).has_more:
        pass
    size = seal_tree(lease=lease)
    release_lease(lease)
    return size


@dataclass(frozen=True)
class StoredLeaf:
    """A leaf as a superuser finds it."""

    index: int
    body: bytes
    entry_id: int | None
    company_id: UUID | None
    company_index: int | None


def stored_leaves(dsn: str) -> list[StoredLeaf]:
    """Return the whole log in order."""
    with psycopg.connect(dsn) as admin:
        return [StoredLeaf(row[0], bytes(row[1]), *row[2:]) for row in admin.execute(LEAVES).fetchall()]


def oracle_root(bodies: Sequence[bytes]) -> bytes:
    """Return the root that pymerkle finds; the root over nothing is SHA-256 of nothing."""
    tree: Any = InmemoryTree(algorithm="sha256")
    for body in bodies:
        tree.append_entry(body)
    root: bytes = tree.get_root() if bodies else hashlib.sha256(b"").digest()
    return root


@dataclass
class LocalSigner:
    """Signs what continues what it signed before, as the real one does in a process of its own."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    size: int = 0
    root: bytes = b""
    refusal: CortexError | None = None

    def sign(self, *, size: int, root: bytes, published: int, proof_from: ProofFrom) -> str:
        if self.refusal is not None:
            raise self.refusal
        if self.size:
            verify_consistency(
                old_size=self.size,
                new_size=size,
                old_root=self.root,
                new_root=root,
                proof=proof_from(self.size),
            )
        self.size, self.root = size, root
        return _signed(self.key, Checkpoint(origin=ORIGIN, size=size, root=root).text)


def _signed(key: Ed25519PrivateKey, text: str) -> str:
    known = VerifierKey(name=ORIGIN, kind=ED25519, public=key.public_key().public_bytes_raw())
    return SignedNote(text, (signature_line(key=known, text=text, sign=key.sign),)).whole


@dataclass
class LocalWitnesses:
    """Say what they are told to say, and remember what they saw."""

    words: dict[str, CortexError | None] = field(default_factory=lambda: {"tower": None})
    seen: list[str] = field(default_factory=list)

    def cosign(self, *, note: str, proof_from: ProofFrom) -> Sequence[Cosigned]:
        self.seen.append(note)
        return [
            Cosigned(witness=name, line="" if word else f"— {name} c2lnbmVk\n", refusal=word)
            for name, word in self.words.items()
        ]


@dataclass
class SigningLog:
    """Seals and signs the log when it is told to, and tells the keys to verify it with."""

    signer: LocalSigner = field(default_factory=LocalSigner)

    def text(self) -> str:
        """Return the file of trusted keys."""
        public = self.signer.key.public_key().public_bytes_raw()
        return f"log {VerifierKey(name=ORIGIN, kind=ED25519, public=public).text}\nquorum none\n"

    def sign(self) -> int:
        """Sign all that is committed, and return the size of the tree."""
        size = integrate_and_seal()
        lease = claimed()
        publish_checkpoint(lease=lease, size=size, signer=self.signer, witnesses=LocalWitnesses(words={}))
        release_lease(lease)
        return size
