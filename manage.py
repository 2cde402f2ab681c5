#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`./manage.py …` from a checkout; installed, the same is called `cortex …`."""

from cortex.cli import main

if __name__ == "__main__":
    main()
