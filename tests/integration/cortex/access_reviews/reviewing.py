# SPDX-License-Identifier: Apache-2.0
"""A company under review, and what its reviewers do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from cortex import clock
from cortex.access_reviews.answer import Answer, answer_memberships
from cortex.access_reviews.members import see_anew
from cortex.access_reviews.models import AccessReview, AccessReviewItem
from cortex.access_reviews.open_review import open_review
from cortex.access_reviews.selectors import answers_of
from cortex.container.override import override
from cortex.identity.models import Membership, User
from cortex.ports.key_management import KeyManagement
from cortex.ports.registry import get
from cortex.secrets.keyring.local import LocalKeyManagement
from cortex.secrets.sealed.document import Document
from cortex.secrets.sealed.sealed_file import SealedFile
from cortex.secrets.sealed.vault import SealedVault, with_new_version
from tests.factories.people import Cast, cast, just_signed_in, member

KEY = "cortex-signatures"


class SigningApart:
    """Signs by one keeper; what was sealed before stays with the other."""

    def __init__(self, signer: KeyManagement, rest: KeyManagement) -> None:
        self._signer, self._rest = signer, rest

    def __getattr__(self, name: str) -> Any:
        of_signing = name in ("sign", "verify", "public_key", "rotate")
        return getattr(self._signer if of_signing else self._rest, name)


@contextmanager
def signing_in(folder: Path) -> Iterator[SealedFile]:
    """Let a sealed file of this folder keep the key that signs."""
    file = SealedFile(path=folder / "secrets.age", identity_path=folder / "identity.age")
    file.create(with_new_version(Document(), key_id=KEY))
    signer = LocalKeyManagement(SealedVault(file))
    with override(KeyManagement, SigningApart(signer, get(KeyManagement))):
        yield file


class Reviewed:
    """Alice (controller) and Bob (auditor), Dora (administrator) and Erin (clerk), and an open campaign."""

    def __init__(self, people: Cast | None = None) -> None:
        self.people = people or cast()
        self.company_id = self.people.company.id
        self.dora = member(self.people.company, name="dora", role="administrator")
        self.erin = member(self.people.company, name="erin", role="clerk")
        self.today = clock.now().date()

    def open(self, by: User | None = None) -> AccessReview:
        """Open the campaign."""
        return open_review(
            company_id=self.company_id,
            due_date=self.today,
            reason="first quarter",
            opened_by=just_signed_in(by or self.people.alice),
        )

    def items(self, review: AccessReview) -> dict[str, AccessReviewItem]:
        """Return the questions by name."""
        found = answers_of(company_id=self.company_id, review_id=review.id)
        return {item.user.username: item for item in found}

    def answer(
        self,
        review: AccessReview,
        by: User,
        *names: str,
        word: Literal["confirmed", "revoked"] = "confirmed",
        seen: frozenset[str] | None = None,
    ) -> None:
        """Answer for these people as somebody."""
        items = self.items(review)
        answers = [
            Answer(items[name].id, word, frozenset(items[name].roles) if seen is None else seen)
            for name in names
        ]
        answer_memberships(
            company_id=self.company_id,
            review_id=review.id,
            answers=answers,
            answered_by=just_signed_in(by),
        )

    def words(self, review: AccessReview) -> dict[str, str]:
        """Return the answers by name."""
        return {name: item.answer for name, item in self.items(review).items()}

    def members(self) -> set[UUID]:
        """Return who is a member."""
        rows = Membership.objects.filter(company_id=self.company_id)
        return set(rows.values_list("user_id", flat=True))

    def see_anew(self, review: AccessReview) -> int:
        """Ask again for what changed, as Alice."""
        by = just_signed_in(self.people.alice)
        return see_anew(company_id=self.company_id, review_id=review.id, asked_by=by)
