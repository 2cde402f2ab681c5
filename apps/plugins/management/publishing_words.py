# SPDX-License-Identifier: Apache-2.0
"""The words of `cortex plugin prove|pack|attest|publish`; what they do is loaded when one is typed."""

import argparse
from pathlib import Path


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
