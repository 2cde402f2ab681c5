# SPDX-License-Identifier: Apache-2.0
"""Compare a restored database with its backup, and log the result: a backup nobody restored is a hope."""

from typing import BinaryIO

from cortex.backups.actions import VERIFY
from cortex.backups.administrator import administrator, one_snapshot
from cortex.backups.archive import Identities, measured_in
from cortex.backups.evidence import record_verification
from cortex.backups.measures import measured, require_sight
from cortex.backups.report import Contents, differences
from cortex.backups.verified import Verified
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def verify_restore(
    *, archive: BinaryIO, identities: Identities, database: str, verified_by: Principal
) -> Verified:
    """Measure the named database of the administrator's server again; store, log and return what differs.

    The result is kept where this program works: the live books, or the restored ones once they are live.
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
    record_verification(verified=verified, database=database, verified_by=verified_by)
    return verified
