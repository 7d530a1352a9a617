### Answers: what I read in a message, and why.

## Emotions, as they stand within a sentence

emotion-admiration = Bewunderung
emotion-amusement = Belustigung
emotion-anger = Wut
emotion-annoyance = Ärger
emotion-approval = Zustimmung
emotion-caring = Fürsorge
emotion-confusion = Verwirrung
emotion-curiosity = Neugier
emotion-desire = Verlangen
emotion-disappointment = Enttäuschung
emotion-disapproval = Missbilligung
emotion-disgust = Ekel
emotion-embarrassment = Verlegenheit
emotion-excitement = Begeisterung
emotion-fear = Angst
emotion-gratitude = Dankbarkeit
emotion-grief = Trauer
emotion-joy = Freude
emotion-love = Liebe
emotion-nervousness = Nervosität
emotion-optimism = Optimismus
emotion-pride = Stolz
emotion-realization = Erkenntnis
emotion-relief = Erleichterung
emotion-remorse = Reue
emotion-sadness = Traurigkeit
emotion-surprise = Überraschung
emotion-neutral = neutral

sentiment-negative = negativ
sentiment-neutral = neutral
sentiment-positive = positiv

## How sure I am

sure-very = sehr sicher
sure-quite = ziemlich sicher
sure-fairly = einigermaßen sicher
sure-leaning = am ehesten das
sure-not = nicht sicher
confidence = { $sure }, { $share }

## The answer

unsure-title = 🤔 Nicht sicher – vielleicht { $emotion }
not-english = Das sieht nicht nach Englisch aus. Ich bin für Englisch gemacht und bei allem anderen weniger sicher.
sentiment = Stimmung
next = Auch möglich
read = Gelesen
skipped = Ausgelassen
in-picture = Im Bild gelesen
footer = Vermutung einer Maschine · { $model } · { $milliseconds }{"\u00A0"}ms

part-text = Text
part-image = Bild { $number }
part-image_text = Text in Bild { $number }
part-image_faces = Gesichter in Bild { $number }

## Why something was not read, as in "picture 2: larger than 8 MiB"

skip-larger-than-8-mib = größer als 8{"\u00A0"}MiB
skip-too-many-pixels = zu viele Pixel
skip-not-a-png-jpeg-gif-or-webp-image = kein PNG-, JPEG-, GIF- oder WebP-Bild
skip-damaged-image-file = beschädigte Bilddatei
skip-not-a-picture = kein Bild
skip-a-type-of-picture-i-can-t-read = ein Bildformat, das ich nicht lesen kann (PNG, JPEG, GIF und WebP kann ich)
skip-only-the-first-4-pictures-are-read = nur die ersten 4 Bilder werden gelesen
skip-no-longer-there = nicht mehr da
skip-could-not-be-downloaded = ließ sich nicht herunterladen
skip-took-too-long-to-download = das Herunterladen hat zu lange gedauert
skip-not-an-attachment-from-discord = kein Anhang von Discord
skip-took-too-long-to-decode = das Dekodieren hat zu lange gedauert
skip-needs-too-much-memory-to-decode = das Dekodieren bräuchte zu viel Speicher
skip-could-not-be-decoded-safely = ließ sich nicht sicher dekodieren
skip-took-too-long-to-read = das Lesen hat zu lange gedauert
skip-could-not-be-read-safely = ließ sich nicht sicher lesen
skip-pictures-cannot-be-read-at-the-moment = Bilder kann ich gerade nicht lesen
skip-only-its-beginning-was-read = nur der Anfang wurde gelesen

nothing-given = Gib mir `text`, `image` oder beides, dann sage ich dir, welches Gefühl ich darin lese.
nothing-mentioned = Schreib etwas neben meinen Namen, häng ein Bild an oder erwähne mich in einer Antwort auf eine Nachricht, dann sage ich dir, welches Gefühl ich darin lese.
nothing-to-read = In dieser Nachricht kann ich nichts lesen: kein Text und kein Bild.
nothing-readable = In dieser Nachricht kann ich nichts lesen ({ $parts }).
replied-to-is-gone = Ich sehe die Nachricht nicht, auf die du geantwortet hast; vielleicht wurde sie gelöscht.
replied-to-is-hidden = Ich kann die Nachricht nicht lesen, auf die du geantwortet hast: Discord zeigt mir nur Nachrichten, die mich erwähnen. Klick sie mit der rechten Maustaste an (oder halte sie gedrückt) und wähle **Apps → Analysieren**. Wer diesen Bot betreibt, kann ihm auch den Intent *Message Content* geben.

## Why?

why = Warum?
why-title = Warum { $emotion }?
why-toxic = Warum 🚩 toxisch?
why-words = **Fett**: Ohne dieses Wort wäre ich weniger sicher. ~~Durchgestrichen~~: Ohne es wäre ich sicherer. Um das herauszufinden, habe ich die Nachricht immer wieder gelesen, jedes Mal ohne ein anderes Wort.
why-pictures = Im Bild spricht Orange für die Antwort und Blau dagegen.
why-not-yours = Nur wer nach dieser Antwort gefragt hat, kann sehen, warum: Der Text war für mich, nicht für den Kanal.
why-forgotten = Was ich hier gelesen habe, habe ich nicht mehr: Ich behalte es 15 Minuten lang und kann es nicht noch einmal lesen. Frag mich neu und dann nach dem Warum.
speaks-for = Spricht dafür
speaks-against = Spricht dagegen
no-word = kein einzelnes Wort
heat-map = Worauf es im Bild ankommt
