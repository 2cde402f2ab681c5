# SPDX-License-Identifier: Apache-2.0
"""Namespaces are claimed once, keys are proved, and what is sent in is signed for this marketplace."""

import json
from dataclasses import replace

import pytest

from apps.plugins.adapters.signing.publisher_statements import sign_challenge, sign_submission
from apps.plugins.domain.errors import ManifestMustBeWellFormed, PluginKeyMustBeWellFormed
from apps.plugins.domain.marketplace.publishing_errors import (
    NamespaceMustBeFree,
    PublisherKeyMustBeProved,
    PublisherMustBeConfirmed,
    PublisherMustBeWellFormed,
    PublisherMustExist,
    ReleaseMustExist,
    ReportMustBeWellFormed,
    ReportsMustBeFew,
    SourceArchiveMustBeCanonical,
    SubmissionMustBeNew,
    SubmissionMustBeSigned,
    SubmissionsMustBeFew,
)
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import Publisher, Submission
from apps.plugins.services.marketplace.add_publisher_key import add_publisher_key
from apps.plugins.services.marketplace.claim_namespace import claim_namespace
from apps.plugins.services.marketplace.confirm_namespace import confirm_namespace
from apps.plugins.services.marketplace.report_problem import REPORTS_A_DAY_MAX, report_problem
from apps.plugins.services.marketplace.revoke_publisher_key import revoke_publisher_key
from apps.plugins.services.marketplace.submit_plugin import submit_plugin
from apps.plugins.services.marketplace.verify_publisher_key import verify_publisher_key
from cortex.identity.models import User
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from tests.factories.people import just_signed_in, person
from tests.factories.publishing import SOURCES, Market, key_text, manifest_text, sent_in, signer


def claim(namespace: str, by: User, **given: str) -> Publisher:
    told = {"name": "Example", "contact": "mailto:a@example.com", **given}
    return claim_namespace(namespace=namespace, claimed_by=just_signed_in(by), **told)


class TestNamespace:
    @pytest.mark.parametrize(
        "name", ["com.example", "com.examp1e", "com.example.tools", "com.exarnple", "com.ex-ample"]
    )
    def test_is_claimed_once_and_nothing_looks_like_it(self, market: Market, name: str) -> None:
        with pytest.raises(NamespaceMustBeFree):
            claim(name, person("eve"))

    def test_around_another_is_not_free(self, market: Market) -> None:
        market.publisher(namespace="org.example.tools", key=2)
        with pytest.raises(NamespaceMustBeFree):
            claim("org.example", person("eve"))

    def test_below_ones_own_is_free_and_five_are_enough(self, market: Market) -> None:
        for number in range(4):
            claim(f"com.example.part{number}x", market.paula)
        with pytest.raises(NamespaceMustBeFree):
            claim("com.example.more", market.paula)

    @pytest.mark.parametrize(
        "given",
        [
            {"name": ""},
            {"name": "Codexion\u202e"},
            {"name": "a\nb"},
            {"contact": "javascript:alert(1)"},
            {"contact": "http://example.com"},
            {"contact": "mailto:a b"},
        ],
    )
    def test_comes_with_what_people_can_read_and_reach(self, market: Market, given: dict[str, str]) -> None:
        with pytest.raises(PublisherMustBeWellFormed):
            claim("org.other", person("eve"), **given)

    def test_is_confirmed_by_somebody_else(self, market: Market) -> None:
        claim("org.dana", market.dana)
        with pytest.raises(AccessMustBeGranted):
            confirm_namespace(namespace="org.dana", seen="I know.", confirmed_by=just_signed_in(market.dana))

    def test_that_nobody_confirmed_publishes_nothing(self, market: Market) -> None:
        eve = person("eve")
        claim("org.eve", eve)
        market.prove(namespace="org.eve", key=3, by=just_signed_in(eve))
        manifest = manifest_text(plugin_id="org.eve.guard", publisher="org.eve")
        with pytest.raises(PublisherMustBeConfirmed):
            market.submit(manifest=manifest, key=3, owner=eve)


