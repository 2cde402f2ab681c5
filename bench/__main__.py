# SPDX-License-Identifier: Apache-2.0
"""`make bench`: measure and write docs/benchmarks.md."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import databases

PAGE = Path("docs/benchmarks.md")
SIZES, SIZES_LARGE = (100_000, 500_000), (100_000, 1_000_000)


def main() -> None:
    """Measure posting and reading on both sides, print the page and write it."""
    options = _options()
    sizes = options.sizes or (SIZES_LARGE if options.large else SIZES)
    with databases.prepared() as place:
        _migrate()
        # It stands on models, which stand on the settings that were chosen just now.
        from bench.run import measured_page  # noqa: PLC0415

        page = measured_page(place=place, sizes=sizes, command=_command(), say=_narrator())
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure the ledger against raw SQL."
    )
    parser.add_argument("--large", action="store_true", help="read books of a million entries")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N", help="read books of these sizes instead")
    return parser.parse_args()


def _command() -> str:
    return " ".join(["python -m bench", *sys.argv[1:]]) if sys.argv[1:] else "make bench"


def _migrate() -> None:
    import django  # noqa: PLC0415 - reads the environment that was prepared above
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _narrator() -> Callable[[str], None]:
    start = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - start:4.0f} s] {text}", file=sys.stderr)

    return say


if __name__ == "__main__":
    main()
