# SPDX-License-Identifier: Apache-2.0
"""The private authority: certificates by which services of one installation know each other."""
