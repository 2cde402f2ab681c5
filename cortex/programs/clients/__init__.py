# SPDX-License-Identifier: Apache-2.0
"""What is done to OAuth2 clients: one verb for each file."""
