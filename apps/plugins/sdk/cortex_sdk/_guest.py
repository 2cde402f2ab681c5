# SPDX-License-Identifier: Apache-2.0
"""Inside the sandbox: the world's one export, and its imports as the host.

Only modules that are imported while the component is built exist in it; the standard library that plugins
may want is imported here for that reason.
"""

# ruff: noqa: F401
import base64
import bisect
import calendar
import collections
import copy
import csv
import dataclasses
import datetime  # noqa: ICN001
import decimal
import difflib
import enum
import fractions
import functools
import hashlib
import heapq
import hmac
import html
import io
import itertools
import json
import math
import operator
import random
import re
import statistics
import string
import sys
import textwrap
import types
import typing
import unicodedata
import uuid
import zoneinfo

import encodings.idna  # isort: skip
import wit_world
from componentize_py_types import Err
from wit_world.imports import commands, data, events, http, logging, store

from cortex_sdk import _handlers, _host
from cortex_sdk.errors import Refused
from cortex_sdk.log import Lines

_FUNCTIONS = {
    ("data", "query"): data.query,
    ("events", "emit"): events.emit,
    ("store", "read"): store.read,
    ("store", "write"): store.write,
    ("store", "keys"): store.keys,
    ("commands", "propose"): commands.propose,
    ("http", "send"): http.send,
}


class _Imported:
    """The host's functions; refusals arrive as JSON texts."""

    def ask(self, interface: str, function: str, request: str) -> str:
        try:
            return str(_FUNCTIONS[interface, function](request))
        except Err as error:
            told = json.loads(error.value)
        raise Refused(told["code"], told["message"])

    def log(self, level: str, message: str) -> None:
        logging.log(level, message)


class WitWorld(wit_world.WitWorld):  # type: ignore[misc]
    """The world `plugin`."""

    def call(self, handler: str, request: str) -> str:
        """Call a handler; its exceptions become the error's text."""
        _host.use(_Imported())
        lines = sys.stdout, sys.stderr = Lines("info"), Lines("warning")
        try:
            return _handlers.call(handler, request)
        except (Exception, SystemExit) as error:  # noqa: BLE001
            raise Err(_handlers.told(error)) from None
        finally:
            for each in lines:
                each.end()
