### What is drawn in charts, and the same in a sentence for who cannot see them.

heat-chart = Hostilidad de los últimos mensajes
hot-from = umbral
latest = último
messages-before = { $count ->
    [one] el mensaje anterior
   *[other] { $count } mensajes antes
}
heat-of-one = Hostilidad con el último mensaje: { $latest }; el umbral es { $bound }.
heat-of-many = Hostilidad en los últimos { $count } mensajes: de { $first } a { $latest }, como mucho { $highest }; el umbral es { $bound }.

histogram = Mensajes por toxicidad
histogram-scale = Cantidad
histogram-log-scale = Cantidad, en escala logarítmica
histogram-bin = { $count } de { $low } a { $high }
histogram-said = Mensajes por toxicidad: { $counts }.
histogram-marked = Mensajes por toxicidad: { $counts }. Señalados: { $marks }.
thousands = { NUMBER($number, maximumFractionDigits: 0) }{"\u00A0"}k
millions = { NUMBER($number, maximumFractionDigits: 0) }{"\u00A0"}M
