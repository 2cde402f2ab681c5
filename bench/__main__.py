# SPDX-License-Identifier: Apache-2.0
"""`make bench`: measure and write docs/benchmarks.md, or some parts of it."""

import argparse
import sys
import time
from collections.abc import Callable

from bench import databases, page
from bench.databases import Place

SIZES, SIZES_LARGE = (100_000, 500_000), (100_000, 1_000_000)
REPLAYED = 100_000
Say = Callable[[str], None]


def main() -> None:
    """Measure what is asked for, print the page and write it."""
    options, say = _options(), _narrator()
    with databases.prepared() as place:
        _migrate()
        from cortex import clock  # noqa: PLC0415 - its room is loaded with the settings chosen just now

        said = page.said(command=_command(), day=clock.today())
        parts = {}
        for name in options.only or PARTS:
            title, _, rest = PARTS[name](place, options, say).partition("\n")
            parts[name] = f"{title}\n\n{said}{rest}"
            # What was measured stays measured when a later part fails.
            text = page.update(parts, order=list(PARTS))
    print(text)


def _ledger(place: Place, options: argparse.Namespace, say: Say) -> str:
    # They stand on models, which stand on the settings that were chosen just now.
    from bench.run import measured_part  # noqa: PLC0415

    sizes = options.sizes or (SIZES_LARGE if options.large else SIZES)
    return measured_part(place=place, sizes=sizes, say=say)


def _events(place: Place, options: argparse.Namespace, say: Say) -> str:
    from bench.events.report import written  # noqa: PLC0415

    return written(place=place, replayed=options.replayed, say=say)


def _limits(place: Place, options: argparse.Namespace, say: Say) -> str:
    from bench.limits import written  # noqa: PLC0415

    say("the limiter")
    return written()


def _filters(place: Place, options: argparse.Namespace, say: Say) -> str:
    from bench.filters import written  # noqa: PLC0415

    return written(program_dsn=place.program_dsn, postmaster=place.postmaster, say=say)


def _policy(place: Place, options: argparse.Namespace, say: Say) -> str:
    from bench.policy import written  # noqa: PLC0415

    say("the policies")
    return written()


def _verification(place: Place, options: argparse.Namespace, say: Say) -> str:
    from bench.verification import written  # noqa: PLC0415

    return written(say=say)


def _log(place: Place, options: argparse.Namespace, say: Say) -> str:
    from bench.transparency_log import written  # noqa: PLC0415

    return written(say=say)


def _plugins(place: Place, options: argparse.Namespace, say: Say) -> str:
    from bench.plugins import written  # noqa: PLC0415

    return written(say=say)


# In the order of the page.
PARTS: dict[str, Callable[[Place, argparse.Namespace, Say], str]] = {
    "ledger": _ledger,
    "events": _events,
    "limits": _limits,
    "filters": _filters,
    "policy": _policy,
    "log": _log,
    "verification": _verification,
    "plugins": _plugins,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure, and write docs/benchmarks.md."
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, help="these parts instead of all")
    parser.add_argument("--replayed", type=int, default=REPLAYED, metavar="N", help="replay N events")
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


def _narrator() -> Say:
    start = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - start:4.0f} s] {text}", file=sys.stderr)

    return say


if __name__ == "__main__":
    main()
