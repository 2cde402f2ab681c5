# SPDX-License-Identifier: Apache-2.0
"""Files of a company, kept beside its rows so that a backup holds both or neither."""
