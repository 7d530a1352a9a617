### How the bot is, for whoever runs it.

command-health = Wie es Moodring geht, für seinen Betreiber: Verbindung, Last, Datenbank, Speicher
owner-only = Das sieht nur, wer mich betreibt: wem meine Anwendung gehört, oder jemand aus dem zugehörigen Team.

health-title = Wie es mir geht
health-gateway = Discord
health-connected = Verbunden seit { $since }.
health-shards = { $up } von { $all } Verbindungen stehen.
health-answers = Antwortet in { $ms }{"\u00A0"}ms.
health-no-heartbeat = Wie schnell es antwortet, ist noch nicht bekannt.
health-reading = Nachrichten
health-keeps-up = Ich komme nach.
health-busy = Ich bin ausgelastet und überspringe Nachrichten beim Mitlesen: { $shed } in den letzten { $minutes } Minuten.
health-stuck = Mit einer komme ich nicht zu Ende. Ein Neustart hilft.
health-waiting = { $count ->
    [0] Gerade wartet keine.
    [one] Gerade wartet eine.
   *[other] Gerade warten { $count }.
}
health-pictures = Bilder
health-decoders = { $count ->
    [0] In den letzten { $minutes } Minuten musste kein Prozess ersetzt werden, der sie dekodiert.
    [one] In den letzten { $minutes } Minuten musste ein Prozess ersetzt werden, der sie dekodiert.
   *[other] In den letzten { $minutes } Minuten mussten { $count } Prozesse ersetzt werden, die sie dekodieren.
}
health-database = Datenbank
health-silent = Antwortet nicht. Warum, steht in meinem Log.
health-memory = Arbeitsspeicher
health-megabytes = { $count }{"\u00A0"}MB, ohne die Prozesse, die Bilder dekodieren.
health-unknown = Dieses System verrät es nicht.
health-version = Version
