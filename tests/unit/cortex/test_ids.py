# SPDX-License-Identifier: Apache-2.0
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from cortex.ids import uuid7


class TestUuid7:
    def test_carries_version_seven_and_the_variant_of_rfc_9562(self) -> None:
        assert {(made.version, made.variant) for made in (uuid7() for _ in range(1_000))} == {
            (7, uuid.RFC_4122)
        }

    def test_increases_strictly_beyond_what_one_millisecond_can_count(self) -> None:
        made = [uuid7() for _ in range(20_000)]
        assert made == sorted(set(made))

    def test_stays_unique_and_in_order_within_each_thread(self) -> None:
        with ThreadPoolExecutor(8) as pool:
            runs = list(pool.map(lambda _: [uuid7() for _ in range(2_000)], range(8)))
        assert all(run == sorted(run) for run in runs)
        assert len({made for run in runs for made in run}) == 16_000

    def test_begins_with_the_time_in_milliseconds(self) -> None:
        before = int(datetime.now(tz=UTC).timestamp() * 1000)  # noqa: TID251 - compared with the system's own
        milliseconds = uuid7().int >> 80
        # A burst of ids before may have borrowed some milliseconds from the future.
        assert before - 1 <= milliseconds <= before + 1_000
