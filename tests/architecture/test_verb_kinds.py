# SPDX-License-Identifier: Apache-2.0
"""Every verb of a leaf says whether it makes, changes or only tells something, as the documents do."""

import re
from collections.abc import Mapping
from pathlib import Path

from apps.audit.domain.verb_kinds import CHANGES, CREATES, FIXES, HAPPENS
from cortex.policy.actions import find_action
from cortex.ports.approvals import all_kinds
from cortex.ports.logged_objects import all_logged_objects
from tests.architecture.verbs import verbs_of_leaves, words_like_verbs

DOCUMENT = Path(__file__).parents[2] / "docs" / "audit.md"
KINDS: Mapping[str, frozenset[str]] = {
    "makes it": CREATES,
    "changes or removes it": CHANGES,
    "fixes it for ever": FIXES,
    "tells what happened": HAPPENS,
}
ALL = frozenset[str]().union(*KINDS.values())
# Words of this form that are something else: modules, tasks and settings of other programs besides.
NO_VERBS = {
    "accounting.books.import": "a kind of job",
    "auto.offset.reset": "Kafka",
    "celery.app.trace": "a logger",
    "celery.worker.strategy": "a logger",
    "enable.auto.commit": "Kafka",
    "enable.partition.eof": "Kafka",
    "message.timeout.ms": "Kafka",
    "programs.authorization.ended_": "the beginning of verbs",
    "attestation.dsse.json": "a file",
    "manifest.schema.json": "a file",
    "root.crl.pem": "a file",
    "root.key.age": "a file",
    "sbom.cdx.json": "a file",
    "session.timeout.ms": "Kafka",
    "socket.timeout.ms": "Kafka",
    "ssl.ca.location": "Kafka",
}


class TestEveryVerb:
    def test_is_of_one_kind(self) -> None:
        assert sum(map(len, KINDS.values())) == len(ALL)

    def test_that_a_leaf_is_given_has_a_kind(self) -> None:
        missing = {verb: module for verb, module in verbs_of_leaves().items() if verb not in ALL}
        assert missing == {}

    def test_that_stands_anywhere_in_the_sources_has_a_kind(self) -> None:
        """A word that looks like one is an action, a kind of proposal, or a verb with a kind."""
        kinds = {kind.name for kind in all_kinds()}
        unknown = {
            word: module
            for word, module in words_like_verbs().items()
            if word not in {*ALL, *NO_VERBS, *kinds} and find_action(word) is None
        }
        assert unknown == {}

    def test_of_the_table_stands_in_the_sources(self) -> None:
        words = words_like_verbs().keys() | verbs_of_leaves().keys()
        put_together = {verb for verb in ALL - words if not verb.startswith("programs.authorization.ended_")}
        assert put_together == {"identity.passkey.removed", "identity.totp.removed"}

    def test_has_its_kind_in_the_documents(self) -> None:
        document = DOCUMENT.read_text(encoding="utf-8")
        for kind, verbs in KINDS.items():
            (row,) = re.findall(rf"^\| {kind} \|.*$", document, re.MULTILINE)
            assert set(re.findall(r"`([a-z_]+\.[a-z_]+\.[a-z_]+)`", row)) == verbs, kind


def test_every_object_with_a_digest_is_compared_each_night() -> None:
    """What the documents say a digest is taken of, and what rooms show to the comparison, is the same."""
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text[text.index("| object | of | not of |") :].partition("\n\n")[0]
    told = {name for row in table.splitlines() for name in re.findall(r"`([a-z_.]+)`", row.split("|")[1])}
    shown = [*all_logged_objects(of_platform=True), *all_logged_objects(of_platform=False)]
    assert told == {kind.object_type for kind in shown}
