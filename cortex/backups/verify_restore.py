# SPDX-License-Identifier: Apache-2.0
"""Compare a restored database with its backup, and log the result: a backup nobody restored is a hope."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import BinaryIO
from uuid import UUID

from cortex.backups.actions import VERIFY
from cortex.backups.administrator import administrator, one_snapshot
from cortex.backups.archive import Identities, measured_in
from cortex.backups.measures import Measured, measured, require_sight
from cortex.backups.report import Contents, Differing, differences
from cortex.canonical_json import canonical_json
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

OBJECT_TYPE = "backups.restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a comparison found; `doubts` contradict themselves in the restored database alone."""

    id: UUID
    contents: Contents
    got: dict[str, Measured]
    differences: Sequence[Differing]
    doubts: Sequence[str]

    @property
    def is_equal(self) -> bool:
        """Tell whether the restored books are those of the backup, and prove themselves."""
        return not self.differences and not self.doubts

    @property
    def result(self) -> str:
        """Return the verdict in a word."""
        return "equal" if self.is_equal else "different"

    def report(self) -> bytes:
        """Return what was expected and found, in canonical JSON (RFC 8785); the log holds its SHA-256."""
        return canonical_json(
            {
                "id": str(self.id),
                "backup_taken_at": self.contents.taken_at.isoformat(),
                "backup": hashlib.sha256(self.contents.pack()).hexdigest(),
                "result": self.result,
                "differences": [asdict(each) for each in self.differences],
                "doubts": list(self.doubts),
            }
        )


def verify_restore(
    *, archive: BinaryIO, identities: Identities, database: str, verified_by: Principal
) -> Verified:
    """Measure the named database of the administrator's server again; log and return what differs.

    The result is logged where this program works: the live books, or the restored ones once they are live.
    Raises: BackupMustBeReadable, AdministratorMustBeNamed, DatabaseMustBeReachable.
    """
    contents = Contents.parse(measured_in(archive=archive, identities=identities))
    with one_snapshot(administrator(database=database)) as connection:
        require_sight(connection)
        # After the snapshot, which the decision's own row must not be in where the restored books are live.
        get(Authorizer).require(principal=verified_by, action=VERIFY, company_id=None)
        got = measured(connection)
    verified = Verified(
        id=uuid7(),
        contents=contents,
        got=got,
        differences=list(differences(expected=contents.measured, got=got)),
        doubts=[f"{name}: {doubt}" for name, each in got.items() for doubt in each.doubts],
    )
    _log(verified, verified_by=verified_by)
    return verified


@transactional
def _log(verified: Verified, *, verified_by: Principal) -> None:
    record = AuditRecord(
        verb="backups.restore.verified" if verified.is_equal else "backups.restore.differed",
        object_type=OBJECT_TYPE,
        object_id=verified.id,
        digest=hashlib.sha256(verified.report()).hexdigest(),
    )
    get(AuditLog).append(company_id=None, actor=verified_by, records=[record])
