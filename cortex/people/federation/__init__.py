# SPDX-License-Identifier: Apache-2.0
"""Sign-in through an OpenID provider: allauth keeps state and PKCE, these modules bound what it does."""
