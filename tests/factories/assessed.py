# SPDX-License-Identifier: Apache-2.0
"""Controls of the demo pack in a log in memory: runs that saw this and that, and an archive of them."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from apps.audit.domain.archive.compliance_section import Compliance, compliance_files
from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.frame import Period
from apps.audit.domain.archive.installation import installation_files
from apps.audit.domain.compliance.assessment import AssessedRun, Assessment
from apps.audit.domain.compliance.by_hand import Performed, digest_of_procedure
from apps.audit.domain.compliance.exception_document import exception_document, exception_end_document
from apps.audit.domain.compliance.pack import Pack
from apps.audit.domain.compliance.pack_keys import note_text
from apps.audit.domain.compliance.pack_schema import pack_of_text
from apps.audit.domain.compliance.posture import Ended, Granted
from apps.audit.domain.compliance.register import REGISTERED, Register
from apps.audit.domain.compliance.run_document import KeptResult, KeptRun
from apps.audit.domain.merkle.hashes import leaf_hash
from cortex.canonical_json import canonical_json
from tests.factories.evidence_log import LogInMemory, Signer, packed, signing_key
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK

PACKS = Signer("packs.example.com", 1, signing_key(5))
PACK_KEYS = {(PACKS.name, PACKS.key_id): PACKS.public[1:]}
PACK_ID, AT, DAY = UUID(int=9), datetime(2026, 3, 1, 12, tzinfo=UTC), timedelta(days=1)
CHECK = """\
  - id: keys
    controls: [CC6.1, A.5.1]
    probe: secrets.keepers
    max_age: P30D
