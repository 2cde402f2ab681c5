# SPDX-License-Identifier: Apache-2.0
"""The root's key: sealed with age for an identity that is kept elsewhere, opened for one signature."""

from pathlib import Path

import pyrage

from cortex.pki.errors import IdentityMustStayOutside, RootKeyMustBeOpened, refused
from cortex.pki.keys import PrivateKey, key_of, key_pem
from cortex.secrets.sealed.private_file import read_private, replace_private

_HEADING = "# An identity of age: it opens the key of a root authority. Keep it off this machine.\n"


def seal_root_key(*, key: PrivateKey, path: Path, identity_path: Path) -> None:
    """Write the key sealed for the identity, which is made unless it is there.

    Raises: IdentityMustStayOutside, RootKeyMustBeOpened, FileMustBePrivate.
    """
    if identity_path.resolve().is_relative_to(path.parent.resolve()):
        raise refused(
            IdentityMustStayOutside,
            str(identity_path),
            expected=f"a place outside of {path.parent}",
            remedy="Write it to a medium that you can take away.",
        )
    if not identity_path.exists():
        replace_private(identity_path, f"{_HEADING}{pyrage.x25519.Identity.generate()}\n".encode())
    replace_private(path, pyrage.encrypt(key_pem(key), [_identity(identity_path).to_public()]))


def open_root_key(*, path: Path, identity_path: Path) -> PrivateKey:
    """Return the root's key; raises RootKeyMustBeOpened, FileMustBePrivate."""
    sealed, identity = read_private(path), _identity(identity_path)
    try:
        return key_of(pyrage.decrypt(sealed, [identity]))
    except pyrage.DecryptError:
        raise _refused(identity_path) from None


def _identity(path: Path) -> pyrage.x25519.Identity:
    lines = read_private(path).decode(errors="replace").splitlines()
    try:
        (identity,) = [
            pyrage.x25519.Identity.from_str(line.strip())
            for line in lines
            if line.strip() and not line.startswith("#")
        ]
    except (pyrage.IdentityError, ValueError):
        # Not chained: its words may hold the line.
        raise _refused(path) from None
    return identity


def _refused(identity_path: Path) -> Exception:
    return refused(
        RootKeyMustBeOpened, str(identity_path), expected="the identity that the root's key is sealed for"
    )
