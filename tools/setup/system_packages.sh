#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What only a system package offers the tests: a browser. Root on Debian or Ubuntu gets it; others are told how.
set -eu

for program in chromium chromium-browser google-chrome; do
    if command -v "$program" >/dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: the tests drive a browser and found none; install Chromium" \
        "(on Debian and Ubuntu: sudo apt-get install chromium) and run make test again." >&2
    exit 1
fi

echo "Installing Chromium with apt-get, because the tests drive a browser …"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install --yes --no-install-recommends chromium; } >"$log" 2>&1; then
    tail -5 "$log" >&2
    echo "setup: apt-get could not install chromium; read the lines above, install it and run make test again." >&2
    exit 1
fi
