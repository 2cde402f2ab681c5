# SPDX-License-Identifier: Apache-2.0
"""Tables inside pages of the administration."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, perhaps a link; figures stand to the right."""

    text: str
    url: str | None = None
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows of cells; `foot` is a last row of sums, `nothing` stands for no rows."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    foot: Sequence[Cell] = field(default=())
    nothing: str = "Nothing was posted here."

    @property
    def figure_columns(self) -> set[int]:
        """Return the columns whose cells stand to the right, so that their heads do, too."""
        return {index for row in self.rows[:1] for index, cell in enumerate(row) if cell.is_figure}


def figure(text: str) -> Cell:
    """Return a cell for an amount."""
    return Cell(text, is_figure=True)


def written(table: Table) -> SafeString:
    """Return the table as HTML."""
    return render_to_string("admin/table.html", {"table": table})
