"""How often moderators found flags right or wrong: counts by score, and nothing of the messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from sqlalchemy import select

from ..rules import Group
from .repositories import Repository
from .tables import JudgementRow, Table
from .upsert import insert

STEPS: Final = 20
"""Steps of the score that are counted apart: twentieths tell thresholds well enough."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How flags of about one score were found.

    Attributes:
        score: The least score of the step, 0..1.
        right: How often something was done about the message.
        wrong: How often it was called not toxic.
    """

    score: float
    right: int
    wrong: int


class Judgements(Repository):
    """Counts of what moderators said of flags."""

    tables: ClassVar[tuple[type[Table], ...]] = (JudgementRow,)

    async def add(self, guild_id: int, group: Group, score: float, *, right: int = 0, wrong: int = 0) -> None:
        """Count a flag as found right or wrong; counts below zero take one back."""
        step = min(int(score * STEPS), STEPS - 1)
        row = {"guild_id": guild_id, "label_group": group, "step": step, "right": right, "wrong": wrong}
        more = {"right": JudgementRow.right + right, "wrong": JudgementRow.wrong + wrong}
        async with self._sessions.begin() as session:
            counted = insert(session, JudgementRow, **row)
            await session.execute(
                counted.on_conflict_do_update(
                    index_elements=[JudgementRow.guild_id, JudgementRow.label_group, JudgementRow.step],
                    set_=more,
                )
            )

    async def of_guild(self, guild_id: int, group: Group) -> Sequence[Judged]:
        """Return what was counted for a group in a guild, lowest scores first."""
        query = (
            select(JudgementRow)
            .where(JudgementRow.guild_id == guild_id, JudgementRow.label_group == group)
            .order_by(JudgementRow.step)
        )
        async with self._sessions() as session:
            rows = (await session.scalars(query)).all()
        return [Judged(row.step / STEPS, row.right, row.wrong) for row in rows]

    async def forget_guild(self, guild_id: int) -> None:
        """Delete the counts of a guild."""
        await self._delete(JudgementRow, JudgementRow.guild_id == guild_id)

    async def forget_user(self, user_id: int) -> None:
        """Do nothing: counts say nothing of people."""
