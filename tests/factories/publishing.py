# SPDX-License-Identifier: Apache-2.0
"""A marketplace with its people: Paula publishes, Rita reviews, Dana confirms and releases."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from securesystemslib.signer import CryptoSigner

from apps.plugins.adapters.signing.keys import public_text
from apps.plugins.adapters.signing.publisher_statements import sign_challenge, sign_submission
from apps.plugins.adapters.signing.signed_bundle import add_signature, unsigned_bundle
from apps.plugins.domain.bundle import ATTESTATION, BILL, COMPONENT, MANIFEST, unpack_bundle
from apps.plugins.domain.marketplace.checklist import POINTS, Point
from apps.plugins.domain.marketplace.checks import NAMES, Checked, CheckResult, failed, passed
from apps.plugins.domain.marketplace.source_archive import pack_sources
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import Publisher, Release, ReviewRun, Submission, SubmissionFile
from apps.plugins.selectors.marketplace.submissions import file_of
from apps.plugins.services.marketplace import run_review as running
from apps.plugins.services.marketplace.add_publisher_key import add_publisher_key
from apps.plugins.services.marketplace.claim_namespace import claim_namespace
from apps.plugins.services.marketplace.confirm_namespace import confirm_namespace
from apps.plugins.services.marketplace.confirm_submission import confirm_submission
from apps.plugins.services.marketplace.decide_submission import approve_submission
from apps.plugins.services.marketplace.release_submission import release_submission
from apps.plugins.services.marketplace.submit_plugin import SentIn, submit_plugin
from apps.plugins.services.marketplace.verify_publisher_key import verify_publisher_key
from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.ports.principal import Principal
from tests.factories.people import just_signed_in, person

NAMESPACE = "com.example"
TICKED = {name: Point(is_ticked=True) for name in POINTS}
SOURCES: Mapping[str, bytes] = {
    "plugin.py": b"from cortex_sdk import handler\n\n\n@handler\ndef on_posted(event, context):\n    ...\n"
}
_MANIFEST = """\
format: 1
id: {plugin_id}
version: {version}
cortex: ">=0.1.0"
name: {name}
description: {description}
publisher: {publisher}
licence: {licence}
support: mailto:support@example.com
entry_points:
  events:
    accounting.journal_entry.posted.v1: on_posted
