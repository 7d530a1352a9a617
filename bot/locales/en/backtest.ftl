### /backtest: thresholds tried on the past of a channel, and examples judged.

backtest-no-log = I show the result in the log channel, for only moderators should see it, and I have none that I may write in. Choose one with `/setup`.
backtest-running = I'm trying thresholds in this server already: wait until that ends, or cancel it in the log channel.
backtests-full = I'm trying thresholds in several servers already. Please try again in a while.
backtest-gone = I no longer have this run: I keep runs in memory only, until I am restarted. Start a new one with `/backtest`.
backtest-started = I'm on it: [progress and result]({ $link })

backtest-going-on = 🔎 Trying thresholds
backtest-over = 📊 Thresholds, tried on the past
backtest-of = { $days ->
    [one] { $channel } · the last day
   *[other] { $channel } · the last { $days } days
}
backtest-messages = { $count ->
    [one] **1** message
   *[other] **{ $count }** messages
}
backtest-messages-back = { $count ->
    [one] **1** message, back to { $back }
   *[other] **{ $count }** messages, back to { $back }
}
backtest-read = { $messages }; **{ $count }** of them read
backtest-skipped = Not read: { $reasons }
backtest-foreign = In other languages than English, which I never flag: { $count }
backtest-keeps = Nobody's words are kept: I count, and remember the ids of a few examples until I am restarted.

unread-bot = written by bots { $count }
unread-notice = Discord's own notices { $count }
unread-opted_out = authors opted out { $count }
unread-empty = nothing to read { $count }
unread-damaged = damaged { $count }
unread-busy = refused as too many at once { $count }
unread-late = given up as too slow { $count }
unread-failed = failed in the model { $count }

backtest-capped = There are more messages. I read { $most } at most, the newest ones.
ending-cancelled = Cancelled in the middle: this is what was read until then.
ending-no-access = In the middle I was no longer let into the channel: this is what was read until then.
ending-failed = Something went wrong on my side; it is logged. This is what was read until then.
ending-stopped = I was stopped in the middle: this is what was read until then. `/backtest` starts anew.

would-flag = Would have been flagged from
would-flag-line = **{ $threshold }**: **{ $count }**, or { NUMBER($rate, maximumFractionDigits: 1) } in 1,000
would-flag-preset = **{ $threshold }** ({ $preset }): **{ $count }**, or { NUMBER($rate, maximumFractionDigits: 1) } in 1,000

press-cancel = Cancel
press-judge = Judge examples
press-right = Right to flag
press-not = Not
press-skip = Skip
press-stop = Stop
press-use = Use it

judge-about = How many of these would deserve it no number says: people can. Judge examples, and from 50 on I suggest a threshold.
judge-question = Would it be right to flag this message?
nothing-left-to-judge = There is nothing left for you to judge. Thank you!
judging-stopped = Thank you! **{ press-judge }** goes on where you stopped.
too-few-to-judge = Examples to judge: { $examples }; a suggestion takes { $enough } judgements. More days or a busier channel have more.
judged = { $count } judged by all of you
judged-missing = { $count } judged by all of you; { $missing } more until I suggest a threshold
suggestion = **Suggestion: flag from { $threshold } on.** About { $alarms } of that would be false alarms; between { $low } and { $high }, as far as { $count } judgements can tell.
no-suggestion = **No threshold to suggest:** by your judgements even the best one has about { $alarms } false alarms.
threshold-used = Done: toxicity is flagged from **{ $threshold }** on. `/setup` changes it.
threshold-used-trial = Done: toxicity is flagged from **{ $threshold }** on. The trial of the automatic action begins anew. `/setup` changes it.

## Why thresholds were not taken; it stands behind "nothing has changed:"

thresholds-many = more than { $most } are too many
threshold-no-number = “{ $written }” is not a number
threshold-range = { $written } is no threshold: one is above 0 and at most 1, or 100 %
