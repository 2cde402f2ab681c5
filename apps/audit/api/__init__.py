# SPDX-License-Identifier: Apache-2.0
"""The log as others read it: checkpoints and tiles for everybody, entries for few."""
