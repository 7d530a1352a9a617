### What is drawn in charts, and the same in a sentence for who cannot see them.

heat-chart = Heat of the last messages
hot-from = hot from
latest = latest
messages-before = { $count ->
    [one] the message before
   *[other] { $count } messages before
}
heat-of-one = Heat with the latest message: { $latest }; the bound is { $bound }.
heat-of-many = Heat over the last { $count } messages: from { $first } to { $latest }, at most { $highest }; the bound is { $bound }.

histogram = Messages by toxicity
histogram-scale = How many
histogram-log-scale = How many, on a logarithmic scale
histogram-bin = { $count } from { $low } to { $high }
histogram-said = Messages by toxicity: { $counts }.
histogram-marked = Messages by toxicity: { $counts }. Marked: { $marks }.
thousands = { NUMBER($number, maximumFractionDigits: 0) }k
millions = { NUMBER($number, maximumFractionDigits: 0) }M
