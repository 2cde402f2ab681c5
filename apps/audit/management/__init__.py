# SPDX-License-Identifier: Apache-2.0
"""Programs of the audit context that a machine runs beside web and worker: the signer and the witness."""
