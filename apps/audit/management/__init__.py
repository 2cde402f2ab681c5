# SPDX-License-Identifier: Apache-2.0
"""Programs of the audit context beside web and worker: signer, witness and verifier."""
