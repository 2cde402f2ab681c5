# SPDX-License-Identifier: Apache-2.0
"""Rules of compliance packs and probes."""
