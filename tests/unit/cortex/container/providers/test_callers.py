# SPDX-License-Identifier: Apache-2.0
"""Every call is on somebody's account."""

import pytest

from cortex.container.providers.callers import CALLER_LENGTH_MAX, calling_as, current_caller, program_name


class TestCurrentCaller:
    def test_is_the_principal_in_its_company(self) -> None:
        with calling_as(principal="user:1", company="c1"):
            assert current_caller() == "user:1@c1"
            with calling_as(principal="service:console"):
                assert current_caller() == "service:console"
        assert current_caller().startswith("service:")

    def test_is_bounded(self) -> None:
        with calling_as(principal="client:" + "x" * 1000):
            assert len(current_caller()) == CALLER_LENGTH_MAX


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("/venv/bin/python -m gunicorn settings.wsgi", "web"),
        ("manage.py runserver", "web"),
        ("/venv/celery/__main__.py -A settings.celery worker", "worker"),
        ("/venv/bin/celery -A settings.celery beat", "beat"),
        ("manage.py close_period", "console"),
        ("", "console"),
    ],
)
def test_a_process_is_named_by_its_command_line(line: str, name: str) -> None:
    assert program_name(line.split()) == name
