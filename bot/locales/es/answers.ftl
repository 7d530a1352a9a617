### Answers: what I read in a message, and why.

## Emotions, as they stand within a sentence

emotion-admiration = admiración
emotion-amusement = diversión
emotion-anger = ira
emotion-annoyance = fastidio
emotion-approval = aprobación
emotion-caring = cariño
emotion-confusion = confusión
emotion-curiosity = curiosidad
emotion-desire = deseo
emotion-disappointment = decepción
emotion-disapproval = desaprobación
emotion-disgust = asco
emotion-embarrassment = vergüenza
emotion-excitement = entusiasmo
emotion-fear = miedo
emotion-gratitude = gratitud
emotion-grief = aflicción
emotion-joy = alegría
emotion-love = amor
emotion-nervousness = nerviosismo
emotion-optimism = optimismo
emotion-pride = orgullo
emotion-realization = toma de conciencia
emotion-relief = alivio
emotion-remorse = remordimiento
emotion-sadness = tristeza
emotion-surprise = sorpresa
emotion-neutral = neutral

sentiment-negative = negativo
sentiment-neutral = neutral
sentiment-positive = positivo

## How sure I am

sure-very = muy seguro
sure-quite = bastante seguro
sure-fairly = algo seguro
sure-leaning = me inclino por esto
sure-not = no estoy seguro
confidence = { $sure }, { $share }

## The answer

unsure-title = 🤔 No estoy seguro: quizá { $emotion }
not-english = Esto no parece inglés. Me hicieron para el inglés y con todo lo demás estoy menos seguro.
sentiment = Sentimiento
next = También podría ser
read = Leído
skipped = No leído
in-picture = Leído en la imagen
footer = Conjetura de una máquina · { $model } · { $milliseconds }{"\u00A0"}ms

part-text = texto
part-image = imagen { $number }
part-image_text = texto de la imagen { $number }
part-image_faces = caras de la imagen { $number }

## Why something was not read, as in "picture 2: larger than 8 MiB"

skip-larger-than-8-mib = ocupa más de 8 MiB
skip-too-many-pixels = tiene demasiados píxeles
skip-not-a-png-jpeg-gif-or-webp-image = no es una imagen PNG, JPEG, GIF o WebP
skip-damaged-image-file = el archivo de imagen está dañado
skip-not-a-picture = no es una imagen
skip-a-type-of-picture-i-can-t-read = es un tipo de imagen que no puedo leer (PNG, JPEG, GIF y WebP sí)
skip-only-the-first-4-pictures-are-read = solo se leen las 4 primeras imágenes
skip-no-longer-there = ya no está
skip-could-not-be-downloaded = no se pudo descargar
skip-took-too-long-to-download = tardó demasiado en descargarse
skip-not-an-attachment-from-discord = no es un archivo adjunto de Discord
skip-took-too-long-to-decode = tardó demasiado en decodificarse
skip-needs-too-much-memory-to-decode = necesita demasiada memoria para decodificarse
skip-could-not-be-decoded-safely = no se pudo decodificar de forma segura
skip-took-too-long-to-read = tardó demasiado en leerse
skip-could-not-be-read-safely = no se pudo leer de forma segura
skip-pictures-cannot-be-read-at-the-moment = ahora mismo no se pueden leer imágenes
skip-only-its-beginning-was-read = solo se leyó el principio

nothing-given = Dame un `text`, una `image` o ambas cosas y te diré qué emoción leo ahí.
nothing-mentioned = Escribe algo junto a mi nombre, adjunta una imagen o mencióname al responder a un mensaje, y te diré qué emoción leo ahí.
nothing-to-read = En este mensaje no hay nada que pueda leer: ni texto ni imágenes.
nothing-readable = En este mensaje no hay nada que pueda leer ({ $parts }).
replied-to-is-gone = No veo el mensaje al que respondiste; puede que lo hayan eliminado.
replied-to-is-hidden = No puedo leer el mensaje al que respondiste: Discord solo me muestra los mensajes que me mencionan. Haz clic derecho en él (o mantenlo pulsado) y elige **Aplicaciones → Analizar**. El propietario de este bot también puede darme el intent *Message Content*.

## Why?

why = ¿Por qué?
why-title = ¿Por qué { $emotion }?
why-toxic = ¿Por qué 🚩 tóxico?
why-words = **Negrita**: sin esta palabra estaría menos seguro. ~~Tachado~~: sin ella, más. Para saberlo, volví a leer el mensaje quitando cada palabra.
why-pictures = En la imagen, el naranja habla a favor de la respuesta y el azul en contra.
why-not-yours = Solo quien pidió esta respuesta puede ver el porqué: el texto me lo dio a mí, no al canal.
why-forgotten = Ya no tengo lo que leí aquí: lo guardo 15 minutos y no puedo volver a leerlo. Pregúntame otra vez y, después, el porqué.
speaks-for = A favor
speaks-against = En contra
no-word = ninguna palabra en particular
heat-map = Lo que cuenta en la imagen
