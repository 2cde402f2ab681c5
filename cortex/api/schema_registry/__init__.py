# SPDX-License-Identifier: Apache-2.0
"""The schema registry over HTTP, as clients of the Confluent API speak to it."""
