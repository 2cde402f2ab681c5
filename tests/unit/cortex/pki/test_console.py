# SPDX-License-Identifier: Apache-2.0
"""`cortex pki` as an operator uses it, from the root to a revoked certificate."""

import stat
from pathlib import Path

import pytest
from cryptography import x509

from cortex.cli import ALONE
from cortex.errors import CortexError
from cortex.pki.console import main
from cortex.pki.errors import (
    AuthorityMustBeNew,
    AuthorityMustBeThere,
    CertificateMustBeKnown,
    CertificateMustBeOurs,
    IdentityMustStayOutside,
    LifeMustBeShort,
    NamesMustBeWellFormed,
    RequestMustBeSignedByItsKey,
    RootKeyMustBeOpened,
)
from cortex.pki.holding import Holding
from cortex.secrets.sealed.private_file import FileMustBePrivate


class Desk:
    """An operator before one authority."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.authority = directory / "authority"
        self.identity = directory / "away" / "root.age"
        self.identity.parent.mkdir()
        self.held = Holding(directory / "web")

    def do(self, *words: str) -> int:
        return main(["--directory", str(self.authority), *words])

    def init(self) -> None:
        self.do("init", "--trust-domain", "books.example", "--identity", str(self.identity))

    def issue(self, *words: str) -> None:
        self.do("issue", "web", "--dns", "web.internal", "--out", str(self.held.directory), *words)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.init()
    return made


class TestInit:
    def test_leaves_the_roots_key_sealed_and_all_files_private(self, desk: Desk) -> None:
        files = [path for path in desk.authority.iterdir() if path.is_file()]
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert (desk.authority / "root.key.age").read_bytes().startswith(b"age-encryption.org/v1")

    def test_replaces_no_authority(self, desk: Desk) -> None:
        before = (desk.authority / "root.pem").read_bytes()
        with pytest.raises(AuthorityMustBeNew):
            desk.init()
        assert (desk.authority / "root.pem").read_bytes() == before

    def test_wants_the_identity_elsewhere(self, tmp_path: Path) -> None:
        with pytest.raises(IdentityMustStayOutside):
            main(["--directory", str(tmp_path), "init", "--identity", str(tmp_path / "root.age")])
        assert not (tmp_path / "root.pem").exists()
        assert not (tmp_path / "root.age").exists()

    def test_is_needed_first(self, tmp_path: Path) -> None:
        with pytest.raises(AuthorityMustBeThere):
            main(["--directory", str(tmp_path), "list"])

    def test_needs_no_settings(self) -> None:
        assert ALONE["pki"] == "cortex.pki.console"


class TestIssue:
    def test_names_the_service_in_a_short_life(self, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
        desk.issue()
        certificate = desk.held.certificate()
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["spiffe://books.example/web"]
        assert names.get_values_for_type(x509.DNSName) == ["web.internal"]
        life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        assert life.total_seconds() == 24 * 3600 + 300
        assert stat.S_IMODE(desk.held.key_path.stat().st_mode) == 0o600
        assert "spiffe://books.example/web until" in capsys.readouterr().out

    def test_certifies_a_key_that_stays_where_it_is(
        self, desk: Desk, capsys: pytest.CaptureFixture[str]
    ) -> None:
        capsys.readouterr()
        desk.do("request", "web", "--out", str(desk.held.directory))
        request = desk.directory / "web.csr"
        request.write_text(capsys.readouterr().out)
        desk.do("issue", "web", "--csr", str(request))
        chain = x509.load_pem_x509_certificates(capsys.readouterr().out.encode())
        assert chain[0].public_key() == desk.held.key().public_key()
        assert len(chain) == 2

    def test_takes_names_from_the_operator_alone(
        self, desk: Desk, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk.do("request", "administrator", "--out", str(desk.held.directory))
        request = desk.directory / "asked.csr"
        request.write_text(capsys.readouterr().out.partition("-----BEGIN")[1] + "X")
        with pytest.raises(RequestMustBeSignedByItsKey):
            desk.do("issue", "web", "--csr", str(request))

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["--hours", "0"], LifeMustBeShort),
            (["--hours", "9000"], LifeMustBeShort),
            (["--dns", "*.internal"], NamesMustBeWellFormed),
            (["--ip", "ledger"], NamesMustBeWellFormed),
        ],
    )
    def test_refuses_what_is_too_much(self, desk: Desk, words: list[str], error: type[CortexError]) -> None:
        with pytest.raises(error):
            desk.issue(*words)
        assert not desk.held.certificate_path.exists()


class TestRenew:
    def test_keeps_names_and_key(self, desk: Desk) -> None:
        desk.issue("--hours", "2")
        before, key = desk.held.certificate(), desk.held.key_path.read_bytes()
        desk.do("renew", str(desk.held.directory))
        after = desk.held.certificate()
        assert after.serial_number != before.serial_number
        assert after.not_valid_after_utc > before.not_valid_after_utc
        assert after.subject == before.subject
        assert desk.held.key_path.read_bytes() == key

    def test_waits_until_it_is_due_where_asked(self, desk: Desk) -> None:
        desk.issue()
        before = desk.held.certificate().serial_number
        desk.do("renew", str(desk.held.directory), "--due-only")
        assert desk.held.certificate().serial_number == before

    def test_refuses_what_was_taken_back(self, desk: Desk) -> None:
        desk.issue()
        before = desk.held.certificate_path.read_bytes()
        desk.do("revoke", f"{desk.held.certificate().serial_number:x}")
        with pytest.raises(CertificateMustBeOurs):
            desk.do("renew", str(desk.held.directory))
        assert desk.held.certificate_path.read_bytes() == before


class TestRevoke:
    def test_stands_in_the_list_that_services_get(self, desk: Desk) -> None:
        desk.issue()
        serial = desk.held.certificate().serial_number
        desk.do("revoke", f"{serial:x}")
        desk.do("crl", str(desk.held.directory))
        first = desk.held.revoked_path.read_bytes().partition(b"-----END X509 CRL-----")
        listed = x509.load_pem_x509_crl(first[0] + first[1])
        assert [each.serial_number for each in listed] == [serial]

    @pytest.mark.parametrize("serial", ["abc123", "not a number", ""])
    def test_refuses_a_serial_that_nobody_issued(self, desk: Desk, serial: str) -> None:
        with pytest.raises(CertificateMustBeKnown):
            desk.do("revoke", serial)

    def test_is_told_by_the_list(self, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
        desk.issue()
        desk.do("revoke", f"{desk.held.certificate().serial_number:X}")
        capsys.readouterr()
        desk.do("list")
        (line,) = capsys.readouterr().out.splitlines()
        assert line.split()[1] == "revoked"


class TestCheck:
    def test_is_content_with_a_fresh_certificate(self, desk: Desk) -> None:
        desk.issue()
        assert desk.do("check", str(desk.held.directory)) == 0

    def test_warns_of_one_that_is_due(self, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
        # Five minutes before now it began; of these and its one minute less than a third is left.
        desk.issue("--hours", "0.02")
        assert desk.do("check", str(desk.held.directory)) == 1
        assert "due  spiffe://books.example/web" in capsys.readouterr().out

    def test_refuses_a_key_that_does_not_fit(self, desk: Desk) -> None:
        desk.issue()
        desk.do("request", "web", "--out", str(desk.held.directory))
        with pytest.raises(CertificateMustBeOurs, match="of the key beside it"):
            desk.do("check", str(desk.held.directory))

    def test_refuses_a_key_that_others_can_read(self, desk: Desk) -> None:
        desk.issue()
        desk.held.key_path.chmod(0o644)
        with pytest.raises(FileMustBePrivate):
            desk.do("check", str(desk.held.directory))


class TestTheNextAuthority:
    def test_signs_nothing_before_services_know_it(self, desk: Desk) -> None:
        desk.do("prepare", "--identity", str(desk.identity))
        desk.issue()
        issuers = x509.load_pem_x509_certificates(desk.held.trust_path.read_bytes())[1:]
        assert len(issuers) == 2
        assert desk.held.certificate().issuer == issuers[0].subject
        desk.do("change-over")
        desk.do("renew", str(desk.held.directory))
        assert desk.held.certificate().issuer == issuers[1].subject

    def test_can_name_no_service_of_another_installation(self, desk: Desk) -> None:
        desk.issue()
        issuing = x509.load_pem_x509_certificates(desk.held.trust_path.read_bytes())[1]
        limits = issuing.extensions.get_extension_for_class(x509.NameConstraints)
        assert limits.critical
        assert [name.value for name in limits.value.permitted_subtrees or ()] == ["books.example"]

    def test_needs_the_identity_that_opens_the_root(self, desk: Desk, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        main(["--directory", str(other / "a"), "init", "--identity", str(other / "root.age")])
        with pytest.raises(RootKeyMustBeOpened):
            desk.do("prepare", "--identity", str(other / "root.age"))
        assert not (desk.authority / "issuing-2.pem").exists()


class TestANewRoot:
    @pytest.fixture
    def successor(self, desk: Desk) -> Path:
        """Return the directory of another root of the same installation."""
        directory, identity = desk.directory / "successor", desk.identity.with_name("successor.age")
        words = ["init", "--trust-domain", "books.example", "--identity", str(identity)]
        main(["--directory", str(directory), *words])
        return directory

    def test_takes_the_place_of_the_old_one_in_three_steps(self, desk: Desk, successor: Path) -> None:
        desk.issue()
        place, beside = str(desk.held.directory), ["--beside", str(desk.authority)]
        believed = [roots_in(desk.held)]
        for words in (["crl", *beside], ["renew", *beside], ["crl"]):
            main(["--directory", str(successor), *words, place])
            believed.append(roots_in(desk.held))
        assert [len(roots) for roots in believed] == [1, 2, 2, 1]
        assert believed[0].isdisjoint(believed[3])
        assert main(["check", place]) == 0

    def test_is_of_the_same_installation(self, desk: Desk, tmp_path: Path) -> None:
        other = tmp_path / "other"
        words = ["init", "--trust-domain", "elsewhere.example", "--identity", str(tmp_path / "other.age")]
        main(["--directory", str(other), *words])
        with pytest.raises(AuthorityMustBeThere, match=r"expected one of elsewhere\.example"):
            main(["--directory", str(other), "crl", "--beside", str(desk.authority), str(tmp_path / "web")])
        assert not (tmp_path / "web").exists()


def roots_in(held: Holding) -> set[int]:
    """Return the serials of the roots that a service believes."""
    believed = x509.load_pem_x509_certificates(held.trust_path.read_bytes())
    return {each.serial_number for each in believed if each.issuer == each.subject}
