### Answers: what I read in a message, and why.

## Emotions, as they stand within a sentence

emotion-admiration = admiration
emotion-amusement = amusement
emotion-anger = anger
emotion-annoyance = annoyance
emotion-approval = approval
emotion-caring = caring
emotion-confusion = confusion
emotion-curiosity = curiosity
emotion-desire = desire
emotion-disappointment = disappointment
emotion-disapproval = disapproval
emotion-disgust = disgust
emotion-embarrassment = embarrassment
emotion-excitement = excitement
emotion-fear = fear
emotion-gratitude = gratitude
emotion-grief = grief
emotion-joy = joy
emotion-love = love
emotion-nervousness = nervousness
emotion-optimism = optimism
emotion-pride = pride
emotion-realization = realization
emotion-relief = relief
emotion-remorse = remorse
emotion-sadness = sadness
emotion-surprise = surprise
emotion-neutral = neutral

sentiment-negative = negative
sentiment-neutral = neutral
sentiment-positive = positive

## How sure I am

sure-very = very sure
sure-quite = quite sure
sure-fairly = fairly sure
sure-leaning = leaning that way
sure-not = not sure
confidence = { $sure }, { $share }

## The answer

unsure-title = 🤔 Not sure – perhaps { $emotion }
not-english = This does not look like English. I was made for English and am less sure of anything else.
sentiment = Sentiment
next = Also possible
read = Read
skipped = Skipped
in-picture = Read in the picture
footer = A machine's guess · { $model } · { $milliseconds }{"\u00A0"}ms

part-text = text
part-image = picture { $number }
part-image_text = text in picture { $number }
part-image_faces = faces in picture { $number }

## Why something was not read, as in "picture 2: larger than 8 MiB"

skip-larger-than-8-mib = larger than 8 MiB
skip-too-many-pixels = too many pixels
skip-not-a-png-jpeg-gif-or-webp-image = not a PNG, JPEG, GIF or WebP image
skip-damaged-image-file = damaged image file
skip-not-a-picture = not a picture
skip-a-type-of-picture-i-can-t-read = a type of picture I can't read (PNG, JPEG, GIF and WebP I can)
skip-only-the-first-4-pictures-are-read = only the first 4 pictures are read
skip-no-longer-there = no longer there
skip-could-not-be-downloaded = could not be downloaded
skip-took-too-long-to-download = took too long to download
skip-not-an-attachment-from-discord = not an attachment from Discord
skip-took-too-long-to-decode = took too long to decode
skip-needs-too-much-memory-to-decode = needs too much memory to decode
skip-could-not-be-decoded-safely = could not be decoded safely
skip-took-too-long-to-read = took too long to read
skip-could-not-be-read-safely = could not be read safely
skip-pictures-cannot-be-read-at-the-moment = pictures cannot be read at the moment
skip-only-its-beginning-was-read = only its beginning was read

nothing-given = Give me a `text`, an `image` or both, and I'll tell you the feeling I read in it.
nothing-mentioned = Write something beside my name, attach a picture, or mention me in a reply to a message, and I'll tell you the feeling I read in it.
nothing-to-read = There is nothing I can read in this message: no text and no picture.
nothing-readable = There is nothing I can read in this message ({ $parts }).
replied-to-is-gone = I can't see the message you replied to; it may have been deleted.
replied-to-is-hidden = I can't read the message you replied to: Discord shows me only messages that mention me. Right-click (or long-press) it and choose **Apps → Analyze** instead. The owner of this bot can also give it the *Message Content* intent.

## Why?

why = Why?
why-title = Why { $emotion }?
why-toxic = Why 🚩 toxic?
why-words = **Bold**: without this word I would be less sure. ~~Struck out~~: without it, more. I read the message again without each word to find out.
why-pictures = In the picture, orange speaks for the answer and blue against it.
why-not-yours = Only who asked for this answer can see why: the text was given to me, not to the channel.
why-forgotten = I no longer have what I read here: I keep it for 15 minutes, and I cannot read it again. Ask me anew, and then why.
speaks-for = Speaks for it
speaks-against = Speaks against it
no-word = no single word
heat-map = What matters in the picture
