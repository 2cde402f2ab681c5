# SPDX-License-Identifier: Apache-2.0
"""`verify_access_review FILE`: check the signed result of an access review."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.errors import CortexError
from cortex.identity.console import read_file
from cortex.ports.asking import asks_nothing

REFUSED, UNREADABLE = 1, 2


@asks_nothing("it checks a file that is there already, and looks into no database")
class Command(ScopedCommand):
    """Tell whether a result is the one that was signed: 0 verified, 1 refused, 2 could not be checked."""

    help = "Check the result of an access review: 0 verified, 1 refused, 2 could not be checked."
    # It needs neither the doors of the program nor its database.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and the key."""
        parser.add_argument("file", metavar="FILE", help="the result as it was downloaded")
        parser.add_argument(
            "--key", metavar="PUBLIC.pem", help="check with this public key alone (see report_key)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check it and say one sentence."""
        from cortex.access_reviews.errors import ResultMustBeTheSignedOne  # noqa: PLC0415 - as the next
        from cortex.access_reviews.signed_result import verify_result  # noqa: PLC0415 - loads cryptography

        try:
            result = verify_result(read_file(options["file"]), key_file=options["key"])
        except ResultMustBeTheSignedOne as error:
            self._end(error, code=REFUSED)
        except CortexError as error:
            self._end(error, code=UNREADABLE)
        else:
            self.stdout.write(f"{options['file']}: verified: {_described(result)}.")

    def _end(self, error: CortexError, *, code: int) -> None:
        self.stderr.write(f"{error.code}: {error.message}")
        sys.exit(code)


def _described(result: Any) -> str:
    answers = [row["answer"] for row in result["memberships"]]
    counts = ", ".join(f"{answers.count(word)} {word}" for word in ("confirmed", "revoked", "ended"))
    return (
        f"access review {result['review']} of {result['company']['code']}, completed at "
        f"{result['completed_at']} by {result['completed_by']}; {counts}, "
        f"{len(result['not_reviewed'])} newer memberships not reviewed"
    )