class TestKey:
    def test_counts_for_whoever_proved_it(self, market: Market) -> None:
        """Naming another's public key takes nothing from them, and gives nothing."""
        eve = person("eve")
        claim("org.eve", eve)
        row = add_publisher_key(namespace="org.eve", public_key=key_text(2), added_by=just_signed_in(eve))
        market.prove(namespace="com.example", key=2, by=just_signed_in(market.paula))
        told = sign_challenge(namespace="org.eve", challenge=row.challenge, signer=signer(2))
        with pytest.raises(PublisherKeyMustBeProved):
            verify_publisher_key(
                namespace="org.eve", keyid=row.keyid, statement=told, verified_by=just_signed_in(eve)
            )

    @pytest.mark.parametrize(
        "case", ["another key", "another namespace", "another challenge", "junk", "a bundle"]
    )
    def test_is_proved_by_its_own_challenge(self, market: Market, case: str) -> None:
        by = just_signed_in(market.paula)
        row = add_publisher_key(namespace="com.example", public_key=key_text(2), added_by=by)
        told = {
            "another key": sign_challenge(namespace="com.example", challenge=row.challenge, signer=signer(1)),
            "another namespace": sign_challenge(
                namespace="org.other", challenge=row.challenge, signer=signer(2)
            ),
            "another challenge": sign_challenge(
                namespace="com.example", challenge="0" * 64, signer=signer(2)
            ),
            "junk": "[" * 5_000,
            "a bundle": sent_in(manifest=manifest_text(), sources=SOURCES, key=2).statement,
        }[case]
        with pytest.raises(PublisherKeyMustBeProved):
            verify_publisher_key(namespace="com.example", keyid=row.keyid, statement=told, verified_by=by)

    def test_that_was_revoked_never_counts_again(self, market: Market) -> None:
        by, keyid = just_signed_in(market.paula), signer(1).public_key.keyid
        revoke_publisher_key(namespace="com.example", keyid=keyid, reason="It leaked.", revoked_by=by)
        with pytest.raises(PublisherKeyMustBeProved):
            add_publisher_key(namespace="com.example", public_key=key_text(1), added_by=by)
        with pytest.raises(SubmissionMustBeSigned):
            market.submit()

    @pytest.mark.parametrize("text", ["", "{}", "null", '{"keytype": "rsa"}', "[" * 5_000])
    def test_is_a_public_half(self, market: Market, text: str) -> None:
        with pytest.raises(PluginKeyMustBeWellFormed):
            add_publisher_key(namespace="com.example", public_key=text, added_by=just_signed_in(market.paula))

    def test_of_another_publisher_is_not_there(self, market: Market) -> None:
        with pytest.raises(PublisherMustExist):
            add_publisher_key(
                namespace="com.example", public_key=key_text(2), added_by=just_signed_in(person("eve"))
            )

    def test_is_kept_by_a_token_with_its_scope_alone(self, market: Market) -> None:
        token = replace(just_signed_in(market.paula), scopes=frozenset({"platform:write"}))
        with pytest.raises(AccessMustBeGranted):
            add_publisher_key(namespace="com.example", public_key=key_text(2), added_by=token)


