### The panel of /setup, settings and what stands in their way.

setup-title = Einstellungen dieses Servers
setup-who = Wer „Server verwalten“ darf, kann das mit /setup ändern.
sensitivity = Empfindlichkeit
watched-channels = Kanäle, in denen ich mitlese
title-with-unit = { $title } ({ $unit })

topic-channels = Kanäle
topic-sensitivity = Empfindlichkeit
topic-reading = Lesen und Antworten
topic-care = Texte und Regeln
topic-automatic = Automatische Aktion

preset-calm = Gelassen
    .about = Nur, was so gut wie sicher ist; die wenigsten Fehlalarme
preset-balanced = Ausgewogen
    .about = Für die meisten Server
preset-watchful = Wachsam
    .about = Es wird mehr gefunden, und mehr davon ist harmlos
preset-own = Eigene Zahlen

does-flag = Melden
    .about = Der Moderation zeigen, was schädlich aussieht
does-react = Reagieren
    .about = Mit einem Emoji reagieren, wenn ich mir bei einem Gefühl sicher bin
does-reply = Antworten
    .about = Antworten, wenn ich mir bei einem Gefühl sicher bin

language-auto = Wie Discord für diesen Server eingestellt ist
# The languages in their own words: the same in every catalogue.
language-en = English
language-es = Español
language-de = Deutsch
language-zh = 简体中文

## Settings: what they are called and what they do. Discord takes 45 characters of a title with its unit.

setting-language = Sprache
    .about = In welcher Sprache ich mit diesem Server spreche. Wer mich privat fragt, bekommt die Antwort in der eigenen.
setting-log_channel_id = Log-Kanal
    .about = Wo ich der Moderation etwas melde. Ohne ihn melde ich nichts.
setting-digest_channel_id = Wochenrückblick
    .about = Wo ich jeden Montag sage, wie die Stimmung der Woche war, Kanal für Kanal. Ohne Auswahl gibt es keinen.
setting-exempt_role_ids = Ausgenommene Rollen
    .about = Wessen Nachrichten der Moderation nie gezeigt werden.
setting-exempt_channel_ids = Ausgenommene Kanäle
    .about = Wo der Moderation nie etwas gezeigt wird, auch wenn ich mitlese.
setting-flag_toxicity = Toxizität melden ab
    .about = Wie toxisch eine Nachricht wirken muss, damit ich sie der Moderation zeige.
    .unit = %
setting-flag_anger = Wut melden ab
    .about = Wie wütend eine Nachricht in einem hitzigen Gespräch wirken muss, damit ich sie zeige.
    .unit = %
setting-flag_distress = Seelische Not zeigen ab
    .about = Ab wann ich euch bei einer traurigen oder ängstlichen Nachricht bitte, nach der Person zu sehen. Sagt sie klar, dass sie sterben will, tue ich das bei jeder Zahl.
    .unit = %
setting-act_toxicity = Eingreifen bei Toxizität ab
    .about = Wie toxisch eine Nachricht für eine automatische Aktion wirken muss; die ist anfangs aus.
    .unit = %
setting-act_anger = Eingreifen bei Wut ab
    .about = Dasselbe für Wut.
    .unit = %
setting-faces = Gesichter
    .about = Ob ich vermute, was Gesichter in Bildern ausdrücken. Dafür kann das Gesetz eine Einwilligung verlangen.
setting-ocr = Text in Bildern
    .about = Ob ich den Text in Bildern lese, wenn mein Betreiber das eingeschaltet hat.
setting-min_confidence = Antworten ab
    .about = Wie sicher ich mir bei einem Gefühl sein muss, wo ich von selbst antworte.
    .unit = %
setting-cooldown_s = Pause nach einer Antwort
    .about = Wie viele Sekunden lang ich im selben Kanal nichts mehr antworte.
    .unit = Sekunden
setting-heat_notes = Hinweise, wenn es hitzig wird
    .about = Ob ich es der Moderation im Log-Kanal sage, wenn ein Gespräch hitzig wird.
setting-heat_line = Beruhigende Worte
    .about = Was ich in ein Gespräch schreibe, das hitzig geworden ist; nichts, wenn es leer ist.
setting-distress_help = Hilfetext
    .about = Was auf der Karte steht, wenn jemand in seelischer Not ist, etwa wen man anrufen kann.
setting-warn_line = Verwarnung
    .about = Was ich auf eine Nachricht antworte, wenn die Moderation auf „Verwarnen“ drückt.
setting-timeout_minutes = Timeout
    .about = Wie viele Minuten ein Timeout dauert, wenn die Moderation auf „Timeout“ drückt.
    .unit = Minuten
