### What is read and kept, and one's own data.

privacy-title = Was ich lese und was ich speichere
privacy-when = **Ich lese eine Nachricht nur,** wenn jemand sie an `/analyze` gibt, bei ihr **Apps → Analysieren** wählt oder mich in ihr oder in einer Antwort auf sie erwähnt, wenn sie in einem Kanal steht, in dem die Verwaltung dieses Servers mich mitlesen lässt, oder wenn die Verwaltung an der Vergangenheit eines Kanals ausprobiert, was ich gemeldet hätte (ich behalte die Zahl, die sie wählt). Für **Warum?** und für die Moderation, die eine Meldung prüft, lese ich sie vielleicht noch einmal. Ich lese ihren Text, die Namen ihrer Sticker und bis zu 4 Bilder, samt Text darin, wenn mein Betreiber das eingeschaltet hat; die Verwaltung eines Servers kann das für ihn ausschalten.
privacy-guess = **Ein Computerprogramm vermutet,** welches Gefühl Worte und Bilder zeigen. Es kann sich irren. Es sagt nichts Sicheres über einen Menschen, und niemand sollte danach beurteilt werden. Es erkennt niemanden wieder. Was Gesichter in Bildern ausdrücken, wird nur auf Servern gelesen, deren Verwaltung das eingeschaltet hat.
privacy-kept = **Ich speichere nichts von dem, was du schreibst oder zeigst,** und nichts davon dient dem Training. Text und Bilder bleiben höchstens 15 Minuten im Arbeitsspeicher, damit ich auf den Button **Warum?** unter einer Antwort antworten kann. Einen Tag lang behalte ich die IDs einer beantworteten Nachricht, der Person, die sie geschrieben hat, und meiner Antwort, damit die Antwort verschwindet, wenn die Nachricht gelöscht wird, und damit **Warum?** die Nachricht noch einmal lesen kann. Von einem Server behalte ich die Einstellungen; sie verschwinden einige Tage, nachdem ich entfernt wurde.
privacy-moderators = **Der Moderation kann gezeigt werden,** dass eine Nachricht schädlich aussieht: Werte und ein Link, nicht die Worte. Ihre ID, die Werte und was unternommen wurde, speichere ich so lange, wie dieser Server es festlegt (anfangs 30 Tage); deine eigene ID nur, solange du Einspruch gegen etwas erheben kannst, das gegen dich unternommen wurde (`/appeal`). Dass es jemandem vielleicht nicht gut geht, wird gezeigt und nicht gespeichert.
privacy-mood = **In Kanälen, in denen ich mitlese, zähle ich Gefühle** je Kanal und Stunde, nie, wer sie hatte. Wer einen Kanal lesen darf, kann seine Zahlen sehen (`/mood`), und zwar nur von Zeiten, in denen mindestens 5 Personen zusammen 20 Nachrichten geschrieben haben. Die Zahlen speichere ich 90 Tage lang. Die Stimmung einer einzelnen Person kann niemand abfragen.
privacy-out = **Wenn du widersprichst,** lese ich nichts mehr von dir, auf keinem Weg und auf keinem Server: weder das, worauf andere mich hinweisen, noch das, was du selbst an `/analyze` gibst. Meine Antworten auf deine Nachrichten der letzten 24 Stunden werden gelöscht. Ich behalte deine ID, damit ich weiß, wen ich nicht lesen darf. Was schon über dich gespeichert ist, bleibt für seine Zeit: **Meine Daten** zeigt es. Auch die Zahlen eines Kanals bleiben: Sie sagen nicht, von wem sie sind. Du kannst den Widerspruch jederzeit zurücknehmen.
privacy-data = **Meine Daten** gibt dir alles, was ich über dich speichere, als Datei. **Löschen** löscht es.
privacy-where = Was ich speichere, liegt in der Datenbank meines Betreibers und nirgendwo sonst. **Fragen?** Wende dich an { $contact }.
privacy-managers = die Verwaltung eines Servers, auf dem ich bin: Sie weiß, wer mich betreibt
privacy-faces = Auf diesem Server **wird gelesen**, was Gesichter in Bildern ausdrücken.
privacy-no-faces = Gesichter in Bildern werden hier **nicht gelesen**.
privacy-is-in = Du hast dem Lesen **nicht widersprochen**.
privacy-is-out = Du hast dem Lesen **widersprochen**: Ich lese nichts von dir.
opt-out = Widersprechen
opt-in = Widerspruch zurücknehmen
my-data = Meine Daten
my-data-here = Diese Datei enthält alles, was ich über dich gespeichert habe. Was du geschrieben oder gezeigt hast, speichere ich nicht.
my-data-about = Alles, was Moodring über dich gespeichert hat. IDs sind die von Discord; Zeiten sind in UTC. Nichts von dem, was du geschrieben oder gezeigt hast, wird gespeichert.
nothing-kept = Ich habe nichts über dich gespeichert.
delete-me = Löschen
delete-now = Endgültig löschen
delete-means =
    Ich nehme meine Antworten auf deine Nachrichten der letzten 24 Stunden zurück und lösche deine ID dort und in Fällen zu deinen Nachrichten; in diesen kannst du dann keinen Einspruch mehr erheben. Wenn du nicht widersprochen hast, lese ich dich weiterhin.
    {""}**Was bleibt:** ein Einspruch von dir, bis er entschieden ist; was du als Teil der Moderation in Fällen getan hast, solange diese gespeichert sind; und dein Widerspruch, falls du widersprochen hast: Ich muss davon wissen, um dich in Ruhe zu lassen.
deleted = Erledigt. **Meine Daten** zeigt, was noch da ist, falls noch etwas da ist.