class TestSubmission:
    def test_is_queued_with_its_checks(self, market: Market) -> None:
        row = market.submit(channel="private:ACME")
        assert (row.channel, row.company_code, row.runs.get().state) == ("private", "ACME", "queued")
        assert row.signed_by == signer(1).public_key.keyid

    @pytest.mark.parametrize(
        "case", ["another key", "another archive", "another marketplace", "two signatures"]
    )
    def test_is_signed_by_its_publisher_for_this_marketplace(
        self, market: Market, case: str, settings: object
    ) -> None:
        good = sent_in(manifest=manifest_text(), sources=SOURCES, key=1)
        other = sent_in(manifest=manifest_text(), sources={"plugin.py": b"evil = 1\n"}, key=1)
        elsewhere = sign_submission(
            manifest=read_manifest(manifest_text()),
            archive=good.archive,
            origin="https://other.example",
            signer=signer(1),
        )
        doubled = json.loads(good.statement)
        doubled["signatures"].append({"keyid": "0" * 64, "sig": doubled["signatures"][0]["sig"]})
        sent = {
            "another key": sent_in(manifest=manifest_text(), sources=SOURCES, key=2),
            "another archive": replace(good, archive=other.archive),
            "another marketplace": replace(good, statement=elsewhere),
            "two signatures": replace(good, statement=json.dumps(doubled)),
        }[case]
        with pytest.raises(SubmissionMustBeSigned):
            submit_plugin(sent=sent, submitted_by=just_signed_in(market.paula))
        assert not Submission.objects.exists()

    def test_counts_once_also_after_it_was_refused(self, market: Market) -> None:
        sent = sent_in(manifest=manifest_text(), sources=SOURCES, key=1)
        market.checked(submit_plugin(sent=sent, submitted_by=just_signed_in(market.paula)), failing="licence")
        with pytest.raises(SubmissionMustBeNew):
            submit_plugin(sent=sent, submitted_by=just_signed_in(market.paula))
        # The version is free again for other sources, which are another statement.
        assert market.submit(sources={"plugin.py": b"better = 1\n"}).state == "checking"

    def test_of_a_version_under_way_is_refused(self, market: Market) -> None:
        market.submit()
        with pytest.raises(SubmissionMustBeNew):
            market.submit(sources={"plugin.py": b"other = 1\n"})

    def test_of_anothers_namespace_is_refused(self, market: Market) -> None:
        with pytest.raises(PublisherMustExist):
            market.submit(owner=person("eve"))

    def test_with_a_forged_manifest_is_refused(self, market: Market) -> None:
        """An id below another publisher's namespace is no manifest at all."""
        with pytest.raises(ManifestMustBeWellFormed):
            market.submit(manifest=manifest_text(plugin_id="org.victim.guard"))

    def test_that_is_no_archive_is_refused(self, market: Market) -> None:
        sent = replace(sent_in(manifest=manifest_text(), sources=SOURCES, key=1), archive=b"PK")
        with pytest.raises(SourceArchiveMustBeCanonical):
            submit_plugin(sent=sent, submitted_by=just_signed_in(market.paula))

    def test_beyond_ten_waits(self, market: Market) -> None:
        for number in range(10):
            market.submit(manifest=manifest_text(version=f"1.0.{number}"))
        with pytest.raises(SubmissionsMustBeFew):
            market.submit(manifest=manifest_text(version="2.0.0"))


class TestReport:
    def test_is_a_persons_and_few_a_day(self, market: Market) -> None:
        release, eve = market.released(), just_signed_in(person("eve"))
        for _ in range(REPORTS_A_DAY_MAX):
            report(eve)
        with pytest.raises(ReportsMustBeFew):
            report(eve)
        report(just_signed_in(market.rita))
        assert release.reports.count() == REPORTS_A_DAY_MAX + 1

    @pytest.mark.parametrize("text", ["", "  ", "a\u202eb", "x" * 2_001, "a\x1b[2J"])
    def test_can_be_read(self, market: Market, text: str) -> None:
        market.released()
        with pytest.raises(ReportMustBeWellFormed):
            report(just_signed_in(market.rita), text=text)

    def test_about_a_private_release_finds_none(self, market: Market) -> None:
        market.released(channel="private:ACME")
        with pytest.raises(ReleaseMustExist):
            report(just_signed_in(person("eve")))


def report(by: Principal, *, text: str = "It fails.") -> None:
    report_problem(plugin_id="com.example.guard", version="1.0.0", kind="fault", text=text, reported_by=by)
