# SPDX-License-Identifier: Apache-2.0
"""The books as REST resources: thin shells over services and selectors."""
