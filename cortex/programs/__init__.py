# SPDX-License-Identifier: Apache-2.0
"""Programs that call us: OAuth2 clients, what people allow them, their tokens and the keys of these."""
