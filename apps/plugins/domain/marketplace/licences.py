# SPDX-License-Identifier: Apache-2.0
"""Which licences a plugin may have: a list of SPDX identifiers, and expressions of them.

Source: SPDX Specification 2.3, annex D; parentheses are not part of the manifest's grammar, WITH binds
closer than AND, and AND closer than OR.
"""

ALLOWED = frozenset(
    {
        "0BSD",
        "AGPL-3.0-only",
        "AGPL-3.0-or-later",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "EUPL-1.2",
        "GPL-2.0-or-later",
        "GPL-3.0-only",
        "GPL-3.0-or-later",
        "ISC",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "LGPL-3.0-or-later",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    }
)
# Exceptions only widen what users may do.
EXCEPTIONS = frozenset({"Classpath-exception-2.0", "GCC-exception-3.1", "LLVM-exception"})


def refused_licences(expression: str) -> list[str]:
    """Return what is not allowed; empty where somebody can choose a way through the expression that is."""
    ways = [_refused_of(way.split(" AND ")) for way in expression.split(" OR ")]
    return [] if any(not refused for refused in ways) else sorted({each for way in ways for each in way})


def _refused_of(terms: list[str]) -> list[str]:
    refused = []
    for term in terms:
        licence, _, exception = term.partition(" WITH ")
        if licence not in ALLOWED:
            refused.append(licence)
        elif exception and exception not in EXCEPTIONS:
            refused.append(f"{licence} WITH {exception}")
    return refused
