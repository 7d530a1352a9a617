"""Reading on request: ``/analyze``, the message menu **Analyze**, and mentions of the bot."""

import asyncio
import contextlib
import logging
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.exc import SQLAlchemyError

from .. import texts
from ..answers import Answers, AnyBot, failures_logged
from ..apologies import apologise
from ..delivery import FAILED, is_first, is_new, promise, twice
from ..intake.message import Draft, draft_of_message, draft_of_parts, is_from_person
from ..permissions import missing_to_reply
from ..replies import refusal
from ..services import REFUSALS, Services
from ..speaking import described, language_here, speak_to
from ..store import explain_failure, going_on, is_failure
from ._feature import Feature

log: Final = logging.getLogger(__name__)

MAX_TEXT: Final = 4000
"""Characters of ``/analyze text:``, as many as the longest message has."""


class Analysis(Feature, name="MoodringAnalysis"):
    """The three ways to ask for a reading.

    Attributes:
        menu: The message menu.
    """

    def __init__(self, bot: AnyBot, services: Services, answers: Answers) -> None:
        self._bot = bot
        self._services = services
        self._answers = answers
        self._typing: set[asyncio.Task[None]] = set()
        self.menu = app_commands.ContextMenu(
            name=described("menu-analyze"),
            callback=self.analyze_message,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )
        self.menu.error(apologise)

    async def cog_load(self) -> None:
        """Add the message menu: discord.py has no decorator for menus in a cog."""
        self._bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take the message menu away again."""
        self._bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @app_commands.command(name="analyze", description=described("command-analyze"))
    @app_commands.describe(
        text=described("command-analyze.text"),
        image=described("command-analyze.image"),
        image2=described("command-analyze.image2"),
        image3=described("command-analyze.image3"),
        public=described("command-analyze.public"),
    )
    @app_commands.allowed_contexts(guilds=True, dms=True)
    @app_commands.allowed_installs(guilds=True)
    async def analyze(
        self,
        interaction: discord.Interaction[Any],
        *,
        text: app_commands.Range[str, 1, MAX_TEXT] | None = None,
        image: discord.Attachment | None = None,
        image2: discord.Attachment | None = None,
        image3: discord.Attachment | None = None,
        public: bool = False,
    ) -> None:
        """Read a text, pictures or both that somebody hands in."""
        attachments = [given for given in (image, image2, image3) if given is not None]
        if text is None and not attachments:
            await interaction.response.send_message(texts.say("nothing-given"), ephemeral=True)
            return
        # That somebody opted out is nobody else's business: a refusal of that is private.
        public = public and not await self._services.store.opt_outs.contains(interaction.user.id)
        if public and interaction.guild_id is not None:
            texts.speak(await language_here(self._services.store.guilds, interaction.guild))
        draft = draft_of_parts(text or "", attachments, interaction.guild_id)
        await self._respond(interaction, interaction.user.id, draft, public=public)

    async def analyze_message(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Read the message on which somebody chose **Analyze**; only they see the answer."""
        speak_to(interaction)
        if not is_first(interaction):
            return
        draft = draft_of_message(message, interaction.client.user.id)
        await self._respond(interaction, message.author.id, draft, public=False)

    async def _respond(
        self, interaction: discord.Interaction[Any], author_id: int, draft: Draft, *, public: bool
    ) -> None:
        """Read a draft and answer the interaction; Discord waits 3 s for the first sign only."""
        await promise(interaction, ephemeral=not public)
        with self._services.answering():
            try:
                reading = await self._services.read(author_id, draft, asked_by=interaction.user.id)
            except REFUSALS as error:
                why = refusal(error, own=author_id == interaction.user.id)
                await twice(lambda: interaction.edit_original_response(content=why))
            else:
                await self._answers.respond(interaction, reading, author_id)
                ids = {"interaction_id": interaction.id, "guild_id": interaction.guild_id}
                log.info("answered", extra=ids)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Read a message that mentions the bot; in a reply, the message replied to."""
        me = self._bot.user
        # Only what is written counts: a reply to an answer of ours pings us without meaning to ask.
        if me is None or me.id not in message.raw_mentions or not is_from_person(message):
            return
        if not is_new(self._bot, message.id):
            return
        if (await self._bot.get_context(message)).valid:
            return  # a command of the host, given by mentioning it
        with going_on(message_id=message.id):
            texts.speak(await language_here(self._services.store.guilds, message.guild))
        with self._services.answering():
            if missing := missing_to_reply(message.channel):
                await self._tell_missing(message, missing)
                return
            # Never cancelled: discord.py would keep all requests back for good, were this one waiting for the
            # limit of all.
            typing = asyncio.create_task(_type(message.channel))
            self._typing.add(typing)
            typing.add_done_callback(self._typing.discard)
            try:
                await self._answer_mention(message, me.id)
            except SQLAlchemyError as error:
                if not is_failure(error):
                    raise
                log.error(explain_failure(error), extra={"message_id": message.id})  # noqa: TRY400 - no bug
                await self._answers.say(message, texts.say("database-failed"))

    async def _answer_mention(self, message: discord.Message, my_id: int) -> None:
        about = _message_meant(message, my_id)
        if about is None:
            await self._answers.say(message, texts.say("replied-to-is-gone"))
            return
        draft = draft_of_message(about, my_id)
        if draft.is_empty:
            hidden = (
                about is not message and message.guild is not None and not self._bot.intents.message_content
            )
            await self._answers.say(
                message, texts.say("replied-to-is-hidden") if hidden else texts.say("nothing-mentioned")
            )
            return
        async with self._answers.lock(about.id):
            try:
                reading = await self._services.read(about.author.id, draft, asked_by=message.author.id)
            except REFUSALS as error:
                await self._answers.say(message, refusal(error, own=about.author == message.author))
            else:
                await self._answers.reply(message, reading, about)

    async def _tell_missing(self, message: discord.Message, missing: list[str]) -> None:
        """Say in plain text which permission is missing, where at least text can be sent."""
        log.info("cannot answer", extra={"channel_id": message.channel.id, "lacking": ",".join(missing)})
        if not {"view_channel", "send_messages", "send_messages_in_threads"} & set(missing):
            with failures_logged(message.id, message.channel.id):
                await message.channel.send(texts.i_lack(f"<#{message.channel.id}>", missing))


async def _type(channel: discord.abc.Messageable) -> None:
    """Show for the next 10 s that an answer comes; where this fails or takes long, no answer waits for it."""
    with contextlib.suppress(*FAILED):
        await channel.typing()


def _message_meant(message: discord.Message, my_id: int) -> discord.Message | None:
    """Return the message that a mention asks to be read; None if it is gone."""
    if message.type is not discord.MessageType.reply or message.reference is None:
        return message
    replied_to = message.reference.resolved
    if not isinstance(replied_to, discord.Message):
        return None
    return message if replied_to.author.id == my_id else replied_to
