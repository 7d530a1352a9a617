### Commands as Discord lists them. Their names are the same in every language, so that texts can name them.
### Discord takes at most 100 characters of a description and 32 of the name in the menu.

menu-analyze = Analyze

command-analyze = Read the feeling of a text, of pictures or of both
    .text = The text to read
    .image = A picture to read: PNG, JPEG, GIF or WebP, up to 8 MiB
    .image2 = A second picture
    .image3 = A third picture
    .public = Show the answer to everyone here instead of only to you

command-watch = Let Moodring listen to a channel
command-watch-start = Start reading the messages of a channel
    .channel = The channel; without it, this one
    .mode = Reply, react, flag for moderators, or only count; without it, reply
command-watch-stop = Stop reading the messages of a channel
    .channel = The channel; without it, this one
command-watch-status = Show which channels are read, and how
command-watch-tune = Choose how sure Moodring must be in watched channels, and how often it may answer
    .confidence = Answer only from this confidence on, in per cent
    .cooldown = Seconds of silence after an answer, for each channel

command-faces = Choose whether Moodring reads the faces in pictures
command-faces-on = Read what the faces in this server's pictures express
command-faces-off = Leave the faces in this server's pictures alone

command-privacy = What Moodring reads and keeps, and how to opt out

command-cases = What was flagged, and what became of it
command-cases-list = List cases, newest first
    .channel = Only those of this channel
    .group = Only what was flagged for this
    .state = Only those that stand so
    .page = Which page of the list
command-cases-show = Show a case with its buttons
    .case = The number of the case
command-cases-stats = Show how many cases there are and how often something was done about them
command-cases-export = Get all cases as a CSV file: ids, scores and states, nobody's words

command-mood = Show how a channel felt lately: counts of feelings over time, never of one person
    .channel = The channel; without it, this one
    .period = The last day, week or month; without it, the week

command-appeal = Say why something that was done to you here is wrong
    .case = The number of the case; without it, the last one

command-setup = Set Moodring up in this server: channels, sensitivity, what is read, words and rules
    .show = Only show the present settings
    .file = Take the settings from a file that was exported before

command-backtest = Try flag thresholds on the past of a channel, before you switch anything on
    .channel = The channel; without it, this one
    .days = How many days back; without it, 7
    .thresholds = Toxicity to flag from, in per cent, such as 70, 85; without it, the presets'

## What options offer

mode-reply = reply
mode-react = react
mode-flag = flag
mode-count = count only
