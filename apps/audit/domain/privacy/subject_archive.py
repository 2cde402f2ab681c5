# SPDX-License-Identifier: Apache-2.0
"""All that is kept about somebody as one archive: for programs, and for people to read."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Sections = Mapping[str, Sequence[Mapping[str, Any]]]
_INTRODUCTION = """\
Here stands what the books and the audit log of company {company} list under {title}, as of {as_of}.

subject.json holds the same for programs.
Contents of proposals, jobs, imported files and letters are not searched for it.
"""


def subject_archive(*, title: str, company: str, as_of: str, sections: Sections) -> bytes:
    """Return a ZIP of `subject.json`, `subject.txt` and their digests; the same content, the same bytes."""
    document = {"subject": title, "company": company, "as_of": as_of, "sections": sections}
    files = {
        "subject.json": json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True).encode(),
        "subject.txt": "\n".join(_readable(title, company, as_of, sections)).encode(),
    }
    digests = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()]
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in {**files, "MANIFEST.sha256": "".join(digests).encode()}.items():
            archive.writestr(ZipInfo(name), content, compress_type=ZIP_DEFLATED)
    return out.getvalue()


def _readable(title: str, company: str, as_of: str, sections: Sections) -> Iterator[str]:
    yield _INTRODUCTION.format(title=title, company=company, as_of=as_of)
    for name, rows in sections.items():
        yield from ("", name, "=" * len(name), "")
        for row in rows:
            yield from _lines(row)
            yield ""
        if not rows:
            yield "Nothing."


def _lines(row: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{name}:"
            for each in value:
                # Each of several begins with a mark, so that people see where one ends.
                told = list(_lines(each, "")) if isinstance(each, Mapping) else [str(each)]
                yield f"{indent}  - {told[0] if told else ''}"
                yield from (f"{indent}    {line}" for line in told[1:])
        elif value is not None:
            yield f"{indent}{name}: {value}"
