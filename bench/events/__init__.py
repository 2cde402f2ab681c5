# SPDX-License-Identifier: Apache-2.0
"""From the commit to the subscriber: how many events a second, after how long, and a long replay."""
