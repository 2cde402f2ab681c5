# SPDX-License-Identifier: Apache-2.0
"""`cortex plugin doctor`: what is missing to write plugins here, and what is wrong with a folder."""

import argparse
import sys

from apps.plugins.management.author_files import authors_cache
from apps.plugins.services.authoring.examine import examine


def doctor(options: argparse.Namespace) -> int:
    """Write a line for each finding, with a remedy where one is needed; return 1 if any is."""
    findings = list(examine(sources=options.folder, cache=authors_cache()))
    for each in findings:
        sys.stdout.write(f"{'ok  ' if each.is_well else 'FAIL'}  {each.subject}: {each.told}\n")
        if each.remedy:
            sys.stdout.write(f"      {each.remedy}\n")
    return 0 if all(each.is_well for each in findings) else 1
