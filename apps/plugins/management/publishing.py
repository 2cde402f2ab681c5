# SPDX-License-Identifier: Apache-2.0
"""`cortex plugin prove|pack|attest|publish`: what publishers do towards a marketplace."""

import argparse

from apps.plugins.adapters.marketplace_client import MarketplaceClient, require_server
from apps.plugins.adapters.signing.keys import signer_of
from apps.plugins.adapters.signing.publisher_statements import sign_challenge
from apps.plugins.domain.marketplace.publishing_errors import SubmissionMustExist
from apps.plugins.services.authoring.attest_built import attest_built
from apps.plugins.services.authoring.pack_submission import pack_submission


def prove(options: argparse.Namespace) -> list[str]:
    """Return the signed challenge."""
    signer = signer_of(options.key)
    return [sign_challenge(namespace=options.publisher, challenge=options.challenge, signer=signer)]


def pack(options: argparse.Namespace) -> list[str]:
    """Write archive and statement, and return their paths."""
    packed = pack_submission(sources=options.folder, key=options.key, origin=require_server(options.server))
    name = f"{packed.manifest.id}-{packed.manifest.version}"
    archive, statement = options.out / f"{name}.sources.zip", options.out / f"{name}.statement.json"
    archive.write_bytes(packed.archive)
    statement.write_text(packed.statement)
    return [str(archive), str(statement)]


def attest(options: argparse.Namespace) -> list[str]:
    """Return the attestation."""
    bundle = options.bundle.read_bytes()
    return [attest_built(untrusted_bundle=bundle, key=options.key, sources=options.folder)]


def publish(options: argparse.Namespace) -> list[str]:
    """Send the folder in, or confirm what was built of it; return how far it is."""
    server = require_server(options.server)
    client = MarketplaceClient(server=server, token=options.token_file.read_text().strip())
    if options.confirm is None:
        packed = pack_submission(sources=options.folder, key=options.key, origin=server)
        sent = client.submit(archive=packed.archive, statement=packed.statement, channel=options.channel)
        return [
            f"{sent.get('id')} {sent.get('state')}",
            f"{server}/marketplace/mine/submissions/{sent.get('id')}/",
        ]
    _require_id(options.confirm)
    bundle = client.built(submission=options.confirm)
    told = attest_built(untrusted_bundle=bundle, key=options.key, sources=options.folder)
    confirmed = client.confirm(submission=options.confirm, attestation=told)
    return [f"{confirmed.get('id')} {confirmed.get('state')}"]


def _require_id(text: str) -> None:
    """Refuse what would lead to another path of the server."""
    if not text.replace("-", "").isalnum() or not text.isascii():
        raise SubmissionMustExist(f"Submission {ascii(text)[:80]}: expected the id that publishing printed.")
