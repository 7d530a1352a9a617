### /backtest: thresholds tried on the past of a channel, and examples judged.

backtest-no-log = Das Ergebnis zeige ich im Log-Kanal, denn nur die Moderation soll es sehen, und ich habe keinen, in dem ich schreiben darf. Wähle einen mit `/setup`.
backtest-running = Auf diesem Server probiere ich schon Schwellen aus: Warte, bis ich fertig bin, oder brich den Durchlauf im Log-Kanal ab.
backtests-full = Ich probiere schon auf mehreren Servern Schwellen aus. Bitte versuch es in einer Weile noch einmal.
backtest-gone = Diesen Durchlauf habe ich nicht mehr: Durchläufe behalte ich nur im Arbeitsspeicher, bis ich neu gestartet werde. Beginne mit `/backtest` einen neuen.
backtest-started = Bin dabei: [Fortschritt und Ergebnis]({ $link })

backtest-going-on = 🔎 Ich probiere Schwellen aus
backtest-over = 📊 Schwellen, an der Vergangenheit erprobt
backtest-of = { $days ->
    [one] { $channel } · der letzte Tag
   *[other] { $channel } · die letzten { $days } Tage
}
backtest-messages = { $count ->
    [one] **1** Nachricht
   *[other] **{ $count }** Nachrichten
}
backtest-messages-back = { $count ->
    [one] **1** Nachricht, zurück bis { $back }
   *[other] **{ $count }** Nachrichten, zurück bis { $back }
}
backtest-read = { $messages }; davon gelesen: **{ $count }**
backtest-skipped = Nicht gelesen: { $reasons }
backtest-foreign = In anderen Sprachen als Englisch, in denen ich nie etwas melde: { $count }
backtest-keeps = Was jemand geschrieben hat, behalte ich nicht: Ich zähle und merke mir die IDs einiger Beispiele, bis ich neu gestartet werde.

unread-bot = { $count } von Bots
unread-notice = { $count } von Discord selbst
unread-opted_out = { $count } wegen Widerspruchs
unread-empty = { $count } ohne Lesbares
unread-damaged = { $count } beschädigt
unread-busy = { $count } abgewiesen, weil zu viel auf einmal kam
unread-late = { $count } aufgegeben, weil es zu lange dauerte
unread-failed = { $count } am Modell gescheitert

backtest-capped = Es gibt noch mehr Nachrichten. Ich lese höchstens { $most }, und zwar die neuesten.
ending-cancelled = Mittendrin abgebrochen: Das wurde bis dahin gelesen.
ending-no-access = Mittendrin durfte ich nicht mehr in den Kanal: Das wurde bis dahin gelesen.
ending-failed = Bei mir ist etwas schiefgegangen; es ist protokolliert. Das wurde bis dahin gelesen.
ending-stopped = Ich wurde mittendrin angehalten: Das wurde bis dahin gelesen. `/backtest` beginnt von vorn.

would-flag = So viele hätte ich gemeldet ab
would-flag-line = **{ $threshold }**: **{ $count }**, also { NUMBER($rate, maximumFractionDigits: 1) } von 1.000
would-flag-preset = **{ $threshold }** ({ $preset }): **{ $count }**, also { NUMBER($rate, maximumFractionDigits: 1) } von 1.000

press-cancel = Abbrechen
press-judge = Beispiele beurteilen
press-right = Ja
press-not = Nein
press-skip = Überspringen
press-stop = Aufhören
press-use = Übernehmen

judge-about = Wie viele davon zu Recht gemeldet würden, sagt keine Zahl, das können nur Menschen. Beurteile Beispiele; ab 50 schlage ich eine Schwelle vor.
judge-question = Wäre es richtig, diese Nachricht zu melden?
nothing-left-to-judge = Für dich gibt es nichts mehr zu beurteilen. Danke!
judging-stopped = Danke! Mit **{ press-judge }** machst du weiter, wo du aufgehört hast.
too-few-to-judge = Beispiele zum Beurteilen: { $examples }; für einen Vorschlag braucht es { $enough } Urteile. Mehr Tage oder ein belebterer Kanal bringen mehr.
judged = { $count } von euch allen beurteilt
judged-missing = { $count } von euch allen beurteilt; noch { $missing }, dann schlage ich eine Schwelle vor
suggestion = **Vorschlag: ab { $threshold } melden.** Etwa { $alarms } davon wären Fehlalarme; nach { $count } Urteilen liegt der Anteil zwischen { $low } und { $high }.
no-suggestion = **Ich kann keine Schwelle vorschlagen:** Nach euren Urteilen hat selbst die beste etwa { $alarms } Fehlalarme.
threshold-used = Erledigt: Toxizität melde ich jetzt ab **{ $threshold }**. Mit `/setup` lässt sich das ändern.
threshold-used-trial = Erledigt: Toxizität melde ich jetzt ab **{ $threshold }**. Der Probelauf der automatischen Aktion beginnt von vorn. Mit `/setup` lässt sich das ändern.

## Why thresholds were not taken; it stands behind "nothing has changed:"

thresholds-many = mehr als { $most } sind zu viele
threshold-no-number = ‚{ $written }‘ ist keine Zahl
threshold-range = { $written } ist keine Schwelle: Eine Schwelle liegt über 0 und höchstens bei 1 oder 100{"\u00A0"}%
