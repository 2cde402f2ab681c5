#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compile requirements/*.in into hashed locks that agree with each other: one resolution of all inputs
# together is the constraint of each file. Pins stay unless an input asks otherwise; UPGRADE=1 takes the newest.
set -eu
cd "$(dirname "$0")/../../requirements"
uv=../.venv/bin/uv
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

compile() { # INPUT OUTPUT [OPTION…]
    input=$1 output=$2
    shift 2
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --custom-compile-command "make lock" --output-file "$output" "$@" "$input"
}

cat ./*.in | grep -v '^-r ' >"$scratch/all.in"
if [ -z "${UPGRADE:-}" ]; then
    cat ./*.txt >"$scratch/all.txt"
fi
compile "$scratch/all.in" "$scratch/all.txt"
for input in *.in; do
    compile "$input" "${input%.in}.txt" --constraint "$scratch/all.txt"
    echo "requirements/${input%.in}.txt"
done
