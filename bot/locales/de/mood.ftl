### Mood: what /mood, its chart and the weekly digest say.

## Feelings, as they stand within a sentence

mood-group-joy = Freude
mood-group-warmth = Herzlichkeit
mood-group-surprise = Überraschung
mood-group-sadness = Traurigkeit
mood-group-fear = Angst
mood-group-anger = Wut
mood-unclear = unklar

mood-share = { $group } { $share }
mood-most-frequent = Am häufigsten: { $feelings }.
mood-neutral = Neutral oder unklar: { $neutral }.
mood-changed = { $group } { $now } statt { $then }
mood-changes-day = Im Vergleich zu den 24 Stunden davor: { $changes }.
mood-changes-week = Im Vergleich zur Woche davor: { $changes }.
mood-changes-month = Im Vergleich zu den 30 Tagen davor: { $changes }.
mood-as-before-day = Ähnlich wie in den 24 Stunden davor.
mood-as-before-week = Ähnlich wie in der Woche davor.
mood-as-before-month = Ähnlich wie in den 30 Tagen davor.

## Times

mood-weekday = { $day ->
    [0] Mo
    [1] Di
    [2] Mi
    [3] Do
    [4] Fr
    [5] Sa
   *[6] So
}
mood-date = { $day }.{"\u00A0"}{ $month ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sept.
    [10] Okt.
    [11] Nov.
   *[12] Dez.
}
mood-dates = { $first } bis { $last }

## The chart, and the same in a sentence for who cannot see it

mood-chart-title-day = Gefühle der letzten 24 Stunden
mood-chart-title-week = Gefühle der letzten 7 Tage
mood-chart-title-month = Gefühle der letzten 30 Tage
mood-chart-title-digest = Gefühle in allen Kanälen zusammen
mood-chart-total = { $messages ->
    [one] 1 Nachricht
   *[other] { $messages } Nachrichten
}, { $neutral } neutral oder unklar
mood-chart-scale = Volle Höhe: { $share } der Nachrichten. Zeiten in UTC.
mood-chart-rate = Nachrichten pro Stunde
mood-chart-most = bis zu { $rate }
mood-chart-too-few = zu wenige Personen oder Nachrichten
mood-said = Gefühle in { $messages ->
    [one] 1 Nachricht
   *[other] { $messages } Nachrichten
}, { $dates } (UTC).
mood-said-groups = { $groups }.
mood-said-group = { $group } { $share }, höchstens { $most } ({ $time })
mood-said-gaps = Wo es zu wenige Personen oder Nachrichten waren, wird nichts gezeigt.

## The answer to /mood

mood-title = Stimmung in { $channel }: { $period }
period-day = die letzten 24 Stunden
period-week = die letzten 7 Tage
period-month = die letzten 30 Tage
mood-counted = { $messages ->
    [one] 1 Nachricht
   *[other] { $messages } Nachrichten
}
mood-counted-said = { mood-counted }.
mood-about = Gezählt für den ganzen Kanal, vermutet von einer Maschine. Stunden mit weniger als { $people } Personen oder { $messages } Nachrichten werden zusammengefasst oder weggelassen, damit nicht zu erkennen ist, wie sich eine einzelne Person fühlt.
form-numbers = Zahlen
form-csv = CSV
mood-numbers-title = Zahlen für { $channel }, { $dates } (UTC)
mood-label = { $label } { $count }
mood-bin = **{ $time }**: { $messages } · { $feelings }
mood-bin-neutral = neutral oder unklar
mood-bin-too-few = **{ $time }**: zu wenig
mood-bins-left-out = Älteres steht in der CSV-Datei.
mood-csv-about = Eine Zeile je Gefühl und Zeitraum (UTC). Personen kommen in der Datei nicht vor.

mood-not-watched = In { $channel } lese ich nicht mit, deshalb weiß ich nicht, wie dort die Stimmung ist. Wer „Server verwalten“ darf, kann das mit `/watch start` ändern; mit `mode: { mode-count }` zähle ich nur.
mood-nothing-yet = Aus { $channel } gibt es für diesen Zeitraum nichts zu zeigen. Ich brauche mindestens { $people } Personen in einer Stunde und { $messages } Nachrichten in dieser oder in mehreren Stunden desselben Tages zusammen. Schau später noch einmal nach oder wähle einen längeren Zeitraum.
mood-channel-gone = Diesen Kanal gibt es nicht mehr.
mood-not-in-thread = { $channel } ist ein privater Thread, und du bist nicht dabei.

## The weekly digest

mood-digest-title = Die Woche in Gefühlen: { $dates }
mood-digest-channel = { $channel }: { $feelings }.
mood-digest-more = { $channels ->
    [one] … und 1 weiterer
   *[other] … und { $channels } weitere
}
mood-digest-about = Gezählt für ganze Kanäle, nie für eine einzelne Person. `/mood` zeigt mehr; mit `/setup` lässt sich das abstellen.

choose-digest = Kanal für den Wochenrückblick wählen
digest-channel-is-gone = Den Kanal für den Wochenrückblick gibt es nicht mehr. Wähle einen anderen oder keinen.
