# SPDX-License-Identifier: Apache-2.0
"""A program of its own that cosigns checkpoints of logs which only ever grow. Source: c2sp.org/tlog-witness.

It needs no Django, no database and no configuration of the installation, so that strangers can run it.
"""
