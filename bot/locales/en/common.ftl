### What all features say.

list-separator = {", "}
clause-separator = {"; "}
sentence-separator = {" "}
labelled = { $label }: { $text }
quoted = “{ $text }”
percent = { NUMBER($number, maximumFractionDigits: 4) }{"\u00A0"}%
and-more = - and { $count } more
and-others = and { $count } more
none = none
on = on
off = off
seconds = { $number } s
minutes = { $number } min
days = { $number ->
    [one] 1 day
   *[other] { $number } days
}

## Why somebody gets no answer

failed = Something went wrong on my side. It is logged; please try again later.
database-failed = My database does not work at the moment, so I could not keep that or look it up. It is logged; please try again later.
busy = I'm busy right now. Please try again in a moment.
too-slow = That took too long, so I gave up. Please try again in a moment.
opted-out = The author of this message asked not to be read, so I don't.
you-opted-out = You asked not to be read, so I don't read this either. `/privacy` lets you opt in again.
not-taken = I did not take that, and nothing has changed: { $why }.
needs-message-content = To listen to a channel I need Discord's intents *Guild Messages* and *Message Content*, and I lack one of them. Whoever runs this bot can switch *Message Content* on in the Developer Portal (Bot → Privileged Gateway Intents), ask for it (`MOODRING_MESSAGE_CONTENT=true`; in a bot of your own its `intents`) and restart the bot. `/analyze`, **Apps → Analyze** and mentions work without it.
needs-guilds = For this I need Discord's intent *Guilds*, which tells me about roles and channels, and I lack it. Whoever runs this bot can add it to the bot's `intents` and restart it.
not-watchable = I can listen to text channels, voice channels and threads of a server, not to this.
no-log-channel = Choose a log channel with `/setup`: without one I have nowhere to show flags.

## Permissions, by the names that Discord's settings have in this language

permission-view_channel = View Channel
permission-send_messages = Send Messages
permission-send_messages_in_threads = Send Messages in Threads
permission-embed_links = Embed Links
permission-attach_files = Attach Files
permission-add_reactions = Add Reactions
permission-read_message_history = Read Message History
permission-manage_messages = Manage Messages
permission-moderate_members = Time Out Members
permission-manage_guild = Manage Server
permission-connect = Connect

staff-only = Only people with { $permissions } can do this.
you-lack = In { $channel } you lack { $permissions }, which this takes.
i-lack = My own role lacks { $permissions }. Allow it in the server's role settings, then try again.
i-lack-in = In { $channel } I lack { $permissions }. Allow it for my role in the channel's settings, then try again.
count = { $number }
