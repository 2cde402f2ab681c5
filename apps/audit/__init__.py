# SPDX-License-Identifier: Apache-2.0
"""The audit log: owns leaves and their proofs; never changes or removes one."""
