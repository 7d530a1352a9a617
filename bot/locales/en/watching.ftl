### Listening to channels.

follows-reply = reply when I'm sure of a feeling
follows-react = react when I'm sure of a feeling
follows-flag = show moderators what looks harmful
follows-nothing = count the feelings I see, nothing else
watch-answers = { $follows } (from { $confidence } confidence on, at most once in { $seconds } s; neutral messages I leave alone)
watch-started = I now read the messages in { $channel } and { $follows }. I keep nothing of what they say, only counts of feelings for the whole channel (`/mood`). `/privacy` explains it and lets anyone opt out.
watch-stopped = I no longer read the messages in { $channel }.
not-watched = I wasn't listening to { $channel }.
nothing-watched = I'm not listening to any channel of this server.
listening-to = I'm listening to:
listening = - { $channel }: { $mode }
listening-lacks = - { $channel }: { $mode } ⚠️ I lack { $permissions }
watch-tuned = I answer from { $confidence } confidence on, at most once in { $seconds } s in each channel.

faces-are-read = From now on I look for faces in the pictures that I read in this server, and for what they express. A program's guess at an expression is often wrong and says nothing certain about a person. I recognise nobody and keep nothing. `/privacy` explains it and lets anyone opt out.
faces-are-not-read = I do not look at faces in this server.
