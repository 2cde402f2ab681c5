# SPDX-License-Identifier: Apache-2.0
"""Servers and clients of programs without a framework, over Unix sockets and TCP; everything is bounded."""
