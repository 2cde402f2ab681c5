# SPDX-License-Identifier: Apache-2.0
"""Rules of plugins, without Django: manifests, capabilities, versions, limits."""
