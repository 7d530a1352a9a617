### Flags, cases, appeals and the cards that moderators see.

distress-help = Hier geht es vielleicht jemandem nicht gut. Ein freundliches Wort von Mensch zu Mensch hilft mehr als alles, was ich sagen könnte. Bei Gefahr ruf den Notruf an ihrem Wohnort.
warn-line = Die Moderation bittet dich, hier freundlich zu bleiben. Wenn du das für falsch hältst, schreib /appeal.

message = Nachricht
to-the-message = Zur Nachricht
machine-hint = Hinweis einer Maschine: Menschen entscheiden
check-this = ⚠️ **Bitte prüfen:** Ich wurde mitten in der letzten Aktion angehalten und weiß nicht, ob sie geklappt hat.

group-toxicity = Toxizität
group-anger = Wut
group-distress = seelische Not
flag-toxicity = 🚩 Das könnte toxisch sein
flag-anger = 🚩 Wut in einem hitzigen Gespräch

state-open = offen
state-dismissed = verworfen
state-not-toxic = nicht toxisch
state-acted = eingegriffen
state-unclear = bitte prüfen
state-appealed = Einspruch läuft
state-upheld = es bleibt dabei
state-reversed = zurückgenommen

## What buttons do

action-dismiss = Verwerfen
action-not-toxic = Nicht toxisch
action-warn = Verwarnen
action-time-out = Timeout
action-delete = Löschen
action-appeal = Einspruch
action-uphold = Dabei bleiben
action-reverse = Zurücknehmen
show = Anzeigen
talk = Ich rede mit der Person
put-away = Zur Seite legen

## Cards

card-footer = Fall { $case } · { $state } · { machine-hint }
flags-title = { $count ->
    [one] 🚩 1 Nachricht gemeldet
   *[other] 🚩 { $count } Nachrichten gemeldet
}
choose-case = Sieh dir eine davon an und entscheide
case-option = #{ $case }: { $group } { $score }
distress-title = 💙 Vielleicht geht es jemandem nicht gut
distress-footer = Hinweis einer Maschine, oft falsch. Ich lege dazu keinen Fall an und zähle es nicht.
distress-talk = { $who } redet mit der Person.
distress-dismiss = { $who } hat diesen Hinweis zur Seite gelegt.
heats-up = 🔥 Ein Gespräch wird hitzig
heats-up-about = Mehrere antworten einander schärfer als zuvor. Ein ruhiges Wort jetzt kann einen Streit ersparen.

event-by = { $who }: **{ $action }**
event = **{ $action }**
outcome-done = { $event }
outcome-under-way = { $event } … läuft
outcome-failed = { $event } – fehlgeschlagen
outcome-unclear = { $event } – ⚠️ bitte prüfen

## Why something could not be done

no-such-case = Diesen Fall gibt es hier nicht (mehr).
channel-is-gone = Den Kanal dieser Nachricht gibt es nicht mehr, oder ich sehe ihn nicht mehr.
message-is-gone = Die Nachricht gibt es nicht mehr.
has-left = Die Person ist nicht mehr auf diesem Server.
outranked = Deine Rolle steht nicht über der dieser Person; auch in Discord selbst könntest du ihr kein Timeout geben.
not-your-own-appeal = Du hast in diesem Fall selbst gehandelt, deshalb muss jemand anderes über den Einspruch entscheiden.
being-done = Gerade bearbeitet jemand diesen Fall; schau gleich noch einmal nach.
discord-forbids = Discord lässt mich nicht. Meine Rolle muss über der dieser Person stehen, und ich brauche die Berechtigung in diesem Kanal.
discord-fails = Discord hat nicht so geantwortet, wie es sollte. Sieh nach, ob es geklappt hat, bevor du es noch einmal versuchst.
already = Das ist schon entschieden. Stand des Falls: **{ $state }**.
deed-failed = **{ $action }** hat nicht geklappt. { $why }

## What others are told

audit-moderator = Moodring, Fall { $case }: gemeldet wegen { $group }; entschieden von { $moderator }
audit-automatic = Moodring, Fall { $case }: gemeldet wegen { $group }; automatische Aktion
told-warn = Auf **{ $server }** hat dich jemand aus der Moderation gebeten, freundlich zu bleiben. { -how-to-appeal }
told-time-out = { $by ->
    [person] Auf **{ $server }** hat dir jemand aus der Moderation ein Timeout von { $minutes ->
        [one] 1 Minute
       *[other] { $minutes } Minuten
    } gegeben.
   *[machine] Auf **{ $server }** habe ich dir im Auftrag des Servers ein Timeout von { $minutes ->
        [one] 1 Minute
       *[other] { $minutes } Minuten
    } gegeben.
} { -how-to-appeal }
told-delete = { $by ->
    [person] Auf **{ $server }** hat jemand aus der Moderation eine Nachricht von dir gelöscht.
   *[machine] Auf **{ $server }** habe ich im Auftrag des Servers eine Nachricht von dir gelöscht.
} { -how-to-appeal }
told-uphold = Auf **{ $server }** hat sich jemand aus der Moderation deinen Einspruch angesehen; die Entscheidung bleibt bestehen.
told-reverse = Auf **{ $server }** hat sich jemand aus der Moderation deinen Einspruch angesehen und die Entscheidung zurückgenommen.
-how-to-appeal = Wenn du das für falsch hältst, schreib dort innerhalb von zwei Wochen `/appeal`.

## /cases and /appeal

cases-title = Fälle
no-cases = Keine Fälle.
written-by = Geschrieben von { $author }
page-footer = Seite { $page }
page-footer-more = Seite { $page } · weiter mit page: { $next }
cases-of-days = { $days ->
    [one] Fälle des letzten Tages
   *[other] Fälle der letzten { $days } Tage
}
agreed = Bei **{ $confirmed } von { $decided }** entschiedenen Fällen wurde eingegriffen ({ $share })
cases-exported = { $count ->
    [one] 1 Fall.
   *[other] { $count } Fälle.
} In der Datei stehen weder IDs von Mitgliedern noch Worte aus Nachrichten.

appeal-title = Einspruch zu Fall { $case }
appealed-title = ⚖️ Einspruch zu Fall { $case }
appeal-words = Warum war es falsch?
appeal-readers = Das liest die Moderation dieses Servers. Ich behalte keine Kopie.
appeal-by = Einspruch von
appeal-sent = Dein Einspruch liegt der Moderation vor. Entscheiden wird jemand anderes als zuvor.
appealed-already = Zu diesem Fall gibt es schon einen Einspruch, oder er wurde inzwischen entschieden.
nothing-to-appeal = Ich weiß von nichts, gegen das du Einspruch erheben könntest: In den letzten zwei Wochen wurde hier über mich nichts gegen dich unternommen, oder es gab dazu schon einen Einspruch.
nobody-to-appeal-to = Dieser Server hat keinen Kanal, in dem ich deinen Einspruch zeigen könnte. Bitte schreib jemandem aus der Moderation direkt.
own-case = Fall { $case } vom { $day }
