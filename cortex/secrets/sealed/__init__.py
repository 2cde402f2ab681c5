# SPDX-License-Identifier: Apache-2.0
"""Secrets of one machine in one encrypted file, in the age format; opened by an identity beside it."""
