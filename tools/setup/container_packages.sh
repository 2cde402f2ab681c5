#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What only system packages offer the pipeline: programs that build and run images without an engine's daemon.
# Root on Debian or Ubuntu gets them; others are told how.
set -eu

packages="buildah conmon debian-archive-keyring podman runc skopeo"
programs="apt-get buildah conmon dpkg-deb podman runc skopeo"

missing=""
for program in $programs; do
    command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
[ -r /usr/share/keyrings/debian-archive-keyring.gpg ] || missing="$missing debian-archive-keyring"

if [ "$(id -u)" != 0 ]; then
    echo "setup: the pipeline starts containers with limits of their own, which takes root; run: sudo make pipeline" >&2
    exit 1
fi
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: the pipeline misses$missing; it runs on Debian and Ubuntu, where apt-get has them:" \
        "apt-get install $packages" >&2
    exit 1
fi

echo "Installing $packages with apt-get, because the pipeline builds and starts an image …"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# One word for each package is meant.
# shellcheck disable=SC2086
if ! { apt-get update && apt-get install --yes --no-install-recommends $packages; } >"$log" 2>&1; then
    tail -5 "$log" >&2
    echo "setup: apt-get could not install $packages; read the lines above, install them and retry." >&2
    exit 1
fi