"""
PACK_TEXT = PACK.replace("procedures:", CHECK + "procedures:")


def seen(check_id: str, status: str, *, at: datetime, evidence: str = '{"offending":0}') -> KeptResult:
    """Return what a check found."""
    return KeptResult(
        check_id=check_id,
        probe="secrets.keepers" if check_id == "keys" else "identity.dormant_accounts",
        status=status,
        reason="" if status == "pass" else "Something is not as it should be.",
        evidence=evidence,
        digest=sha256(evidence.encode()).hexdigest(),
        checked_at=at,
    )


@dataclass
class House:
    """A log with an approved pack; runs and exceptions come as a test has them."""

    log: LogInMemory = field(default_factory=LogInMemory)
    pack: Pack = field(default_factory=lambda: pack_of_text(PACK_TEXT))
    runs: list[AssessedRun] = field(default_factory=list)
    exceptions: list[Granted] = field(default_factory=list)
    performed: list[Performed] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    records: dict[str, bytes] = field(default_factory=dict)
    # Whether its runs count what was recorded, as those of older releases did not.
    counts: bool = True

    @property
    def registered(self) -> list[bytes]:
        """Return the leaves of what was recorded for the installation, in log order."""
        bodies = [body for body in self.log.bodies if b'"company":null' in body]
        return [body for body in bodies if json.loads(body)["verb"] in REGISTERED]

    @property
    def register(self) -> Register:
        """Return what a run counts now."""
        return Register(len(self.log.bodies), [leaf_hash(body) for body in self.registered])

    def __post_init__(self) -> None:
        self._fix("audit.pack.approve", "audit.pack", PACK_ID, self.pack.digest)

    def _fix(self, verb: str, kind: str, thing: UUID, digest: str) -> int:
        self.places.append(self.log.fix(verb, kind, thing, digest))
        return self.places[-1]

    def run(self, results: Mapping[str, str], *, at: datetime, evidence: str = '{"offending":0}') -> KeptRun:
        """Keep a run of these checks that ends at an instant."""
        kept = KeptRun(
            id=UUID(int=1000 + len(self.runs)),
            pack_name=self.pack.name,
            pack_version=self.pack.version,
            pack_digest=self.pack.digest,
            previous=sha256(self.runs[-1].kept.document).hexdigest() if self.runs else None,
            started_at=at - timedelta(seconds=1),
            finished_at=at,
            results=[seen(name, status, at=at, evidence=evidence) for name, status in results.items()],
            register=self.register.document if self.counts else None,
        )
        digest = sha256(kept.document).hexdigest()
        place = self._fix("audit.check.run", "audit.check_run", kept.id, digest)
        self.runs.append(AssessedRun(kept=kept, leaf_index=place))
        return kept

    def let_fail(
        self, control_id: str, *, until: date, approved_at: datetime | None = AT - DAY / 2
    ) -> Granted:
        """Except a control."""
        reason = "New laptops come."
        document = exception_document(
            pack_name=self.pack.name,
            control_id=control_id,
            reason=reason,
            ends_date=until,
            approved_at=approved_at,
        )
        granted = Granted(
            id=UUID(int=2000 + len(self.exceptions)),
            control_id=control_id,
            reason=reason,
            requested_by="user:alice",
            approved_by="user:bob",
            ends_date=until,
            document=document,
        )
        self._fix("audit.control.except", "audit.control_exception", granted.id, sha256(document).hexdigest())
        self.exceptions.append(granted)
        return granted

    def end(self, granted: Granted, *, at: datetime) -> Granted:
        """End an exception before its day."""
        ended = Ended(id=UUID(int=2500), reason="They came.", ended_by="user:bob", ended_at=at)
        document = exception_end_document(exception_id=granted.id, reason=ended.reason, ended_at=at)
        self._fix("audit.exception.end", "audit.exception_end", ended.id, sha256(document).hexdigest())
        self.exceptions[self.exceptions.index(granted)] = made = replace(granted, ended=ended)
        return made

    def perform(
        self, procedure_id: str, outcome: str, *, on: date, at: datetime = AT - DAY / 2, evidence: bool = True
    ) -> Performed:
        """Record that a procedure was carried out."""
        record = Performed(
            id=UUID(int=5000 + len(self.performed)),
            pack_name=self.pack.name,
            procedure_id=procedure_id,
            procedure_digest=digest_of_procedure(self.pack, procedure_id),
            performed_date=on,
            outcome=outcome,
            method="EXAMINE",
            note="Read with the board.",
            evidence_sha256="ab" * 32 if evidence else None,
            recorded_by="user:alice",
            recorded_at=at,
        )
        digest = sha256(record.document).hexdigest()
        place = self._fix("audit.procedure.record", "audit.procedure_record", record.id, digest)
        self.performed.append(replace(record, place=place))
        return self.performed[-1]

    def review(self) -> str:
        """Complete an access review of the platform; return where its result lies."""
        thing, result = UUID(int=4000), canonical_json({"result": {"memberships": []}, "signature": {}})
        self._fix(
            "access_reviews.platform_review.complete",
            "access_reviews.platform_review",
            thing,
            sha256(result).hexdigest(),
        )
        self.records[f"compliance/reviews/{thing}.json"] = result
        return f"compliance/reviews/{thing}.json"

    def restore(self, *, is_equal: bool = True) -> None:
        """Compare a restored database with its backup."""
        verb = "backups.restore.verified" if is_equal else "backups.restore.differed"
        self._fix(verb, "backups.restore", UUID(int=3000 + len(self.places)), "0" * 64)

    @property
    def note(self) -> str:
        text = note_text(self.pack)
        raw = b64encode(PACKS.key_id + PACKS.key.sign(text.encode())).decode()
        return f"{text}\n\u2014 {PACKS.name} {raw}\n"

    def assessment(self, *, end: datetime, runs: Sequence[AssessedRun] | None = None) -> Assessment:
        """Return what is told of the pack."""
        return Assessment(
            pack=self.pack,
            pack_id=PACK_ID,
            note=self.note,
            runs=self.runs if runs is None else runs,
            exceptions=self.exceptions,
            start=AT - DAY,
            end=end,
            performed=self.performed,
        )

    def files(
        self, *, end: datetime = AT, company_id: UUID | None = None, without: Sequence[UUID] = ()
    ) -> list[ArchiveFile]:
        """Return the files that tell of controls; of runs that are kept back there is nothing."""
        assessment = self.assessment(end=end, runs=[run for run in self.runs if run.kept.id not in without])
        hidden = [str(each).encode() for each in without]
        leaves = [self.log.placed(place) for place in self.places]
        compliance = Compliance(
            company_id=company_id,
            assessments=[assessment],
            leaves=[leaf for leaf in leaves if not any(each in leaf.body for each in hidden)],
            records=self.records,
            as_of=end,
            registered=self.registered,
        )
        frame = self.log.frame()
        oscal = {f"{self.pack.name}-{self.pack.version}": compliance.results(assessment, frame=frame)}
        return compliance_files(frame=frame, compliance=compliance, oscal=oscal, read=self.log.read_tile)

    def archive(
        self,
        *,
        end: datetime = AT,
        from_date: date | None = None,
        without: Sequence[UUID] = (),
        denials: Sequence[ArchiveFile] = (),
    ) -> bytes:
        """Return the archive of the installation."""
        files = installation_files(
            frame=self.log.frame(),
            period=Period(from_date, None),
            compliance=self.files(end=end, without=without),
            denials=denials,
        )
        return packed(list(files))
