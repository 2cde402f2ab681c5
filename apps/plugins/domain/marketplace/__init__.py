# SPDX-License-Identifier: Apache-2.0
"""What is published and who may sign it, as rules without files, keys or database."""
