# SPDX-License-Identifier: Apache-2.0
"""What one machine runs."""

from pathlib import Path

import pytest

from cortex.embedded import locations, programs
from cortex.embedded.account import Account, caller
from cortex.embedded.locations import Locations
from cortex.embedded.postgres import PostgresServer
from cortex.embedded.valkey import ValkeyServer

CHECKOUT = Path("/srv/cortex")
NOBODY = Account(name="nobody", uid=65534, gid=65534, drops=True)


def places(tmp_path: Path, *, account: Account) -> Locations:
    return Locations(
        base=tmp_path / "b",
        home=tmp_path / "h",
        sockets=tmp_path / "s",
        control=tmp_path / "c",
        account=account,
    )


def servers(where: Locations) -> tuple[PostgresServer, ValkeyServer]:
    postgres = PostgresServer(
        locations=where, programs=Path("/pg/bin"), data=where.home / "data", durable=True
    )
    return postgres, ValkeyServer(locations=where, program=Path("/vk/valkey-server"), data=where.home / "vk")


class TestApplicationPrograms:
    @pytest.fixture
    def found(self, tmp_path: Path) -> list[programs.Program]:
        where = places(tmp_path, account=caller())
        return programs.application_programs(locations=where, checkout=CHECKOUT, port=8001)

    def test_are_web_two_workers_beat_and_a_signer(self, found: list[programs.Program]) -> None:
        names = [program.name for program in found]
        assert names == ["web", "worker", "log-worker", "beat", "marketplace-signer"]
        assert {program.directory for program in found} == {CHECKOUT}

    def test_carry_a_mark_that_only_they_have(self, found: list[programs.Program]) -> None:
        assert [program for program in found if program.mark not in program.command] == []
        assert len({program.mark for program in found}) == 5

    def test_listen_on_this_machine_only(self, found: list[programs.Program]) -> None:
        assert "--bind=127.0.0.1:8001" in found[0].command

    def test_take_tasks_of_every_queue(self, found: list[programs.Program]) -> None:
        assert "--queues=ledger,events,reports,plugins,default" in found[1].command

    def test_sign_trees_in_a_process_that_does_nothing_else(self, found: list[programs.Program]) -> None:
        assert {"--queues=log", "--pool=solo"} <= set(found[2].command)

    def test_have_other_marks_in_another_checkout(self, tmp_path: Path) -> None:
        nodes = {
            node
            for name in ("one", "two")
            for node in programs.celery_nodes(locations=places(tmp_path / name, account=caller()))
        }
        assert len(nodes) == 6


class TestServerPrograms:
    def test_run_without_the_environment_of_their_supervisor(self, tmp_path: Path) -> None:
        postgres, valkey = servers(places(tmp_path, account=caller()))
        for program in programs.server_programs(postgres=postgres, valkey=valkey):
            assert Path(program.command[0]).name == "env"
            assert program.command[1] == "-i"
            assert program.account == ""

    def test_of_root_run_as_nobody(self, tmp_path: Path) -> None:
        postgres, valkey = servers(places(tmp_path, account=NOBODY))
        found = programs.server_programs(postgres=postgres, valkey=valkey)
        assert [program.account for program in found] == ["nobody", "nobody"]

    def test_leave_out_what_runs_elsewhere(self, tmp_path: Path) -> None:
        postgres, valkey = servers(places(tmp_path, account=caller()))
        assert [p.name for p in programs.server_programs(postgres=postgres, valkey=None)] == ["postgres"]
        assert [p.name for p in programs.server_programs(postgres=None, valkey=valkey)] == ["valkey"]


class TestServerCommands:
    def test_open_no_tcp_port(self, tmp_path: Path) -> None:
        postgres, valkey = servers(places(tmp_path, account=caller()))
        assert "listen_addresses=" in postgres.command()
        assert valkey.command()[1:3] == ["--port", "0"]

    def test_give_up_durability_only_when_told(self, tmp_path: Path) -> None:
        durable, _ = servers(places(tmp_path, account=caller()))
        hasty = PostgresServer(
            locations=durable.locations, programs=durable.programs, data=durable.data, durable=False
        )
        assert "fsync=off" not in durable.command()
        assert "fsync=off" in hasty.command()

    def test_are_reached_by_urls_with_every_part_escaped(self, tmp_path: Path) -> None:
        postgres, valkey = servers(places(tmp_path / "a b", account=caller()))
        escaped = str(tmp_path / "a+b" / "s").replace("/", "%2F")
        assert postgres.url("cortex_app", "p/@", "books") == (
            f"postgresql://cortex_app:p%2F%40@/books?host={escaped}"  # pragma: allowlist secret
        )
        assert valkey.url(database=1) == f"unix://{tmp_path}/a%20b/s/valkey.sock?db=1"


def test_locations_of_the_tests_are_those_of_the_module(tmp_path: Path) -> None:
    where = places(tmp_path, account=caller())
    assert isinstance(where, locations.Locations)
    assert (where.log, where.run) == (tmp_path / "b" / "log", tmp_path / "b" / "run")
