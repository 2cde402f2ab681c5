# SPDX-License-Identifier: Apache-2.0
"""The tree in the database: how far it is, its tiles, each company's part; under the service role alone."""
