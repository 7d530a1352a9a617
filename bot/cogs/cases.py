"""Cases: the buttons of cards, ``/cases`` and ``/appeal``."""

import asyncio
import io
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from .. import texts
from ..answers import AnyBot
from ..delivery import change_message, promise
from ..intake.message import draft_of_message
from ..lasting import Click
from ..modal import Opened
from ..moderation import cards
from ..moderation.appeals import AppealForm, appealable
from ..moderation.buttons import COG, SHOW
from ..moderation.cases import Action, Case, Outcome, State
from ..moderation.deeds import RefusedError
from ..moderation.layouts import appeal_card, card, settled
from ..moderation.listing import export_csv, list_box, stats_box
from ..moderation.log_channel import log_channel
from ..moderation.moderation import Moderation
from ..permissions import MODERATOR, NO_PINGS, ChosenChannel, StaffGroup, allows
from ..recent import Kept
from ..replies import refusal, why_embed, why_files
from ..rules import Group
from ..services import REFUSALS, Services
from ..shards import owns
from ..speaking import choices, described, language_here, language_in, speak_to
from ..store import going_on
from ..store.cases import PAGE
from ._feature import Feature

log: Final = logging.getLogger(__name__)


CARDS_LATE: Final = timedelta(days=1)
"""How late a card still comes that could not be sent in time."""


