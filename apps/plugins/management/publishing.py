# SPDX-License-Identifier: Apache-2.0
"""`cortex plugin prove|pack|attest|publish`: what publishers do towards a marketplace."""

import argparse
from pathlib import Path

from apps.plugins.adapters.marketplace_client import MarketplaceClient, require_server
from apps.plugins.adapters.signing.keys import signer_of
from apps.plugins.adapters.signing.publisher_statements import sign_challenge
from apps.plugins.domain.marketplace.publishing_errors import SubmissionMustExist
from apps.plugins.services.authoring.attest_built import attest_built
from apps.plugins.services.authoring.pack_submission import pack_submission


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add them to those of `cortex plugin`."""
    prove = verbs.add_parser("prove", help="sign the challenge of a marketplace, to prove a key")
    prove.add_argument("challenge")
    prove.add_argument("--publisher", required=True, help="the namespace, such as com.example")
    pack = verbs.add_parser("pack", help="write the two files that a marketplace takes")
    pack.add_argument("folder", type=Path)
    pack.add_argument("--server", required=True, help="the marketplace that they are for, https://…")
    pack.add_argument("--out", type=Path, default=Path())
    attest = verbs.add_parser("attest", help="sign what a marketplace built; prints the attestation")
    attest.add_argument("bundle", type=Path)
    attest.add_argument("--folder", type=Path, help="compare with the sources of this folder first")
    publish = verbs.add_parser("publish", help="send a version in; with --confirm, sign what was built of it")
    publish.add_argument("folder", type=Path)
    publish.add_argument("--server", required=True, help="the marketplace, https://…")
    publish.add_argument("--token-file", type=Path, required=True, help="a file with an access token")
    publish.add_argument("--channel", default="stable", help="stable, beta or private:COMPANY")
    publish.add_argument("--confirm", metavar="SUBMISSION", help="the id of a submission that was approved")
    for each in (prove, pack, attest, publish):
        each.add_argument("--key", type=Path, required=True, help="the file of the publisher's private key")


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
