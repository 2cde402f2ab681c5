# SPDX-License-Identifier: Apache-2.0
"""Invitations by mail to belong to a company; whoever opens the link chooses a name and a credential."""
