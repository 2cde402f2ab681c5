#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stop what runs and remove what can be made again; the data under .cortex stays unless `--data` is given.
set -eu
cd "$(dirname "$0")/../.."

if [ -d .cortex ] && [ -x .venv/bin/python ]; then
    .venv/bin/python -m cortex.embedded down
    if [ "${1:-}" = --data ]; then
        .venv/bin/python -m cortex.embedded erase
    fi
fi
rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage coverage.json
find . -name __pycache__ -type d -prune -exec rm -rf {} +
