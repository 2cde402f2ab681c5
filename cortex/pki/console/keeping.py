# SPDX-License-Identifier: Apache-2.0
"""Commands on the authority itself."""

from argparse import Namespace
from typing import TextIO

from cortex.clock import now
from cortex.pki.chosen import AnyAuthority, chosen_authority, vault_authority
from cortex.pki.errors import CertificateMustBeKnown, refused
from cortex.pki.issued import Authority
from cortex.pki.local.authority import created, opened
from cortex.pki.succession import succession


def authority_of(options: Namespace) -> AnyAuthority:
    """Return the authority that the options name; raises AuthorityMustBeThere."""
    return chosen_authority(
        directory=options.directory,
        is_in_vault=options.vault,
        mount=options.vault_mount,
        role=options.vault_role,
    )


def authority_for_services(options: Namespace) -> Authority:
    """Return whom services are told to believe: with `--beside` two roots, while one replaces the other."""
    authority = authority_of(options)
    if options.beside is None:
        return authority
    return succession(successor=authority, predecessor=opened(options.beside))


def init(options: Namespace, out: TextIO) -> int:
    """Make root and issuing authority, and tell what to take away."""
    at = now().replace(microsecond=0)
    given = {"trust_domain": options.trust_domain, "identity_path": options.identity, "at": at}
    if options.vault:
        authority = vault_authority(
            directory=options.directory, mount=options.vault_mount, role=options.vault_role
        )
        authority.root.create(**given)
        authority.prepare(identity_path=options.identity, at=at)
    else:
        created(directory=options.directory, **given)
    out.write(
        f"{options.directory} holds the root of spiffe://{options.trust_domain}\n"
        f"{options.identity} opens its key: take it away from this machine, and keep a second copy\n"
    )
    return 0


def prepare(options: Namespace, out: TextIO) -> int:
    """Make the next issuing authority."""
    made = authority_of(options).prepare(identity_path=options.identity, at=now().replace(microsecond=0))
    out.write(
        f"{made.subject.rfc4514_string()} is prepared; bring it to every service with `cortex pki crl`, "
        "then let it sign with `cortex pki change-over`\n"
    )
    return 0


def change_over(options: Namespace, out: TextIO) -> int:
    """Let the newest one sign."""
    out.write(f"{authority_of(options).change_over().subject.rfc4514_string()} signs from now on\n")
    return 0


def revoke(options: Namespace, out: TextIO) -> int:
    """Take a certificate back."""
    serial = options.serial.replace(":", "").lower()
    try:
        serial = f"{int(serial, 16):x}"
    except ValueError:
        what = f"Certificate {options.serial[:64]!r}"
        raise refused(CertificateMustBeKnown, what, expected="a serial in hexadecimal") from None
    revoked = authority_of(options).revoke(serial=serial, at=now().replace(microsecond=0))
    out.write(
        f"{revoked.serial} {revoked.spiffe_id} is revoked; "
        "bring the list to every server with `cortex pki crl`\n"
    )
    return 0


def list_issued(options: Namespace, out: TextIO) -> int:
    """List the register."""
    at = now()
    for each in authority_of(options).issued():
        state = "revoked" if each.revoked_at else "ended" if each.ends_at <= at else "valid"
        out.write(f"{each.serial:>40}  {state:7}  {each.ends_at:%Y-%m-%dT%H:%M:%SZ}  {each.spiffe_id}\n")
    return 0
