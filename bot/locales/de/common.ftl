### What all features say.

list-separator = {", "}
clause-separator = {"; "}
sentence-separator = {" "}
labelled = { $label }: { $text }
quoted = „{ $text }“
percent = { NUMBER($number, maximumFractionDigits: 4) }{"\u00A0"}%
and-more = - und { $count } weitere
and-others = und { $count } weitere
none = nichts eingestellt
on = an
off = aus
seconds = { $number }{"\u00A0"}s
minutes = { $number }{"\u00A0"}min
days = { $number ->
    [one] 1 Tag
   *[other] { $number } Tage
}

## Why somebody gets no answer

failed = Bei mir ist etwas schiefgegangen. Es ist protokolliert; bitte versuch es später noch einmal.
database-failed = Meine Datenbank funktioniert gerade nicht, deshalb konnte ich das nicht speichern oder nachsehen. Es ist protokolliert; bitte versuch es später noch einmal.
busy = Ich habe gerade zu viel zu tun. Bitte versuch es gleich noch einmal.
too-slow = Das hat zu lange gedauert, deshalb habe ich aufgegeben. Bitte versuch es gleich noch einmal.
opted-out = Wer diese Nachricht geschrieben hat, möchte nicht gelesen werden. Daran halte ich mich.
you-opted-out = Du hast dem Lesen widersprochen, deshalb lese ich auch das nicht. Mit `/privacy` kannst du den Widerspruch zurücknehmen.
not-taken = Das habe ich nicht übernommen, und nichts hat sich geändert: { $why }.
needs-message-content = Um in einem Kanal mitzulesen, brauche ich von Discord die Intents *Guild Messages* und *Message Content*, und einer davon fehlt mir. Wer diesen Bot betreibt, kann *Message Content* im Developer Portal einschalten (Bot → Privileged Gateway Intents), ihn anfordern (`MOODRING_MESSAGE_CONTENT=true`; in einem eigenen Bot dessen `intents`) und den Bot neu starten. `/analyze`, **Apps → Analysieren** und Erwähnungen gehen auch ohne.
needs-guilds = Dafür brauche ich von Discord den Intent *Guilds*, der mir Rollen und Kanäle nennt, und er fehlt mir. Wer diesen Bot betreibt, kann ihn in dessen `intents` ergänzen und den Bot neu starten.
not-watchable = Ich kann in Textkanälen, Sprachkanälen und Threads eines Servers mitlesen, hier nicht.
no-log-channel = Wähle mit `/setup` einen Log-Kanal: Ohne ihn weiß ich nicht, wo ich etwas melden soll.

## Permissions, by the names that Discord's settings have in this language

permission-view_channel = Kanal ansehen
permission-send_messages = Nachrichten senden
permission-send_messages_in_threads = Nachrichten in Threads senden
permission-embed_links = Links einbetten
permission-attach_files = Dateien anhängen
permission-add_reactions = Reaktionen hinzufügen
permission-read_message_history = Nachrichtenverlauf anzeigen
permission-manage_messages = Nachrichten verwalten
permission-moderate_members = Mitglieder im Timeout
permission-manage_guild = Server verwalten
permission-connect = Verbinden

staff-only = Dafür brauchst du: { $permissions }.
you-lack = Dafür fehlt dir in { $channel }: { $permissions }.
i-lack = Meiner Rolle fehlt noch: { $permissions }. Erlaube das in den Servereinstellungen unter „Rollen“ und versuch es dann noch einmal.
i-lack-in = In { $channel } fehlt mir noch: { $permissions }. Erlaube das meiner Rolle in den Kanaleinstellungen und versuch es dann noch einmal.
count = { $number }