setting-direct_messages = Direktnachrichten
    .about = Ob ich Mitgliedern in einer Direktnachricht sage, was unternommen wurde und wie man Einspruch erhebt.
setting-retention_days = Fälle aufbewahren
    .about = Nach wie vielen Tagen ein Fall endgültig gelöscht wird.
    .unit = Tage

## The panel

choose-topic = Andere Seite
choose-log = Log-Kanal wählen
choose-watched = Kanal zum Mitlesen oder Ändern wählen
choose-roles = Rollen wählen, die nie gemeldet werden
choose-channels = Kanäle wählen, in denen nichts gemeldet wird
choose-preset = Vorlage wählen
choose-language = Sprache wählen
choose-does = Was soll ich in #{ $channel } tun?
only-count = Nur zählen
stop-listening = Nicht mehr mitlesen
numbers = Zahlen
words = Texte
show-all = Alles zeigen
export = Exportieren
grant = Erlauben
turn-on = { $setting }: einschalten
turn-off = { $setting }: ausschalten

automatic-about = Ich melde, Menschen entscheiden. Soll ich von selbst handeln, sobald etwas die Schwellen *Eingreifen bei …* der Seite „Empfindlichkeit“ erreicht, dann zähle ich erst eine Woche lang nur, was ich getan hätte, und zeige es dir.
choose-automatic = Aktion zum Ausprobieren wählen
switch-on = Einschalten
stop-automatic = Beenden
automatic-trial = Probelauf für **{ $action }**, endet { $until }. Ich hätte { $did }; davon später verworfen, nicht toxisch genannt oder zurückgenommen: { $refuted }.
automatic-on = **{ $action }** ist **an**. Seit Beginn des Probelaufs habe (oder hätte) ich { $did }; davon später verworfen, nicht toxisch genannt oder zurückgenommen: { $refuted }.
did-delete = { $count ->
    [one] 1 Nachricht gelöscht
   *[other] { $count } Nachrichten gelöscht
}
did-time-out = { $count ->
    [one] einmal jemandem ein Timeout gegeben
   *[other] { $count }-mal jemandem ein Timeout gegeben
}

## What stands in the way

warning = ⚠️ { $text }
everyone-sees = Alle hier können den Log-Kanal sehen. Karten gehören dorthin, wo nur die Moderation hinschaut.
log-channel-is-gone = Den Log-Kanal gibt es nicht mehr, oder ich kann dort nicht schreiben. Wähle einen anderen: Bis dahin wird nichts gemeldet.
grant-here = ⚠️ In { $channel } fehlt mir die Berechtigung { $permissions }: Kanal bearbeiten → Berechtigungen → meine Rolle → ✓
grant-everywhere = ⚠️ In { $channel } fehlt mir die Berechtigung { $permissions }: Drück auf **{ grant }** und bestätige.
not-announced = Ich konnte es in { $channel } nicht ankündigen: Bitte sag es den Leuten dort, oder lass mich Nachrichten senden und mach es noch einmal.

settings-taken = Übernommen.
settings-taken-partly = { settings-taken } { $count ->
    [one] 1 Eintrag habe ich ausgelassen: Diesen Kanal oder diese Rolle gibt es auf diesem Server nicht.
   *[other] { $count } Einträge habe ich ausgelassen: Diese Kanäle und Rollen gibt es auf diesem Server nicht.
}

## Why a value or a file was not taken; it stands behind "nothing has changed:"

fault-per-cent = „{ $title }“ braucht eine Zahl von 0 bis 100
fault-number = „{ $title }“ braucht eine Zahl
fault-at-least = „{ $title }“ muss mindestens { $bound } sein
fault-at-most = „{ $title }“ darf höchstens { $bound } sein
fault-too-long = „{ $title }“ darf höchstens { $bound } Zeichen haben
fault-too-many = „{ $title }“ darf höchstens { $bound } Einträge haben
fault-value = „{ $title }“ kennt diesen Wert nicht
fault-no-list = keine Liste von Einstellungen
fault-no-setting = { $name } ist keine Einstellung
fault-unknown-name = ein Name darin ist keine Einstellung
fault-file-too-large = die Datei ist größer als { $kibibytes }{"\u00A0"}KiB
fault-file-not-json = die Datei ist kein JSON
fault-file-foreign = die Datei stammt nicht aus dem Export von /setup
fault-watched-many = „watched“ darf höchstens { $count } Kanäle nennen
fault-watched-names = „watched“ muss Kanäle mit ihrer ID nennen, dazu { $names }
