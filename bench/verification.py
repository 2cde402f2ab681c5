# SPDX-License-Identifier: Apache-2.0
"""V1: how long an auditor waits for the verdict on a whole log."""

import hashlib
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from apps.audit.adapters.verifier_file import verifier_source
from apps.audit.domain.archive.container import write_container
from apps.audit.domain.archive.frame import Frame
from apps.audit.domain.archive.whole_log import log_files
from apps.audit.domain.merkle.frontier import Frontier
from apps.audit.domain.merkle.hashes import leaf_hash, tree_root
from bench.report import table
from cortex.canonical_json import canonical_json

LEAVES, COMPANIES, SEALED_EVERY, RUNS = 1_000_000, 50, 10_000, 3
RATE_TARGET = 350_000
ORIGIN = "bench.example/log"
_WHAT = f"""A whole log of {LEAVES:,} leaves of verbs of {COMPANIES} companies, with heads and `heads` after
each {SEALED_EVERY:,}. `verify.py` runs as an auditor starts it, alone and isolated: it checks every byte
of the archive, computes the whole tree, each company's own, and every head. The best of {RUNS} runs.
"""


def written(*, say: Callable[[str], None]) -> str:
    """Return the part as Markdown."""
    with tempfile.TemporaryDirectory() as place:
        say(f"a log of {LEAVES:,} leaves")
        leaves, size = _archive(Path(place))
        say("verifying it")
        seconds = min(_verified(Path(place)) for _ in range(RUNS))
    rate = leaves / seconds
    return "\n".join(
        [
            "## Verification offline\n",
            _WHAT,
            table(
                ("leaves, heads included", "archive MB", "seconds", "leaves/s"),
                [(f"{leaves:,}", f"{size / 1e6:,.0f}", f"{seconds:.2f}", f"{rate:,.0f}")],
            ),
            table(
                ("target", "reached", ""),
                [
                    (
                        f"≥ {RATE_TARGET:,} leaves/s",
                        f"{rate:,.0f}",
                        "met" if rate >= RATE_TARGET else "not met",
                    )
                ],
            ),
        ]
    )


def _archive(place: Path) -> tuple[int, int]:
    """Write archive, keys and verifier; return how many leaves there are, and the archive's bytes."""
    key, bodies = Ed25519PrivateKey.from_private_bytes(bytes(32)), list(_bodies())
    tree = Frontier()
    tree.append(leaf_hashes=[leaf_hash(body) for body in bodies])
    text = f"{ORIGIN}\n{tree.size}\n{b64encode(tree.root()).decode()}\n".encode()
    public = b"\x01" + key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(ORIGIN.encode() + b"\n" + public).digest()[:4]
    line = f"\u2014 {ORIGIN} {b64encode(key_id + key.sign(text)).decode()}\n"
    frame = Frame(ORIGIN, tree.size, text + b"\n" + line.encode(), verifier_source())
    with (place / "log.zip").open("wb") as out:
        write_container(out=out, files=log_files(frame=frame, bodies=bodies))
    keys = f"log {ORIGIN}+{key_id.hex()}+{b64encode(public).decode()}\nquorum none\n"
    (place / "keys").write_text(keys)
    (place / "verify.py").write_bytes(verifier_source())
    return tree.size, (place / "log.zip").stat().st_size


def _bodies() -> Iterator[bytes]:
    companies = [UUID(int=number << 100) for number in range(1, COMPANIES + 1)]
    trees = {company: Frontier() for company in companies}
    for first in range(0, LEAVES, SEALED_EVERY):
        own: dict[UUID, list[bytes]] = {company: [] for company in companies}
        for number in range(first, min(first + SEALED_EVERY, LEAVES)):
            company = companies[number % COMPANIES]
            body = _body(company, number)
            own[company].append(leaf_hash(body))
            yield body
        heads = []
        for company, hashes in own.items():
            trees[company].append(leaf_hashes=hashes)
            head = {
                "company": str(company),
                "count": trees[company].size,
                "root": trees[company].root().hex(),
            }
            heads.append(canonical_json({"v": 1, "head": head}))
        yield from heads
        root = tree_root(hashes=[leaf_hash(head) for head in heads]).hex()
        yield canonical_json({"v": 1, "heads": {"companies": COMPANIES, "root": root}})


def _body(company: UUID, number: int) -> bytes:
    leaf = {
        "v": 1,
        "id": str(UUID(int=number + 1)),
        "company": str(company),
        "actor": f"user:{UUID(int=number % 40)}",
        "verb": "accounting.journal_entry.post",
        "object": {"type": "accounting.journal_entry", "id": str(UUID(int=number << 60))},
        "digest": hashlib.sha256(b"%d" % number).hexdigest(),
        "commitments": {},
        "counts_on": "2026-01-01",
    }
    return canonical_json(leaf)


def _verified(place: Path) -> float:
    command = [sys.executable, "-I", "-S", "verify.py", "log.zip", "--log-key", "keys"]
    begun = time.perf_counter()
    subprocess.run(command, cwd=place, env={}, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun
