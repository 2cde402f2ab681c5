# SPDX-License-Identifier: Apache-2.0
"""Pages of the marketplace, as a visitor, a publisher and a reviewer see them."""

import hashlib
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.plugins.adapters.signing.publisher_statements import sign_challenge
from apps.plugins.models import ProblemReport, PublisherKey, Release, Submission
from apps.plugins.services.marketplace.withdraw_release import withdraw_release
from cortex.identity.models import User
from tests.factories.people import just_signed_in, person
from tests.factories.publishing import (
    SOURCES,
    Market,
    attested,
    key_text,
    manifest_text,
    put_out,
    sent_in,
    signer,
)
from tests.factories.sessions import sign_in, with_factor

EVIL = "<script>alert(1)</script>"


def at(client: Client, path: str, status: int = HTTPStatus.OK) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def signed_in(user: User) -> Client:
    return sign_in(Client(), user)


def staff(user: User) -> Client:
    User.objects.filter(id=user.id).update(is_staff=True)
    user.refresh_from_db()
    return signed_in(with_factor(user))


class TestVisitor:
    def test_finds_a_plugin_by_its_words(self, market: Market) -> None:
        market.released(name="Duplicate guard", description="Finds entries twice.")
        market.released(plugin_id="com.example.other", name="Other")
        for query, names in (
            ("twice", ["Duplicate guard"]),
            ("GUARD com.example", ["Duplicate guard"]),
            ("zzz", []),
        ):
            page = at(Client(), f"/marketplace/?q={query}")
            assert [name for name in ("Duplicate guard", ">Other<") if name in page] == names

    @pytest.mark.parametrize(("kind", "count"), [("", 1), ("events", 1), ("validators", 0), ("'; DROP", 1)])
    def test_chooses_what_it_does(self, market: Market, kind: str, count: int) -> None:
        market.released()
        answer = Client().get("/marketplace/", {"kind": kind})
        assert answer.content.decode().count("com.example.guard</span>") == count

    def test_sees_beta_only_when_asked_and_private_never(self, market: Market) -> None:
        market.released(channel="beta", plugin_id="com.example.early")
        market.released(channel="private:ACME", plugin_id="com.example.secret")
        assert "com.example.early" not in at(Client(), "/marketplace/")
        shown = at(Client(), "/marketplace/?channel=beta")
        assert "com.example.early" in shown
        assert "com.example.secret" not in shown
        for path in ("", "versions/1.0.0/", "versions/1.0.0/release.json", "versions/1.0.0/proof.zip"):
            at(Client(), f"/marketplace/plugins/com.example.secret/{path}", HTTPStatus.NOT_FOUND)

    def test_sees_nothing_before_the_repository_has_it(self, market: Market) -> None:
        release = market.released(is_out=False)
        assert "com.example.guard" not in at(Client(), "/marketplace/")
        at(Client(), "/marketplace/plugins/com.example.guard/", HTTPStatus.NOT_FOUND)
        put_out(release)
        assert "1.0.0" in at(Client(), "/marketplace/plugins/com.example.guard/")

    def test_reads_what_it_may_do_and_how_it_was_reviewed(self, market: Market) -> None:
        market.released()
        page = at(Client(), "/marketplace/plugins/com.example.guard/")
        assert "is told of the event accounting.journal_entry.posted.v1" in page
        assert page.count(">passed<") == 10
        assert f"{signer(1).public_key.keyid[:16]}…" in page
        assert "versions/1.0.0/proof.zip" in page
        assert "<script" not in page

    def test_meets_no_script_of_a_publisher(self, market: Market) -> None:
        market.released(name=EVIL[:60], description=f'"{EVIL}"')
        for path in (
            "/marketplace/",
            "/marketplace/plugins/com.example.guard/",
            "/marketplace/?q=%3Cscript%3E",
        ):
            page = at(Client(), path)
            assert "<script" not in page
            assert "alert(1)" not in page or "&lt;script&gt;" in page

    def test_holds_the_document_against_the_leaf(self, market: Market) -> None:
        from apps.audit.models import AuditEntry

        release = market.released()
        path = "/marketplace/plugins/com.example.guard/versions/1.0.0/release.json"
        digest = hashlib.sha256(Client().get(path).content).hexdigest()
        leaf = AuditEntry.objects.using("default").filter(object_id=release.id)
        assert leaf.exists() is False or digest in str(leaf.first().body)  # type: ignore[union-attr]
        withdrawn(release, market)
        assert hashlib.sha256(Client().get(path).content).hexdigest() == digest

    def test_is_told_why_a_version_was_withdrawn(self, market: Market) -> None:
        withdrawn(market.released(), market)
        assert "com.example.guard" not in at(Client(), "/marketplace/")
        page = at(Client(), "/marketplace/plugins/com.example.guard/")
        assert "Revoked: it must not run any more." in page
        assert "It sends too much." in page

    def test_sees_a_confirmed_publisher_alone(self, market: Market) -> None:
        market.released()
        page = at(Client(), "/marketplace/publishers/com.example/")
        assert signer(1).public_key.keyid in page
        at(Client(), "/marketplace/publishers/org.nowhere/", HTTPStatus.NOT_FOUND)

    @pytest.mark.parametrize("page", ["0", "-1", "x", "999999", "\uff11", "1e3"])
    def test_asks_for_any_page(self, market: Market, page: str) -> None:
        at(Client(), f"/marketplace/?page={page}")

    @pytest.mark.parametrize(
        "path", ["mine/", "mine/submit/", "plugins/com.example.guard/versions/1.0.0/report/"]
    )
    def test_signs_in_to_do_something(self, market: Market, path: str) -> None:
        market.released()
        answer = Client().get(f"/marketplace/{path}")
        assert (answer.status_code, "/accounts/login/" in answer["Location"]) == (HTTPStatus.FOUND, True)


class TestPublisher:
    def test_goes_the_whole_way_at_pages(self, market: Market) -> None:
        paula = signed_in(market.paula)
        post(paula, "mine/publishers/com.example/keys/", {"public_key": key_text(2)})
        key = PublisherKey.objects.get(keyid=signer(2).public_key.keyid)
        assert key.challenge in at(paula, "/marketplace/mine/")
        told = sign_challenge(namespace="com.example", challenge=key.challenge, signer=signer(2))
        post(paula, f"mine/publishers/com.example/keys/{key.keyid}/verify/", {"statement": told})
        sent = sent_in(manifest=manifest_text(), sources=SOURCES, key=2)
        files = {
            "archive": SimpleUploadedFile("a.zip", sent.archive),
            "statement": SimpleUploadedFile("s.json", sent.statement.encode()),
        }
        post(paula, "mine/submit/", {**files, "channel": "stable"})
        row = Submission.objects.get()
        waiting = paula.get(f"/marketplace/mine/submissions/{row.id}/")
        assert waiting["Refresh"] == "5"
        market.checked(row)
        market.approve(row)
        assert b"Sign what was built" in paula.get(f"/marketplace/mine/submissions/{row.id}/").content
        assert paula.get(f"/marketplace/mine/submissions/{row.id}/bundle/").content[:2] == b"PK"
        signed = SimpleUploadedFile("attestation.json", attested(row, key=2).encode())
        post(paula, f"mine/submissions/{row.id}/confirm/", {"attestation": signed})
        row.refresh_from_db()
        assert row.state == "confirmed"
        put_out(market.release(row))
        path = "plugins/com.example.guard/versions/1.0.0/withdraw/"
        post(paula, path, {"how": "yank", "reason": "A better one comes."})
        assert Release.objects.get().standing == "yanked"

    def test_sees_why_something_was_refused(self, market: Market) -> None:
        paula = signed_in(market.paula)
        given = {"namespace": "com.examp1e", "name": "Example", "contact": "mailto:a@example.com"}
        answer = paula.post("/marketplace/mine/publishers/", given)
        assert (answer.status_code, b"looks like" in answer.content) == (HTTPStatus.CONFLICT, True)

    @pytest.mark.parametrize("path", ["", "bundle/", "confirm/"])
    def test_sees_nothing_of_another(self, market: Market, path: str) -> None:
        row = market.checked(market.submit())
        eve = signed_in(person("eve"))
        method = eve.post if path == "confirm/" else eve.get
        answer = method(f"/marketplace/mine/submissions/{row.id}/{path}")
        assert answer.status_code == HTTPStatus.NOT_FOUND

    def test_downloads_nothing_before_it_was_approved(self, market: Market) -> None:
        row = market.checked(market.submit())
        answer = signed_in(market.paula).get(f"/marketplace/mine/submissions/{row.id}/bundle/")
        assert answer.status_code == HTTPStatus.CONFLICT


class TestReporter:
    def test_tells_reviewers_who_answer(self, market: Market) -> None:
        market.released()
        path = "plugins/com.example.guard/versions/1.0.0/report/"
        post(signed_in(person("eve")), path, {"kind": "security", "text": f"It leaks {EVIL}"})
        report = ProblemReport.objects.get()
        rita = staff(market.rita)
        shown = at(rita, f"/admin/plugins/problemreport/{report.id}/change/")
        assert EVIL not in shown
        rita.post(f"/admin/plugins/problemreport/{report.id}/answer/", {"answer": "It was revoked."})
        report.refresh_from_db()
        assert report.answer == "It was revoked."


class TestReviewer:
    def test_reads_approves_and_another_releases(self, market: Market) -> None:
        row = market.checked(market.submit(sources={"plugin.py": f"a = '{EVIL}'\n".encode()}))
        rita = staff(market.rita)
        page = at(rita, f"/admin/plugins/submission/{row.id}/change/")
        assert "&lt;script&gt;alert(1)" in page
        assert EVIL not in page
        form = f"/admin/plugins/submission/{row.id}/approve/"
        assert "neither for" in rita.post(form, {"sources": "on"}).content.decode()
        rita.post(
            form,
            {
                **dict.fromkeys(("sources", "rights", "fields", "names", "checks"), "on"),
                "hosts_reason": "None.",
            },
        )
        row.refresh_from_db()
        assert row.state == "approved"
        assert row.decisions.get().checklist["hosts"] == {"is_ticked": False, "reason": "None."}
        market.confirm(row)
        assert rita.post(f"/admin/plugins/submission/{row.id}/release/").status_code == HTTPStatus.FORBIDDEN
        staff(market.dana).post(f"/admin/plugins/submission/{row.id}/release/")
        assert Release.objects.get().released_by == f"user:{market.dana.id}"

    def test_rejects_and_has_checked_again(self, market: Market) -> None:
        rita = staff(market.rita)
        row = market.checked(market.submit(), failing="secrets")
        rita.post(f"/admin/plugins/submission/{row.id}/check-again/")
        row.refresh_from_db()
        assert row.state == "checking"
        market.checked(row)
        rita.post(f"/admin/plugins/submission/{row.id}/reject/", {"reason": "It reads too much."})
        assert (
            b"It reads too much."
            in signed_in(market.paula).get(f"/marketplace/mine/submissions/{row.id}/").content
        )


def withdrawn(release: Release, market: Market) -> None:
    withdraw_release(
        plugin_id=release.plugin_id,
        version=release.version,
        reason="It sends too much.",
        is_revoked=True,
        withdrawn_by=just_signed_in(market.dana),
    )


def post(client: Client, path: str, given: dict[str, Any]) -> None:
    answer = client.post(f"/marketplace/{path}", given)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.content
