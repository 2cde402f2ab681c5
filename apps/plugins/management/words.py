# SPDX-License-Identifier: Apache-2.0
"""The words of `cortex plugin …` that need a database: this module alone knows them, without loading it."""

import argparse
from pathlib import Path

COMMAND = "plugins"
OF_THE_PLATFORM = {
    "trust-key": "let signatures of a key count",
    "revoke-key": "take the trust from a key for good, and stop what it signed",
    "keys": "show the keys that were ever trusted",
    "add": "add a version from its signed bundle",
    "versions": "show the versions that may be installed",
    "revoke": "recall a version for good, and stop it everywhere",
    "switch-off": "call a plugin, or every plugin, no more in any company",
    "switch-on": "let it be called again",
    "check": "verify now what runs, as each night",
}
OF_A_COMPANY = {
    "list": "show the plugins of a company",
    "install": "install a version",
    "upgrade": "run a later version",
    "rollback": "go back to the version before",
    "enable": "start it again, in your name",
    "disable": "call it no more",
    "remove": "take it out",
    "settings": "show its settings, or change some",
}
# Which command of Django each word is.
WITH_SETTINGS = {
    **dict.fromkeys([*OF_THE_PLATFORM, *OF_A_COMPANY], COMMAND),
    # From a repository: what is done with those stands together.
    "fetch": "marketplace",
}
_ACCEPTS = frozenset({"install", "upgrade", "rollback"})
_SETS = frozenset({"install", "settings"})


def add_words(parser: argparse.ArgumentParser) -> None:
    """Add each word with what it needs."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, told in OF_THE_PLATFORM.items():
        _add_of_platform(name, verbs.add_parser(name, help=told))
    for name, told in OF_A_COMPANY.items():
        _add_of_company(name, verbs.add_parser(name, help=told))


def _add_of_platform(name: str, verb: argparse.ArgumentParser) -> None:
    if name == "trust-key":
        verb.add_argument("file", help="the public half, as `keygen` prints it")
        role = verb.add_mutually_exclusive_group(required=True)
        role.add_argument("--publisher", default="", help="the domain, reversed: com.example")
        role.add_argument("--reviewer", action="store_true")
    elif name == "add":
        verb.add_argument("bundle", help="a file ID-VERSION.cortex-plugin")
    elif name == "revoke-key":
        verb.add_argument("keyid")
    elif name == "revoke":
        verb.add_argument("plugin", metavar="ID==VERSION")
    elif name in ("switch-off", "switch-on"):
        verb.add_argument("plugin", metavar="ID", nargs="?", default="", help="all of them without one")
    if name in ("revoke-key", "revoke", "switch-off", "switch-on"):
        verb.add_argument("--reason", required=True)


def _add_of_company(name: str, verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--company", required=True, metavar="CODE")
    verb.add_argument("--as", dest="acting_user", metavar="USER", help="act as this user, with these rights")
    if name != "list":
        with_version = name in ("install", "upgrade")
        verb.add_argument("plugin", metavar="ID==VERSION" if with_version else "ID")
    if name in _ACCEPTS:
        verb.add_argument("--accept", action="store_true", help="accept what it may do, as it is shown")
    if name in _SETS:
        verb.add_argument("--set", dest="given", metavar="NAME=VALUE", action="append", default=[])
    if name in ("disable", "remove"):
        verb.add_argument("--reason", required=True)
    if name == "remove":
        verb.add_argument("--export", type=Path, metavar="FILE", help="write its data there, delete it")
