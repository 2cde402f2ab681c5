# SPDX-License-Identifier: Apache-2.0
"""Verbs of `capabilities.data` that change something: a person of the company decides, never the plugin."""

from collections.abc import Mapping
from typing import Any

from cortex_sdk._host import ask


def propose(entity: str, verb: str, content: Mapping[str, Any]) -> str:
    """Propose a deed and return how it is titled in the inbox; raises Refused where it could not be done.

    It is proposed with the call: a handler that fails afterwards has proposed nothing.
    """
    title: str = ask("commands", "propose", entity=entity, verb=verb, content=dict(content))["title"]
    return title


def propose_entry(accounting_date: str, narration: str, lines: list[dict[str, Any]], **more: Any) -> str:
    """Propose a journal entry: each line has `account` and `amount_minor`, debit + and credit -.

    `reference` names it, so that the same one is never posted twice; `journal` is another than GENERAL.
    """
    content = {"accounting_date": accounting_date, "narration": narration, "lines": lines, **more}
    return propose("accounting.journal_entry", "propose", content)
