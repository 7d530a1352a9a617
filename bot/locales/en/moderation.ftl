### Flags, cases, appeals and the cards that moderators see.

distress-help = Somebody here may not be well. A kind word from a person helps more than anything I could say. If there is danger, call the emergency number where they live.
warn-line = A moderator asks you to keep it friendly here. If you think that is wrong, write /appeal.

message = message
to-the-message = To the message
machine-hint = A machine's hint: people decide
check-this = ⚠️ **Check this:** I stopped in the middle of the last action and do not know whether it went through.

group-toxicity = toxicity
group-anger = anger
group-distress = distress
flag-toxicity = 🚩 This may be toxic
flag-anger = 🚩 Anger in a heated conversation

state-open = open
state-dismissed = dismissed
state-not-toxic = not toxic
state-acted = acted on
state-unclear = check this
state-appealed = appealed
state-upheld = upheld
state-reversed = taken back

## What buttons do

action-dismiss = Dismiss
action-not-toxic = Not toxic
action-warn = Warn
action-time-out = Time out
action-delete = Delete
action-appeal = Appeal
action-uphold = Uphold
action-reverse = Take back
show = Show
talk = I'll talk to them
put-away = Put away

## Cards

card-footer = Case { $case } · { $state } · { machine-hint }
flags-title = { $count ->
    [one] 🚩 1 message flagged
   *[other] 🚩 { $count } messages flagged
}
choose-case = Look at one of them and decide
case-option = #{ $case }: { $group } { $score }
distress-title = 💙 Somebody may not be well
distress-footer = A machine's hint, often wrong. I keep no case and no count of it.
distress-talk = { $who } talks to them.
distress-dismiss = { $who } put this away.
heats-up = 🔥 A conversation heats up
heats-up-about = Several people answer each other more harshly than before. A calm word now may spare a quarrel.

event-by = **{ $action }** by { $who }
event = **{ $action }**
outcome-done = { $event }
outcome-under-way = { $event } … under way
outcome-failed = { $event } – failed
outcome-unclear = { $event } – ⚠️ check this

## Why something could not be done

no-such-case = There is no such case here (any more).
channel-is-gone = The channel of that message is gone, or I no longer see it.
message-is-gone = The message is gone.
has-left = They are no longer in this server.
outranked = Your role is not above theirs, so Discord would not let you time them out either.
not-your-own-appeal = You acted in this case, so somebody else has to decide about the appeal.
being-done = Somebody is acting on this case right now; look again in a moment.
discord-forbids = Discord does not let me. My role has to be above theirs, and I need the permission in that channel.
discord-fails = Discord did not answer as it should. Look whether it happened before you try again.
already = That was decided already: the case is **{ $state }**.
deed-failed = **{ $action }** did not work. { $why }

## What others are told

audit-moderator = Moodring, case { $case }: flagged for { $group }; decided by { $moderator }
audit-automatic = Moodring, case { $case }: flagged for { $group }; automatic action
told-warn = In **{ $server }** a moderator asked you to keep it friendly. { -how-to-appeal }
told-time-out = { $by ->
    [person] In **{ $server }** a moderator timed you out for { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }.
   *[machine] In **{ $server }** I, as the server told me to, timed you out for { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }.
} { -how-to-appeal }
told-delete = { $by ->
    [person] In **{ $server }** a moderator deleted a message of yours.
   *[machine] In **{ $server }** I, as the server told me to, deleted a message of yours.
} { -how-to-appeal }
told-uphold = In **{ $server }** a moderator looked at your appeal; the decision stands.
told-reverse = In **{ $server }** a moderator looked at your appeal and took the decision back.
-how-to-appeal = If you think that is wrong, write `/appeal` there within two weeks.

## /cases and /appeal

cases-title = Cases
no-cases = No cases.
written-by = Written by { $author }
page-footer = Page { $page }
page-footer-more = Page { $page } · more with page: { $next }
cases-of-days = { $days ->
    [one] Cases of the last day
   *[other] Cases of the last { $days } days
}
agreed = **{ $confirmed } of { $decided }** decided were acted on ({ $share })
cases-exported = { $count ->
    [one] 1 case.
   *[other] { $count } cases.
} No member's id is in the file, and no word of a message.

appeal-title = Appeal in case { $case }
appealed-title = ⚖️ Appeal in case { $case }
appeal-words = Why was it wrong?
appeal-readers = The moderators of this server read it. I keep no copy.
appeal-by = Appeal by
appeal-sent = The moderators have your appeal. Somebody else than before decides about it.
appealed-already = There is an appeal in this case already, or it was decided meanwhile.
nothing-to-appeal = I know of nothing that could be appealed: nothing was done to you through me here in the last two weeks, or it was appealed already.
nobody-to-appeal-to = This server has no channel where I could show your appeal. Please write to a moderator directly.
own-case = Case { $case } of { $day }
