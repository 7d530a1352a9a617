### Listening to channels.

follows-reply = antworte, wenn ich mir bei einem Gefühl sicher bin
follows-react = reagiere, wenn ich mir bei einem Gefühl sicher bin
follows-flag = zeige der Moderation, was schädlich aussieht
follows-nothing = zähle die Gefühle, die ich sehe, sonst nichts
watch-answers = { $follows } (ab { $confidence } Sicherheit, höchstens einmal in { $seconds }{"\u00A0"}s; neutrale Nachrichten lasse ich in Ruhe)
watch-started = Ich lese jetzt die Nachrichten in { $channel } und { $follows }. Was darin steht, behalte ich nicht, nur wie oft welches Gefühl im ganzen Kanal vorkam (`/mood`). `/privacy` erklärt es, und dort können alle widersprechen.
watch-stopped = Ich lese die Nachrichten in { $channel } nicht mehr.
not-watched = In { $channel } habe ich gar nicht mitgelesen.
nothing-watched = Ich lese in keinem Kanal dieses Servers mit.
listening-to = Ich lese mit in:
listening = - { $channel }: { $mode }
listening-lacks = - { $channel }: { $mode } ⚠️ mir fehlt die Berechtigung { $permissions }
watch-tuned = Ich antworte ab { $confidence } Sicherheit, in jedem Kanal höchstens einmal in { $seconds }{"\u00A0"}s.

faces-are-read = Ab jetzt suche ich in den Bildern, die ich auf diesem Server lese, nach Gesichtern und nach dem, was sie ausdrücken. Was ein Programm über einen Gesichtsausdruck vermutet, ist oft falsch und sagt nichts Sicheres über einen Menschen. Ich erkenne niemanden wieder und speichere nichts davon. `/privacy` erklärt es, und dort können alle widersprechen.
faces-are-not-read = Ich sehe mir auf diesem Server keine Gesichter an.
