# SPDX-License-Identifier: Apache-2.0
"""Two integrators that are killed at random: children of one process that has Django loaded already.

Prints the number of kills when its input ends.
"""

import os
import random
import select
import signal
import sys
import time

import django


def integrate_for_ever(seed: int) -> None:
    """Take the lease whenever it is free and integrate in small batches, until this process is killed."""
    from apps.audit.adapters.tree.state import LEASE
    from apps.audit.services.integrate_leaves import integrate_leaves
    from apps.audit.services.seal_tree import seal_tree
    from cortex.errors import CortexError
    from cortex.events.leases import claim_lease, release_lease

    chance = random.Random(seed)
    while True:
        lease = claim_lease(name=LEASE)
        if lease is None:
            time.sleep(0.01)
            continue
        try:
            while integrate_leaves(lease=lease, batch=chance.choice((1, 3, 11, 50))).has_more:
                pass
            seal_tree(lease=lease)
            release_lease(lease)
        except CortexError:
            # The other one took over: what this one was doing left nothing behind.
            continue


def start(seed: int) -> int:
    """Start an integrator and return its process id."""
    pid = os.fork()
    if pid == 0:
        try:
            integrate_for_ever(seed)
        finally:
            os._exit(1)
    return pid


def say(word: str) -> None:
    """Write a line that the test waits for."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    """Kill and start until the input ends."""
    django.setup()
    chance, kills = random.Random(7), 0
    running = [start(seed) for seed in range(2)]
    say("ready")
    while not select.select([sys.stdin], [], [], chance.uniform(0.1, 0.8))[0]:
        number = chance.randrange(len(running))
        os.kill(running[number], signal.SIGKILL)
        os.waitpid(running[number], 0)
        kills += 1
        running[number] = start(chance.randrange(1_000))
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    say(str(kills))


if __name__ == "__main__":
    main()
