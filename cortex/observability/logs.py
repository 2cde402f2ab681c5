# SPDX-License-Identifier: Apache-2.0
"""Structured logs: one JSON object a line on standard error; standard output belongs to results."""

import logging.config
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor

from cortex.boot.log_header.first_line import HeaderFirst
from cortex.observability.redaction import redact

# Shared by our own events and by those of libraries that log the standard way. Redaction comes last,
# when every text that will be written is there.
_PROCESSORS: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    redact,
)
# One list for the whole process: loggers that were cached before a second call go on with it.
_CHAIN: list[Processor] = [*_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]


def configure(options: Mapping[str, Any]) -> None:
    """Set logging up for this process; `options` is Django's LOGGING with the key `level`."""
    structlog.configure(
        processors=_CHAIN,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_standard_logging(level=options.get("level", "INFO")))


def _standard_logging(*, level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(serializer=_one_line),
                ],
                "foreign_pre_chain": [*_PROCESSORS[:-1], structlog.stdlib.ExtraAdder(), redact],
            }
        },
        "handlers": {"stderr": {"()": HeaderFirst, "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Each request is told once, by our own request log.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            # Tasks of the schedule come every second.
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
    }


def _one_line(event: EventDict, **_options: Any) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()
