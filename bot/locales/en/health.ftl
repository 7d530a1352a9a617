### How the bot is, for whoever runs it.

command-health = How Moodring is, for whoever runs it: connection, load, database, memory
owner-only = Only whoever runs me can see this: the owner of my application, or somebody of the owner's team.

health-title = How I am
health-gateway = Discord
health-connected = Connected since { $since }.
health-shards = { $up } of { $all } connections are up.
health-answers = Answers in { $ms }{"\u00A0"}ms.
health-no-heartbeat = Not asked yet how fast it answers.
health-reading = Messages
health-keeps-up = I keep up.
health-busy = I am busy and skip watched messages: { $shed } in the last { $minutes } minutes.
health-stuck = One does not come to an end. A restart helps.
health-waiting = { $count ->
    [0] None waits now.
    [one] One waits now.
   *[other] { $count } wait now.
}
health-pictures = Pictures
health-decoders = { $count ->
    [0] No process that decodes them had to be replaced in the last { $minutes } minutes.
    [one] One process that decodes them had to be replaced in the last { $minutes } minutes.
   *[other] { $count } processes that decode them had to be replaced in the last { $minutes } minutes.
}
health-database = Database
health-silent = Does not answer. My log says why.
health-memory = Memory
health-megabytes = { $count }{"\u00A0"}MB, without the processes that decode pictures.
health-unknown = This system does not tell.
health-version = Version
