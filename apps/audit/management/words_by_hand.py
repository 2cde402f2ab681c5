# SPDX-License-Identifier: Apache-2.0
"""The words of `packs record` and `packs end-exception`."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from apps.audit.domain.compliance.by_hand import OUTCOMES, Method
from cortex.identity.console import read_file


def add_words_by_hand(verbs: Any) -> None:
    """Declare the words of both."""
    record = verbs.add_parser("record", help="record that a procedure was carried out by hand")
    record.add_argument("pack", help="the pack's name")
    record.add_argument("procedure", help="the procedure's name in the pack")
    record.add_argument("--on", required=True, type=date.fromisoformat, help="the day, in UTC: YYYY-MM-DD")
    record.add_argument("--outcome", required=True, choices=list(OUTCOMES))
    record.add_argument("--method", default=Method.EXAMINE.value, choices=[each.value for each in Method])
    record.add_argument("--note", required=True, help="what was found; it goes along in archives of controls")
    record.add_argument("--evidence", help="a file that you keep: its SHA-256 is recorded, the file is not")
    end = verbs.add_parser("end-exception", help="let an exception count no more before its day")
    end.add_argument("exception", type=UUID, help="its id, as the administration shows it")
    end.add_argument("--reason", required=True)


def words_of_record(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is recorded."""
    evidence = hashlib.sha256(read_file(options["evidence"])).hexdigest() if options["evidence"] else None
    return {
        "pack_name": options["pack"],
        "procedure_id": options["procedure"],
        "performed_date": options["on"],
        "outcome": options["outcome"],
        "method": options["method"],
        "note": options["note"],
        "evidence_sha256": evidence,
    }
