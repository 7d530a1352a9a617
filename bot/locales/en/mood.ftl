### Mood: what /mood, its chart and the weekly digest say.

## Feelings, as they stand within a sentence

mood-group-joy = joy
mood-group-warmth = warmth
mood-group-surprise = surprise
mood-group-sadness = sadness
mood-group-fear = fear
mood-group-anger = anger
mood-unclear = unclear

mood-share = { $group } { $share }
mood-most-frequent = Most frequent: { $feelings }.
mood-neutral = Neutral or unclear: { $neutral }.
mood-changed = { $group } { $now } instead of { $then }
mood-changes-day = Compared with the 24 hours before: { $changes }.
mood-changes-week = Compared with the week before: { $changes }.
mood-changes-month = Compared with the 30 days before: { $changes }.
mood-as-before-day = Much as in the 24 hours before.
mood-as-before-week = Much as in the week before.
mood-as-before-month = Much as in the 30 days before.

## Times

mood-weekday = { $day ->
    [0] Mon
    [1] Tue
    [2] Wed
    [3] Thu
    [4] Fri
    [5] Sat
   *[6] Sun
}
mood-date = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
mood-dates = { $first } to { $last }

## The chart, and the same in a sentence for who cannot see it

mood-chart-title-day = Feelings in the last 24 hours
mood-chart-title-week = Feelings in the last 7 days
mood-chart-title-month = Feelings in the last 30 days
mood-chart-title-digest = Feelings, all channels together
mood-chart-total = { $messages ->
    [one] 1 message
   *[other] { $messages } messages
}, { $neutral } neutral or unclear
mood-chart-scale = A full row is { $share } of messages. Times are UTC.
mood-chart-rate = Messages an hour
mood-chart-most = up to { $rate }
mood-chart-too-few = too few people or messages to show
mood-said = Feelings in { $messages ->
    [one] 1 message
   *[other] { $messages } messages
}, { $dates } (UTC).
mood-said-groups = { $groups }.
mood-said-group = { $group } { $share }, at most { $most } ({ $time })
mood-said-gaps = Where there were too few people or messages, nothing is shown.

## The answer to /mood

mood-title = How { $channel } felt: { $period }
period-day = the last 24 hours
period-week = the last 7 days
period-month = the last 30 days
mood-counted = { $messages ->
    [one] 1 message
   *[other] { $messages } messages
}
mood-counted-said = { mood-counted }.
mood-about = Counts for the whole channel, guessed by a machine. Hours with fewer than { $people } people or { $messages } messages are put together or left out, so that nobody's own mood shows.
form-numbers = Numbers
form-csv = CSV
mood-numbers-title = Numbers for { $channel }, { $dates } (UTC)
mood-label = { $label } { $count }
mood-bin = **{ $time }**: { $messages } · { $feelings }
mood-bin-neutral = neutral or unclear
mood-bin-too-few = **{ $time }**: too few
mood-bins-left-out = What is older is in the CSV file.
mood-csv-about = One line for each feeling and stretch of time (UTC). Nobody is in the file.

mood-not-watched = I don't read { $channel }, so I know nothing of how it feels. Whoever has Manage Server can change that with `/watch start`; with `mode: { mode-count }` I only count.
mood-nothing-yet = There is nothing to show of { $channel } in this time. I need at least { $people } people in one hour, and { $messages } messages in it or in some hours of its day together. Please look again later, or choose a longer time.
mood-channel-gone = That channel is gone.
mood-not-in-thread = { $channel } is a private thread, and you are not in it.

## The weekly digest

mood-digest-title = The week in feelings: { $dates }
mood-digest-channel = { $channel }: { $feelings }.
mood-digest-more = … and { $channels } more
mood-digest-about = Counts for whole channels, never of one person. `/mood` shows more; `/setup` stops this.

choose-digest = Choose a channel for the weekly digest
digest-channel-is-gone = The channel for the weekly digest is gone. Choose another one, or none.
