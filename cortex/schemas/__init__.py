# SPDX-License-Identifier: Apache-2.0
"""The schema registry: subjects, versions and compatibility, in JSON Schema and Avro."""
