### The panel of /setup, settings and what stands in their way.

setup-title = Settings of this server
setup-who = Who has Manage Server may change these with /setup.
sensitivity = Sensitivity
watched-channels = Watched channels
title-with-unit = { $title } ({ $unit })

topic-channels = Channels
topic-sensitivity = Sensitivity
topic-reading = Reading and answering
topic-care = Words and rules
topic-automatic = Automatic action

preset-calm = Calm
    .about = Only what is all but certain; the fewest false alarms
preset-balanced = Balanced
    .about = For most servers
preset-watchful = Watchful
    .about = More is found, and more of it is harmless
preset-own = Own numbers

does-flag = Flag
    .about = Show moderators what looks harmful
does-react = React
    .about = React with an emoji when I'm sure of a feeling
does-reply = Reply
    .about = Reply when I'm sure of a feeling

language-auto = As Discord has it for this server
# The languages in their own words: the same in every catalogue.
language-en = English
language-es = Español
language-de = Deutsch
language-zh = 简体中文

## Settings: what they are called and what they do. Discord takes 45 characters of a title with its unit.

setting-language = Language
    .about = The language in which I speak to this server. Who asks me privately is answered in their own.
setting-log_channel_id = Log channel
    .about = Where I show flags to moderators. Without one I flag nothing.
setting-digest_channel_id = Weekly digest
    .about = Where I say each Monday how the week felt, by channel. Without one I don't.
setting-exempt_role_ids = Exempt roles
    .about = Whose messages are never shown to moderators.
setting-exempt_channel_ids = Exempt channels
    .about = Where nothing is ever shown to moderators, though it is read.
setting-flag_toxicity = Flag toxicity from
    .about = How toxic a message must look to be shown to moderators.
    .unit = %
setting-flag_anger = Flag anger from
    .about = How angry a message must look to be shown, in a conversation that has heated up.
    .unit = %
setting-flag_distress = Show distress from
    .about = How sad or afraid a message must look for me to ask you to look after its author. Who says in plain words that they want to die is shown whatever this number.
    .unit = %
setting-act_toxicity = Act on toxicity from
    .about = How toxic a message must look for an automatic action, which is off at first.
    .unit = %
setting-act_anger = Act on anger from
    .about = The same for anger.
    .unit = %
setting-faces = Faces
    .about = Whether I guess what faces in pictures express. The law may ask for consent to that.
setting-ocr = Text in pictures
    .about = Whether I read the text in pictures, where whoever runs me has switched that on.
setting-min_confidence = Answer from
    .about = How sure I must be of a feeling to answer in a channel that I answer in by myself.
    .unit = %
setting-cooldown_s = Silence after an answer
    .about = Seconds in which I answer nothing more in the same channel.
    .unit = seconds
setting-heat_notes = Heat notes
    .about = Whether I tell moderators in the log channel when a conversation heats up.
setting-heat_line = Calming line
    .about = What I write into a conversation that has heated up; nothing if it is empty.
setting-distress_help = Help text
    .about = What stands on the card about somebody in distress, such as whom to call.
setting-warn_line = Warning
    .about = What I reply to a message when a moderator presses Warn.
setting-timeout_minutes = Time-out
    .about = Minutes that somebody is timed out when a moderator presses Time out.
    .unit = minutes
setting-direct_messages = Direct messages
    .about = Whether I tell a member in a direct message what was done and how to appeal.
setting-retention_days = Keep cases for
    .about = Days after which a case is deleted for good.
    .unit = days

## The panel

choose-topic = Another page
choose-log = Choose the log channel
choose-watched = Choose a channel to listen to, or one to change
choose-roles = Choose roles that are never flagged
choose-channels = Choose channels where nothing is flagged
choose-preset = Choose a preset
choose-language = Choose a language
choose-does = What shall I do in #{ $channel }?
only-count = Only count
stop-listening = Stop listening
numbers = Numbers
words = Words
show-all = Show all
export = Export
grant = Grant
turn-on = { $setting }: turn on
turn-off = { $setting }: turn off

automatic-about = I flag, people decide. If you want me to act by myself on what reaches the bars *Act on …* of the page Sensitivity, I first only count for a week what I would have done, and show you.
choose-automatic = Choose an action to try
switch-on = Switch it on
stop-automatic = End it
automatic-trial = Trial of **{ $action }**, ends { $until }. I would have { $did }; { $refuted } of these were later dismissed, called not toxic or taken back.
automatic-on = **{ $action }** is **on**. Since its trial began I (would) have { $did }; { $refuted } of these were later dismissed, called not toxic or taken back.
did-delete = { $count ->
    [one] deleted 1 message
   *[other] deleted { $count } messages
}
did-time-out = { $count ->
    [one] timed somebody out once
   *[other] timed somebody out { $count } times
}

## What stands in the way

warning = ⚠️ { $text }
everyone-sees = Everyone here can see the log channel. Cards belong where only moderators look.
log-channel-is-gone = The log channel is gone, or none that I can write to. Choose another one: until then nothing is flagged.
grant-here = ⚠️ In { $channel } I lack { $permissions }: channel settings → Permissions → my role → ✓
grant-everywhere = ⚠️ In { $channel } I lack { $permissions }: press **{ grant }** and confirm.
not-announced = I could not say so in { $channel }: please tell people there, or let me send messages and do it anew.

settings-taken = Taken.
settings-taken-partly = { settings-taken } { $count ->
    [one] I left out 1 channel or role that is not of this server.
   *[other] I left out { $count } channels and roles that are not of this server.
}

## Why a value or a file was not taken; it stands behind "nothing has changed:"

fault-per-cent = “{ $title }” takes a number from 0 to 100
fault-number = “{ $title }” takes a number
fault-at-least = “{ $title }” takes { $bound } or more
fault-at-most = “{ $title }” takes { $bound } or less
fault-too-long = “{ $title }” takes { $bound } characters at most
fault-too-many = “{ $title }” takes { $bound } at most
fault-value = “{ $title }” does not take such a value
fault-no-list = this is not a list of settings
fault-no-setting = { $name } is not a setting
fault-unknown-name = a name in it is not a setting
fault-file-too-large = the file is larger than { $kibibytes } KiB
fault-file-not-json = the file is not JSON
fault-file-foreign = the file is not one that /setup exported
fault-watched-many = “watched” should name at most { $count } channels
fault-watched-names = “watched” should name channels by id, with { $names }
