# SPDX-License-Identifier: Apache-2.0
"""Addresses that look like pages of this site, and lead a browser elsewhere or run a script."""

ELSEWHERE = (
    "https://elsewhere.example/",
    "HTTPS://elsewhere.example/",
    "//elsewhere.example/",
    "///elsewhere.example/",
    "/\\elsewhere.example/",
    "\\\\elsewhere.example/",
    "https:elsewhere.example/",
    "https:/elsewhere.example/",
    "http:///elsewhere.example/",
    "\t//elsewhere.example/",
    "/\t/elsewhere.example/",
    "\x00//elsewhere.example/",
    "javascript:alert(1)",
    "data:text/html,hello",
    "https://testserver@elsewhere.example/",
    "https://testserver.elsewhere.example/",
    "//testserver:80@elsewhere.example/",
)
