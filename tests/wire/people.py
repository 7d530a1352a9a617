"""A guild on the stand-in, and what its people do, as Discord's client sends it."""

from dataclasses import dataclass
from typing import Any

import discord
from simcord import interactions
from simcord.backend import serializers
from simcord.backend.models import Channel, Interaction, Message, Overwrite
from simcord.components import walk_components
from simcord.enums import InteractionType, OptionType, OverwriteType
from stand_in import StandIn

STAFF_ONLY = discord.Permissions(view_channel=True).value


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the guild."""

    id: int
    name: str


class Guild:
    """A guild with an admin, a moderator and members.

    Args:
        stand_in: Discord.
        name: Its name.
        shard: The number of the shard that is told of it, and how many there are.

    Attributes:
        general: A channel for everybody.
        staff: A channel for the admin and the moderator.
    """

    def __init__(self, stand_in: StandIn, name: str = "Garden", shard: tuple[int, int] = (0, 1)) -> None:
        self._stand_in = stand_in
        self._backend = backend = stand_in.backend
        number, count = shard
        guild = backend.create_guild(name, shard_id=number, shard_count=count)
        self.id = guild.id
        rights = {
            "admin": discord.Permissions.all(),
            "moderator": discord.Permissions(manage_messages=True, moderate_members=True),
        }
        roles = {
            name: backend.create_role(self.id, name, permissions=wanted.value)
            for name, wanted in rights.items()
        }
        self.people: dict[str, Person] = {}
        for person in ("admin", "moderator", "alice", "bob"):
            self.join(person, [roles[person].id] if person in roles else [])
        self.general = backend.create_channel(self.id, "general")
        self.staff = backend.create_channel(
            self.id,
            "staff",
            overwrites=[
                Overwrite(self.id, OverwriteType.ROLE, deny=STAFF_ONLY),
                *(Overwrite(role.id, OverwriteType.ROLE, allow=STAFF_ONLY) for role in roles.values()),
                Overwrite(backend.bot_user.id, OverwriteType.MEMBER, allow=STAFF_ONLY),
            ],
        )

    def join(self, name: str, roles: list[int] | None = None) -> Person:
        """Let somebody join."""
        user = self._backend.make_user(name)
        self._backend.add_member(self.id, user.id, roles=roles or [])
        self.people[name] = Person(user.id, name)
        return self.people[name]

    # --- what people do -------------------------------------------------------------------------------

    def write(
        self, who: str, text: str, *files: tuple[str, bytes], channel: Channel | None = None
    ) -> Message:
        """Write a message."""
        place = channel or self.general
        attachments = self._backend.store_attachments(place.id, files)
        return self._backend.create_message(place.id, self.people[who].id, text, attachments=attachments)

    def mention(self, who: str, text: str, channel: Channel | None = None) -> Message:
        """Write a message that mentions the bot."""
        return self.write(who, f"<@{self._backend.bot_user.id}> {text}", channel=channel)

    def slash(self, who: str, name: str, channel: Channel | None = None, **options: object) -> Interaction:
        """Use a command, such as ``watch start``; a channel is given as such."""
        root, *path = name.split()
        command = self._backend.find_command(root, self.id)
        assert command is not None, f"the bot has told Discord of no command {root}"
        leaf, _ = interactions.walk_to_subcommand(command, path)
        resolved: dict[str, Any] = {}
        types = {option["name"]: option["type"] for option in leaf.get("options", [])}
        given = [
            {"name": key, "type": types[key], "value": self._value(types[key], value, who, resolved)}
            for key, value in options.items()
        ]
        data = {
            "id": command["id"],
            "name": root,
            "type": 1,
            "options": interactions.nest_options(command, path, given),
            "resolved": resolved,
        }
        return self._interact(who, InteractionType.APPLICATION_COMMAND, channel or self.general, data)

    def menu(self, who: str, name: str, message: Message) -> Interaction:
        """Choose something from the menu of a message."""
        command = self._backend.find_command(name, self.id, type=3)
        assert command is not None, f"the bot has told Discord of no menu {name}"
        data = {
            "id": command["id"],
            "name": name,
            "type": 3,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): self._shown(message)}},
        }
        place = self._backend.get_channel(message.channel_id)
        return self._interact(who, InteractionType.APPLICATION_COMMAND, place, data)

    def click(self, who: str, message: Message, label: str) -> Interaction:
        """Click a button, by what stands on it."""
        [button] = [found for found in walk_components(message.components) if found.get("label") == label]
        return self.use(who, message, {"custom_id": button["custom_id"], "component_type": 2})

    def choose(self, who: str, message: Message, value: str) -> Interaction:
        """Choose an option of a select menu, by its value."""
        [select] = [
            found
            for found in walk_components(message.components)
            if value in [option["value"] for option in found.get("options") or []]
        ]
        data = {"custom_id": select["custom_id"], "component_type": 3, "values": [value]}
        return self.use(who, message, data)

    def pick(self, who: str, message: Message, placeholder: str, channel: Channel) -> Interaction:
        """Choose a channel in a menu, by what stands in it."""
        [select] = [
            found for found in walk_components(message.components) if found.get("placeholder") == placeholder
        ]
        resolved: dict[str, Any] = {}
        value = self._value(OptionType.CHANNEL, channel, who, resolved)
        data = {
            "custom_id": select["custom_id"],
            "component_type": select["type"],
            "values": [value],
            "resolved": resolved,
        }
        return self.use(who, message, data)

    def use(self, who: str, message: Message, data: dict[str, Any]) -> Interaction:
        """Use a component of a message, there or not."""
        place = self._backend.get_channel(message.channel_id)
        extra = {"message": self._shown(message)}
        return self._interact(who, InteractionType.MESSAGE_COMPONENT, place, data, extra, message.id)

    # --- what is to be seen ---------------------------------------------------------------------------

    def answers_to(self, message: Message) -> list[Message]:
        """Return the bot's replies to a message."""
        found = self._backend.messages[message.channel_id].values()
        return [each for each in found if (each.reference or {}).get("message_id") == str(message.id)]

    def shown(self, interaction: Interaction) -> Message | None:
        """Return the bot's answer to an interaction, once it is there and not only promised."""
        if interaction.message_id is None or interaction.loading:
            return None
        return self._backend.messages[interaction.channel_id].get(interaction.message_id)

    def cards(self) -> list[Message]:
        """Return what the bot wrote in the channel of the staff."""
        bot = self._backend.bot_user.id
        return [each for each in self._backend.messages[self.staff.id].values() if each.author_id == bot]

    # ----------------------------------------------------------------------------------------------------

    def _value(self, kind: int, value: object, who: str, resolved: dict[str, Any]) -> object:
        if kind != OptionType.CHANNEL:
            return value
        assert isinstance(value, Channel)
        payload = dict(serializers.channel_payload(self._backend, value))
        person = self.people[who].id
        payload["permissions"] = str(self._backend.compute_permissions(self.id, person, value.id))
        resolved.setdefault("channels", {})[str(value.id)] = payload
        return str(value.id)

    def _shown(self, message: Message) -> dict[str, Any]:
        return dict(serializers.message_payload(self._backend, message))

    def _interact(
        self,
        who: str,
        kind: int,
        channel: Channel,
        data: dict[str, Any],
        extra: dict[str, Any] | None = None,
        source_id: int | None = None,
    ) -> Interaction:
        record, payload = interactions.base_payload(
            self._backend,
            type=kind,
            channel_id=channel.id,
            guild_id=self.id,
            user_id=self.people[who].id,
            data=data,
        )
        record.source_message_id = source_id
        self._backend.emit("INTERACTION_CREATE", {**payload, **(extra or {})})
        return record
