# SPDX-License-Identifier: Apache-2.0
"""Assessment results follow NIST's schema, and the same findings give the same document."""

from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from apps.audit.adapters import oscal
from apps.audit.adapters.compliance.shipped_packs import shipped_packs
from apps.audit.adapters.oscal.validation import require_valid
from apps.audit.domain.compliance.assessment import AssessedRun, Assessment
from apps.audit.domain.compliance.pack import Pack
from apps.audit.domain.compliance.pack_schema import pack_of_text
from apps.audit.domain.compliance.run_document import KeptRun
from apps.audit.domain.oscal.assessment_results import assessment_results
from apps.audit.domain.oscal.errors import AssessmentResultsMustBeValid
from tests.factories.assessed import AT, DAY, seen

NIST = "384324105c7a817af0f65b120a963146caa0e0d55d969cf0daf60e063b87a206"  # pragma: allowlist secret


def assessed(pack: Pack, statuses: list[str]) -> Assessment:
    """Return each check with one of the statuses, in turn; without any, nothing was run."""
    results = [
        seen(check.id, statuses[place % len(statuses)], at=AT)
        for place, check in enumerate(pack.checks if statuses else ())
    ]
    kept = KeptRun(
        id=UUID(int=1),
        pack_name=pack.name,
        pack_version=pack.version,
        pack_digest=pack.digest,
        previous=None,
        started_at=AT,
        finished_at=AT,
        results=results,
    )
    return Assessment(
        pack=pack,
        pack_id=UUID(int=2),
        note="",
        runs=[AssessedRun(kept=kept, leaf_index=3)] if statuses else [],
        exceptions=[],
        start=AT - DAY,
        end=AT + DAY / 24,
    )


def document(assessment: Assessment) -> dict[str, object]:
    return assessment_results(assessment, origin="log", size=9, as_of=AT, is_shown=lambda _: True)


@pytest.mark.parametrize("name", sorted(shipped_packs()))
class TestShippedPack:
    @pytest.mark.parametrize("statuses", [[], ["pass"], ["fail", "pass", "unknown"]], ids=len)
    def test_is_assessed_as_the_schema_allows(self, name: str, statuses: list[str]) -> None:
        pack = pack_of_text(shipped_packs()[name][0])
        found = document(assessed(pack, statuses))
        require_valid(found)
        assert found == document(assessed(pack, statuses))


class TestSchema:
    def test_is_nist_s_own_file(self) -> None:
        (file,) = (Path(oscal.__file__).parent / "vendor").iterdir()
        assert sha256(file.read_bytes()).hexdigest() == NIST

    def test_names_the_place_of_what_it_does_not_allow(self) -> None:
        pack = pack_of_text(next(iter(shipped_packs().values()))[0])
        found = document(assessed(pack, ["fail"]))
        found["assessment-results"]["results"][0]["findings"][0]["target"]["status"]["state"] = "maybe"  # type: ignore[index]
        with pytest.raises(AssessmentResultsMustBeValid) as refused:
            require_valid(found)
        assert "assessment-results/results/0/findings/0/target/status/state" in refused.value.message