class Cases(Feature, name=COG):
    """Lets moderators work on what was flagged."""

    cases = StaffGroup(name="cases", description=described("command-cases"), needs=MODERATOR)

    def __init__(self, bot: AnyBot, services: Services, moderation: Moderation) -> None:
        self._bot = bot
        self._services = services
        self._cases = services.store.cases
        self._deeds = moderation.deeds
        self._flags = moderation.flags
        self._opened = Opened()

    async def cog_load(self) -> None:
        """Say what a crash left open; what is open in another process's guild may be under way there."""
        for guild_id, event_id in await self._cases.left_open():
            if owns(self._bot, guild_id):
                await self._cases.finish(event_id, Outcome.UNCLEAR, discord.utils.utcnow())
        if self._bot.is_ready():
            await self.on_ready()

    async def cog_unload(self) -> None:
        """Take no form any more that somebody still has open."""
        self._opened.end()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Show on their cards what a crash left open, and the cards that it left out.

        Also what an earlier start left open on them: it may have been killed before it came to this.
        """
        with going_on():  # with the next session
            await self._flags.catch_up(discord.utils.utcnow() - CARDS_LATE)

    # --- the buttons --------------------------------------------------------------------------------

    async def pressed(self, interaction: Click, case_id: int, what: str) -> None:
        """Do what a button of a case says."""
        if await allows(interaction, MODERATOR):
            await promise(interaction, thinking=what == SHOW)
            with self._services.answering():
                await self._pressed(interaction, case_id, what)

    async def _pressed(self, interaction: Click, case_id: int, what: str) -> None:
        case = await self._find(interaction, case_id)
        person = interaction.user
        if case is None or not isinstance(person, discord.Member):
            await interaction.followup.send(texts.say("no-such-case"), ephemeral=True)
            return
        if what == SHOW:
            await self._show(interaction, person, case)
            return
        try:
            case = await self._deeds.do(case, Action(what), person)
        except RefusedError as error:
            await interaction.followup.send(str(error), ephemeral=True)
            case = await self._find(interaction, case_id) or case
        await self._flags.refresh(case)
        pressed = interaction.message
        if pressed is None or pressed.id == case.card_id:
            return
        if pressed.flags.ephemeral:
            await interaction.edit_original_response(view=card([case]))
        elif case.state is not State.APPEALED:
            with texts.speaking(await language_here(self._services.store.guilds, interaction.guild)):
                line = cards.event_line(case.events[-1])
            view = settled(pressed, line)
            await interaction.edit_original_response(view=view, allowed_mentions=NO_PINGS)

    async def chosen(self, interaction: Click, case_id: int) -> None:
        """Show a case that was chosen from a card with several, to who chose it."""
        if await allows(interaction, MODERATOR):
            await self._send_case(interaction, case_id)

    async def distress(self, interaction: Click, what: str) -> None:
        """Say on a card about distress who looks after it, or put it away."""
        if await allows(interaction, MODERATOR) and interaction.message is not None:
            with texts.speaking(await language_here(self._services.store.guilds, interaction.guild)):
                line = texts.say(f"distress-{what}", who=interaction.user.mention)
            view = settled(interaction.message, line)
            self._flags.settle_distress(interaction.message)
            await change_message(interaction, view=view, allowed_mentions=NO_PINGS)

    async def _show(self, interaction: Click, person: discord.Member, case: Case) -> None:
        """Show the message of a case and why it was flagged, to somebody who may see it anyway."""
        try:
            message = await self._deeds.message(case, seen_by=person)
            draft = draft_of_message(message, interaction.client.user.id)
            sample = await self._services.fetch(message.author.id, draft, asked_by=person.id)
            kept = Kept(message.author.id, sample)
            explained = await self._services.explain(kept, case.group, asked_by=person.id)
        except RefusedError as error:
            await interaction.edit_original_response(content=str(error))
        except REFUSALS as error:
            await interaction.edit_original_response(content=refusal(error, own=False))
        else:
            await interaction.edit_original_response(
                content=texts.say("written-by", author=message.author.mention),
                embed=why_embed(sample.text, explained),
                attachments=why_files(explained),
                allowed_mentions=NO_PINGS,
            )

    async def _find(self, interaction: Click, case_id: int) -> Case | None:
        """Return a case of the server; None for an old card's whose number is another case's by now.

        Numbers come again where a backup was restored, or the last cases were deleted.
        """
        case, pressed = await self._cases.get(interaction.guild_id or 0, case_id), interaction.message
        if case is None or pressed is None or pressed.id == case.card_id:
            return case
        return case if pressed.created_at >= case.opened_at else None

    async def _send_case(self, interaction: Click, case_id: int) -> None:
        case = await self._find(interaction, case_id)
        if case is None:
            await interaction.response.send_message(texts.say("no-such-case"), ephemeral=True)
            return
        await interaction.response.send_message(view=card([case]), ephemeral=True)

    # --- /cases -------------------------------------------------------------------------------------

    @cases.command(name="list", description=described("command-cases-list"))
    @app_commands.describe(
        channel=described("command-cases-list.channel"),
        group=described("command-cases-list.group"),
        state=described("command-cases-list.state"),
        page=described("command-cases-list.page"),
    )
    @app_commands.choices(
        group=choices(*(f"group-{group}" for group in Group)),
        state=choices(*(f"state-{state}" for state in State)),
    )
    async def list_(
        self,
        interaction: Click,
        channel: ChosenChannel | None = None,
        group: str | None = None,
        state: str | None = None,
        page: app_commands.Range[int, 1, 10_000] = 1,
    ) -> None:
        """List cases, newest first."""
        assert interaction.guild_id is not None, "the group is for guilds only"  # noqa: S101
        found = await self._cases.find(
            interaction.guild_id,
            channel_id=None if channel is None else channel.id,
            group=None if group is None else Group(group),
            state=None if state is None else State(state),
            offset=(page - 1) * PAGE,
            limit=PAGE + 1,
        )
        view = list_box(found[:PAGE], page, more=len(found) > PAGE)
        await interaction.response.send_message(view=view, ephemeral=True)

    @cases.command(name="show", description=described("command-cases-show"))
    @app_commands.describe(case=described("command-cases-show.case"))
    async def show(self, interaction: Click, case: app_commands.Range[int, 1]) -> None:
        """Show a case with its buttons."""
        await self._send_case(interaction, case)

    @cases.command(name="stats", description=described("command-cases-stats"))
    async def stats(self, interaction: Click) -> None:
        """Show how many cases there are and how often moderators agreed."""
        assert interaction.guild_id is not None, "the group is for guilds only"  # noqa: S101
        counts = await self._cases.counts(interaction.guild_id)
        settings = await self._services.store.guilds.get(interaction.guild_id)
        judged = await self._services.store.judgements.of_guild(interaction.guild_id, Group.TOXICITY)
        view = stats_box(counts, settings.retention_days, judged)
        await interaction.response.send_message(view=view, ephemeral=True)

    @cases.command(name="export", description=described("command-cases-export"))
    async def export(self, interaction: Click) -> None:
        """Hand out all cases as a file: ids, scores, states, and nobody's words."""
        assert interaction.guild_id is not None, "the group is for guilds only"  # noqa: S101
        await promise(interaction)
        found = await self._cases.find(interaction.guild_id, limit=None)
        content = await asyncio.to_thread(export_csv, found)  # of many cases it takes a while
        file = discord.File(io.BytesIO(content.encode()), "cases.csv")
        await interaction.edit_original_response(
            content=texts.say("cases-exported", count=len(found)), attachments=[file]
        )

    # --- /appeal ------------------------------------------------------------------------------------

    @app_commands.command(name="appeal", description=described("command-appeal"))
    @app_commands.describe(case=described("command-appeal.case"))
    @app_commands.allowed_contexts(guilds=True)
    @app_commands.allowed_installs(guilds=True)
    async def appeal(self, interaction: Click, case: app_commands.Range[int, 1] | None = None) -> None:
        """Let a member say why what was done to them is wrong."""
        mine = await self._cases.of_author(interaction.guild_id or 0, interaction.user.id)
        open_to_appeal = [each for each in mine if appealable(each) and case in {None, each.id}]
        if not open_to_appeal:
            await interaction.response.send_message(texts.say("nothing-to-appeal"), ephemeral=True)
            return
        form = AppealForm(open_to_appeal[0], self._appealed)
        self._opened.add(form)
        await interaction.response.send_modal(form)

    async def _appealed(self, interaction: Click, case: Case, words: str) -> None:
        with self._services.answering():
            await self._show_appeal(interaction, case, words)

    async def _show_appeal(self, interaction: Click, case: Case, words: str) -> None:
        """Show an appeal to moderators, in the member's words, which are kept nowhere else."""
        await promise(interaction)
        mine = await self._cases.of_author(interaction.guild_id or 0, interaction.user.id)
        if case.id not in {each.id for each in mine}:  # their data may be deleted since they opened the form
            await interaction.edit_original_response(content=texts.say("nothing-to-appeal"))
            return
        settings = await self._services.store.guilds.get(case.guild_id)
        language = language_in(interaction.guild, settings)
        channel = log_channel(interaction.guild, settings)
        if channel is None:
            await interaction.edit_original_response(content=texts.say("nobody-to-appeal-to"))
            return
        event_id = await self._cases.begin(case, Action.APPEAL, None, discord.utils.utcnow())
        if event_id is None:
            await interaction.edit_original_response(content=texts.say("appealed-already"))
            return
        outcome = Outcome.FAILED
        try:
            with texts.speaking(language):  # with its buttons, whatever becomes of the edit below
                appealed = replace(case, state=State.APPEALED)
                view = appeal_card(appealed, interaction.user, words)
            sent = await channel.send(view=view, allowed_mentions=NO_PINGS)
            outcome = Outcome.DONE
        finally:
            ids = {"case_id": case.id, "guild_id": case.guild_id, "outcome": outcome}
            await self._deeds.settle(event_id, outcome, ids)
        now = await self._cases.get(case.guild_id, case.id) or case
        if now.pending is not None:  # not written yet
            now = appealed
        with texts.speaking(language):
            view = appeal_card(now, interaction.user, words)
        await sent.edit(view=view, allowed_mentions=NO_PINGS)
        await self._flags.refresh(now)
        await interaction.edit_original_response(content=texts.say("appeal-sent"))

    @appeal.autocomplete("case")
    async def _own_cases(self, interaction: Click, _typed: int | str) -> list[app_commands.Choice[int]]:
        """Offer a member their own cases."""
        speak_to(interaction)
        mine = await self._cases.of_author(interaction.guild_id or 0, interaction.user.id)
        return [
            app_commands.Choice(
                name=texts.say("own-case", case=str(each.id), day=each.opened_at.date()), value=each.id
            )
            for each in mine
            if appealable(each)
        ][: cards.MAX_ON_CARD]
