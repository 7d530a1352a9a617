### Listening to channels.

follows-reply = respondo cuando estoy seguro de una emoción
follows-react = reacciono cuando estoy seguro de una emoción
follows-flag = muestro a los moderadores lo que parece dañino
follows-nothing = cuento las emociones que veo, nada más
watch-answers = { $follows } (a partir de una certeza del { $confidence }, como mucho una vez cada { $seconds } s; los mensajes neutrales los dejo en paz)
watch-started = A partir de ahora leo los mensajes de { $channel } y { $follows }. No guardo nada de lo que dicen, solo recuentos de emociones de todo el canal (`/mood`). `/privacy` lo explica y permite a cualquiera excluirse.
watch-stopped = Ya no leo los mensajes de { $channel }.
not-watched = No estaba leyendo { $channel }.
nothing-watched = No leo ningún canal de este servidor.
listening-to = Leo estos canales:
listening = - { $channel }: { $mode }
listening-lacks = - { $channel }: { $mode } ⚠️ No tengo permiso para { $permissions }
watch-tuned = Respondo a partir de una certeza del { $confidence }, como mucho una vez cada { $seconds } s en cada canal.

faces-are-read = A partir de ahora busco caras en las imágenes que leo en este servidor, y qué expresan. Lo que un programa supone sobre una expresión a menudo es erróneo y no dice nada seguro sobre una persona. No reconozco a nadie y no guardo nada. `/privacy` lo explica y permite a cualquiera excluirse.
faces-are-not-read = En este servidor no miro las caras.
