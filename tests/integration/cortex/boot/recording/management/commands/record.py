# SPDX-License-Identifier: Apache-2.0
"""`record quiet|log|wait`: a command that says nothing, logs a line, or works until it is ended."""

import logging
import time

from django.core.management.base import BaseCommand, CommandParser

from tests.integration.cortex.boot.recording.hooks import record


class Command(BaseCommand):
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["quiet", "log", "wait"])

    def handle(self, *_: object, **options: str) -> None:
        record("work command")
        if options["what"] == "log":
            logging.getLogger("recording").warning("first")
            logging.getLogger("recording").warning("second")
        if options["what"] == "wait":
            time.sleep(60)
