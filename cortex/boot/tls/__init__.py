# SPDX-License-Identifier: Apache-2.0
"""Who this process is on the wire, and whom it believes: TLS with a private authority."""
