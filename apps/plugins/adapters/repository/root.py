# SPDX-License-Identifier: Apache-2.0
"""The root: whose keys sign what. Made and signed offline, by as many people as its threshold says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import CryptoSigner, Key, SSlibKey
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from apps.plugins.adapters.repository.distinct_keys import key_of, public_half, require_distinct
from apps.plugins.domain.marketplace.errors import KeysMustDiffer, RootMustBeSigned, RootMustBeWellFormed
from apps.plugins.domain.marketplace.names import ROOT, TOP_LEVEL
from apps.plugins.domain.marketplace.signing import ONLINE_ROLES

ROOT_BYTES_MAX = 512_000


@dataclass(frozen=True, slots=True)
class Signed:
    """How many different keys signed, and how many must."""

    by: tuple[str, ...]
    threshold: int

    @property
    def is_enough(self) -> bool:
        """Return whether the threshold is met."""
        return len(self.by) >= self.threshold


def new_root(
    *, root_keys: Sequence[Key], threshold: int, online: Mapping[str, str], expires: datetime
) -> Metadata[Root]:
    """Return a first root without signatures; `online` are public halves by role. Raises KeysMustDiffer."""
    root = Root(expires=expires, consistent_snapshot=True)
    if len({public_half(key) for key in root_keys}) != len(root_keys):
        raise KeysMustDiffer(
            "Root: expected different keys, got one twice. It would count once.", evidence={"object": ROOT}
        )
    for key in root_keys:
        root.add_key(_plain(key), ROOT)
    root.roles[ROOT].threshold = threshold
    _name_online(root, online)
    return _checked(Metadata(root))


def next_root(
    former: Metadata[Root],
    *,
    added: Sequence[Key] = (),
    removed: Sequence[str] = (),
    online: Mapping[str, str],
    expires: datetime,
) -> Metadata[Root]:
    """Return the following root without signatures: other root keys, other online keys, or a later end.

    Raises: KeysMustDiffer, RootMustBeWellFormed for a key that is not there.
    """
    root: Root = Root.from_dict(former.signed.to_dict())
    root.version, root.expires = former.signed.version + 1, expires
    for keyid in removed:
        if keyid not in root.roles[ROOT].keyids:
            raise _no_root(f"a root key {keyid[:16]} to remove", "none")
        root.revoke_key(keyid, ROOT)
    for key in added:
        root.add_key(_plain(key), ROOT)
    _name_online(root, online)
    return _checked(Metadata(root))


def read_root(untrusted: bytes) -> Metadata[Root]:
    """Return a root that is well formed; whether enough people signed it is another question.

    Raises: RootMustBeWellFormed, KeysMustDiffer.
    """
    if len(untrusted) > ROOT_BYTES_MAX:
        raise _no_root(f"at most {ROOT_BYTES_MAX} bytes", str(len(untrusted)))
    try:
        metadata = Metadata[Root].from_bytes(untrusted)
    except (RepositoryError, ValueError, KeyError, TypeError, RecursionError):
        raise _no_root("a root", "something else") from None
    if not isinstance(metadata.signed, Root):
        raise _no_root("a root", "other metadata")
    return _checked(metadata)


def sign_root(metadata: Metadata[Root], *, signer: CryptoSigner, former: Root | None = None) -> None:
    """Add a signature to those that are there; raises RootMustBeWellFormed for a key that is not named."""
    named = {keyid for root in (metadata.signed, former) if root for keyid in root.roles[ROOT].keyids}
    if signer.public_key.keyid not in named:
        raise _no_root("a key that this root names, or the one before with --former", "another key")
    # Without `append` the library would replace what others signed.
    metadata.sign(signer, append=True)


def signed_by(metadata: Metadata[Root], *, root: Root) -> Signed:
    """Return which different root keys of `root` signed this one; a key counts once, under whatever id."""
    role, found = root.roles[ROOT], {}
    for keyid in role.keyids:
        key, signature = root.keys[keyid], metadata.signatures.get(keyid)
        if signature is None:
            continue
        try:
            key.verify_signature(signature, metadata.signed_bytes)
        except UnverifiedSignatureError:
            continue
        found[public_half(key)] = keyid
    return Signed(tuple(sorted(found.values())), role.threshold)


def require_root(untrusted: bytes, *, former: Root | None) -> Metadata[Root]:
    """Return a root that enough of its own keys signed, and of the one before; raises RootMustBeSigned."""
    metadata = read_root(untrusted)
    for root, whose in ((metadata.signed, "its own"), (former, "the former root's")):
        if root is None:
            continue
        signed = signed_by(metadata, root=root)
        if not signed.is_enough:
            raise RootMustBeSigned(
                f"Root {metadata.signed.version}: expected {signed.threshold} signatures of {whose} keys, "
                f"got {len(signed.by)}. Let more of the holders run `cortex marketplace root sign`.",
                evidence={"object": ROOT, "expected": signed.threshold, "got": len(signed.by)},
            )
    return metadata


def _name_online(root: Root, online: Mapping[str, str]) -> None:
    """Let one key each sign the other roles; none of them is a root key."""
    for name in ONLINE_ROLES:
        if name not in online:
            continue
        for keyid in list(root.roles[name].keyids):
            root.revoke_key(keyid, name)
        try:
            root.add_key(key_of(online[name]), name)
        except ValueError:
            raise _no_root(f"a public key of 32 bytes for {name}", "another text") from None


def _checked(metadata: Metadata[Root]) -> Metadata[Root]:
    root = metadata.signed
    require_distinct(root)
    if not root.consistent_snapshot or any(not root.roles[name].keyids for name in TOP_LEVEL):
        raise _no_root("consistent snapshots, and a key for each role", "less")
    if any(key.keytype != "ed25519" or key.scheme != "ed25519" for key in root.keys.values()):
        raise _no_root("keys of Ed25519", "others")
    offline = set(root.roles[ROOT].keyids)
    if any(offline & set(root.roles[name].keyids) for name in ONLINE_ROLES):
        raise KeysMustDiffer(
            "Root: expected keys of the root that sign nothing else, got one that signs online.",
            evidence={"object": ROOT, "expected": "offline keys", "got": "an online key"},
        )
    if root.roles[ROOT].threshold < 2:
        raise _no_root("a threshold of 2 or more", str(root.roles[ROOT].threshold))
    return metadata


def _plain(key: Key) -> SSlibKey:
    """Return the key under the id that follows from it."""
    return key_of(public_half(key))


def _no_root(expected: str, got: str) -> RootMustBeWellFormed:
    return RootMustBeWellFormed(
        f"Root: expected {expected}, got {got}.", evidence={"object": ROOT, "expected": expected, "got": got}
    )
