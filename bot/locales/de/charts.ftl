### What is drawn in charts, and the same in a sentence for who cannot see them.

heat-chart = Hitze der letzten Nachrichten
hot-from = hitzig ab
latest = neueste
messages-before = { $count ->
    [one] die Nachricht davor
   *[other] { $count } Nachrichten davor
}
heat-of-one = Hitze mit der neuesten Nachricht: { $latest }; die Grenze liegt bei { $bound }.
heat-of-many = Hitze über die letzten { $count } Nachrichten: von { $first } bis { $latest }, höchstens { $highest }; die Grenze liegt bei { $bound }.

histogram = Nachrichten nach Toxizität
histogram-scale = Anzahl
histogram-log-scale = Anzahl, logarithmische Skala
histogram-bin = { $count } bei { $low } bis { $high }
histogram-said = Nachrichten nach Toxizität: { $counts }.
histogram-marked = Nachrichten nach Toxizität: { $counts }. Markiert: { $marks }.
thousands = { NUMBER($number, maximumFractionDigits: 0) }{"\u00A0"}k
millions = { NUMBER($number, maximumFractionDigits: 0) }{"\u00A0"}M
