### Commands as Discord lists them. Their names are the same in every language, so that texts can name them.
### Discord takes at most 100 characters of a description and 32 of the name in the menu.

menu-analyze = Analysieren

command-analyze = Das Gefühl in einem Text, in Bildern oder in beidem lesen
    .text = Der Text, der gelesen werden soll
    .image = Ein Bild, das gelesen werden soll: PNG, JPEG, GIF oder WebP, bis 8{"\u00A0"}MiB
    .image2 = Ein zweites Bild
    .image3 = Ein drittes Bild
    .public = Die Antwort allen hier zeigen statt nur dir

command-watch = Moodring in einem Kanal mitlesen lassen
command-watch-start = Die Nachrichten eines Kanals ab jetzt lesen
    .channel = Der Kanal; ohne Angabe dieser hier
    .mode = Antworten, reagieren, der Moderation melden oder nur zählen; ohne Angabe antworten
command-watch-stop = Die Nachrichten eines Kanals nicht mehr lesen
    .channel = Der Kanal; ohne Angabe dieser hier
command-watch-status = Zeigen, in welchen Kanälen Moodring mitliest und was es dort tut
command-watch-tune = Festlegen, wie sicher Moodring beim Mitlesen sein muss und wie oft es antworten darf
    .confidence = Nur ab dieser Sicherheit antworten, in Prozent
    .cooldown = Sekunden Pause nach einer Antwort, je Kanal

command-faces = Festlegen, ob Moodring Gesichter in Bildern liest
command-faces-on = Lesen, was Gesichter in den Bildern dieses Servers ausdrücken
command-faces-off = Gesichter in den Bildern dieses Servers in Ruhe lassen

command-privacy = Was Moodring liest und speichert und wie du dem widersprechen kannst

command-cases = Was gemeldet wurde und was daraus geworden ist
command-cases-list = Fälle auflisten, die neuesten zuerst
    .channel = Nur Fälle aus diesem Kanal
    .group = Nur Fälle, die deswegen gemeldet wurden
    .state = Nur Fälle mit diesem Stand
    .page = Welche Seite der Liste
command-cases-show = Einen Fall mit seinen Buttons zeigen
    .case = Die Nummer des Falls
command-cases-stats = Zeigen, wie viele Fälle es gibt und wie oft eingegriffen wurde
command-cases-export = Alle Fälle als CSV-Datei: IDs, Werte und Stand, aber nichts von dem, was jemand schrieb

command-mood = Zeigen, wie die Stimmung in einem Kanal war: gezählte Gefühle, nie die einer einzelnen Person
    .channel = Der Kanal; ohne Angabe dieser hier
    .period = Die letzten 24 Stunden, 7 oder 30 Tage; ohne Angabe 7 Tage

command-appeal = Einspruch erheben: sagen, warum etwas falsch ist, das hier gegen dich unternommen wurde
    .case = Die Nummer des Falls; ohne Angabe der letzte

command-setup = Moodring auf diesem Server einrichten: Kanäle, Empfindlichkeit, was es liest, Texte und Regeln
    .show = Die jetzigen Einstellungen nur zeigen
    .file = Einstellungen aus einer früher exportierten Datei übernehmen

command-backtest = Schwellen an der Vergangenheit eines Kanals ausprobieren, bevor du etwas einschaltest
    .channel = Der Kanal; ohne Angabe dieser hier
    .days = Wie viele Tage zurück; ohne Angabe 7
    .thresholds = Toxizität, ab der gemeldet wird, in Prozent, z. B. 70, 85; ohne Angabe die der Vorlagen

## What options offer

mode-reply = antworten
mode-react = reagieren
mode-flag = melden
mode-count = nur zählen
