# SPDX-License-Identifier: Apache-2.0
"""Secrets that were left in sources: a few rules that each name one thing, all linear in the text's length.

What is found is told by place and rule alone: the report must not be the next place where the secret stands.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping

_RULES = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY-----"),
    "AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})"),
    "GitLab token": re.compile(r"\bglpat-[A-Za-z0-9_-]{20}"),
    "Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10}"),
    "Stripe key": re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16}"),
    "Google API key": re.compile(r"\bAIza[A-Za-z0-9_-]{35}"),
    "JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10}"),
    "password in an address": re.compile(r"\b[a-z][a-z0-9+]{1,9}://[^\s:/@'\"]{1,60}:[^\s:/@'\"]{3,60}@"),
}
_ASSIGNED = re.compile(
    r"(?i)\b[a-z_]{0,40}(?:passw(?:or)?d|secret|token|api_?key|private_?key)[a-z_]{0,20}['\"]?\s{0,3}[:=]\s{0,3}"
    r"['\"]([^'\"\s]{12,200})['\"]"
)
# Bits for each character; words and placeholders lie below, random keys of these lengths above.
_ENTROPY_MIN = 3.5


def secrets_in(files: Mapping[str, bytes]) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and rule of each secret, in order."""
    for name, content in sorted(files.items()):
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
            yield from ((name, number, rule) for rule, pattern in _RULES.items() if pattern.search(line))
            if any(_entropy(found) >= _ENTROPY_MIN for found in _ASSIGNED.findall(line)):
                yield name, number, "value that looks like a secret"


def _entropy(text: str) -> float:
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
