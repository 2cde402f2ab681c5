# SPDX-License-Identifier: Apache-2.0
"""Signed notes of C2SP: keys, signatures, checkpoints, requests to witnesses and the file of trusted keys."""
