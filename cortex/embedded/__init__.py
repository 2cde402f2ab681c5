# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL, Valkey and the supervisor for one machine. It knows processes and files, never Django."""
