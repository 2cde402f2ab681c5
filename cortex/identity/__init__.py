# SPDX-License-Identifier: Apache-2.0
"""Who somebody is: people, services, memberships, sign-in. It never decides what they may do."""