"""


def manifest_text(**given: str) -> bytes:
    """Return a manifest with some of its members written otherwise."""
    told = {
        "plugin_id": "com.example.guard",
        "version": "1.0.0",
        "name": "Guard",
        "description": "Looks at entries.",
        "publisher": NAMESPACE,
        "licence": "MIT",
    }
    return _MANIFEST.format(**{**told, **given}).encode()


def signer(number: int) -> CryptoSigner:
    """Return the signer with this number, the same at every run."""
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


def key_text(number: int) -> str:
    """Return the public half as publishers hand it in."""
    return public_text(signer(number).public_key)


@dataclass
class Market:
    """The people of a marketplace, and its verbs with what they usually say."""

    paula: User = field(default_factory=lambda: person("paula"))
    rita: User = field(default_factory=lambda: reviewer("rita"))
    dana: User = field(default_factory=lambda: administrator("dana"))

    def publisher(self, *, namespace: str = NAMESPACE, key: int = 1, owner: User | None = None) -> Publisher:
        """Let a publisher have a confirmed namespace and a proved key."""
        by = just_signed_in(owner or self.paula)
        claim_namespace(
            namespace=namespace, name="Example", contact="mailto:plugins@example.com", claimed_by=by
        )
        self.prove(namespace=namespace, key=key, by=by)
        return confirm_namespace(
            namespace=namespace, seen="DNS shows their record.", confirmed_by=just_signed_in(self.dana)
        )

    def prove(self, *, namespace: str, key: int, by: Principal) -> None:
        """Name a key and sign its challenge."""
        row = add_publisher_key(namespace=namespace, public_key=key_text(key), added_by=by)
        told = sign_challenge(namespace=namespace, challenge=row.challenge, signer=signer(key))
        verify_publisher_key(namespace=namespace, keyid=row.keyid, statement=told, verified_by=by)

    def submit(
        self,
        *,
        manifest: bytes | None = None,
        sources: Mapping[str, bytes] = SOURCES,
        key: int = 1,
        channel: str = "stable",
        owner: User | None = None,
    ) -> Submission:
        """Send a version in."""
        sent = sent_in(manifest=manifest or manifest_text(), sources=sources, key=key, channel=channel)
        return submit_plugin(sent=sent, submitted_by=just_signed_in(owner or self.paula))

    def checked(self, row: Submission, *, failing: str = "", component: bytes = b"\0asm") -> Submission:
        """Let the checks of a submission end, with a component that was built elsewhere, or a few bytes."""
        return with_checks(row, failing=failing, component=component)

    def approve(self, row: Submission) -> Submission:
        """Let Rita approve."""
        return approve_submission(
            submission_id=row.id, checklist=TICKED, approved_by=just_signed_in(self.rita)
        )

    def confirm(self, row: Submission, *, key: int = 1) -> Submission:
        """Let Paula sign what was built."""
        return confirm_submission(
            submission_id=row.id, attestation=attested(row, key=key), confirmed_by=just_signed_in(self.paula)
        )

    def release(self, row: Submission) -> Release:
        """Let Dana release."""
        return release_submission(submission_id=row.id, released_by=just_signed_in(self.dana))

    def released(self, *, is_out: bool = True, channel: str = "stable", **manifest: str) -> Release:
        """Take a version all the way; `is_out` says that the repository has it."""
        row = self.checked(self.submit(manifest=manifest_text(**manifest), channel=channel))
        self.approve(row)
        self.confirm(row)
        release = self.release(row)
        if is_out:
            put_out(release)
        return release


def reviewer(name: str) -> User:
    """Create a reviewer of plugins."""
    return _with(person(name), is_plugin_reviewer=True)


def administrator(name: str) -> User:
    """Create a platform administrator."""
    return _with(person(name), is_superuser=True)


def _with(user: User, **roles: bool) -> User:
    User.objects.filter(id=user.id).update(**roles)
    user.refresh_from_db()
    return user


def sent_in(*, manifest: bytes, sources: Mapping[str, bytes], key: int, channel: str = "stable") -> SentIn:
    """Return what a publisher's command sends."""
    archive = pack_sources(manifest=manifest, sources=sources)
    told = sign_submission(
        manifest=read_manifest(manifest),
        archive=archive,
        origin=settings.TOKEN_AUDIENCE,
        signer=signer(key),
    )
    return SentIn(archive=archive, statement=told, channel=channel)


@transactional
def with_checks(row: Submission, *, failing: str = "", component: bytes = b"\0asm") -> Submission:
    """End the run of a submission as its worker does, with what would have been found."""
    run = ReviewRun.objects.filter(submission=row).latest("id")
    claimed = running._claimed(run.id, run.id)
    assert claimed is not None
    members = {MANIFEST: row.manifest_text.encode(), COMPONENT: component, BILL: b"{}"}
    results: list[CheckResult] = [
        failed(name, "It is wrong.") if name == failing else passed(name, "It is fine.") for name in NAMES
    ]
    bundle = None if failing else unsigned_bundle(members=members)
    running._keep(claimed, Checked(results=results, bundle=bundle))
    row.refresh_from_db()
    return row


def attested(row: Submission, *, key: int) -> str:
    """Return the envelope of the built bundle with a signature."""
    built = file_of(submission=row, kind=SubmissionFile.Kind.BUILT)
    assert built is not None
    signed = add_signature(untrusted_bundle=built, signer=signer(key))
    return unpack_bundle(signed)[ATTESTATION].decode()


@transactional
def put_out(release: Release) -> None:
    """Say that the repository has the release."""
    Release.objects.filter(id=release.id).update(published_at=release.released_at)
    release.refresh_from_db()


def json_of(text: str) -> Any:
    """Return what a text of JSON holds."""
    return json.loads(text)
