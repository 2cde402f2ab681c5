# SPDX-License-Identifier: Apache-2.0
"""Logs of processes as files of this machine."""
