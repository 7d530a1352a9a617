### /backtest: thresholds tried on the past of a channel, and examples judged.

backtest-no-log = El resultado lo muestro en el canal de registro, porque solo deben verlo los moderadores, y no tengo ninguno en el que pueda escribir. Elige uno con `/setup`.
backtest-running = Ya estoy probando umbrales en este servidor: espera a que termine o cancela la prueba en el canal de registro.
backtests-full = Ya estoy probando umbrales en varios servidores. Inténtalo de nuevo dentro de un rato.
backtest-gone = Ya no tengo esta prueba: solo las guardo en la memoria, hasta que me reinician. Empieza una nueva con `/backtest`.
backtest-started = Estoy en ello: [progreso y resultado]({ $link })

backtest-going-on = 🔎 Probando umbrales
backtest-over = 📊 Umbrales, probados con el pasado
backtest-of = { $days ->
    [one] { $channel } · el último día
   *[other] { $channel } · los últimos { $days } días
}
backtest-messages = { $count ->
    [one] **1** mensaje
   *[other] **{ $count }** mensajes
}
backtest-messages-back = { $count ->
    [one] **1** mensaje, desde { $back }
   *[other] **{ $count }** mensajes, desde { $back }
}
backtest-read = { $messages }; leídos: **{ $count }**
backtest-skipped = No leídos: { $reasons }
backtest-foreign = En idiomas distintos del inglés, que nunca marco: { $count }
backtest-keeps = No se guardan las palabras de nadie: cuento, y recuerdo los ID de unos pocos ejemplos hasta que me reinician.

unread-bot = escritos por bots ({ $count })
unread-notice = avisos del propio Discord ({ $count })
unread-opted_out = de quienes se excluyeron ({ $count })
unread-empty = sin nada que leer ({ $count })
unread-damaged = dañados ({ $count })
unread-busy = rechazados por ser demasiados a la vez ({ $count })
unread-late = abandonados por lentos ({ $count })
unread-failed = con fallos en el modelo ({ $count })

backtest-capped = Hay más mensajes. Leo { $most } como máximo, los más recientes.
ending-cancelled = Cancelado a la mitad: esto es lo que se leyó hasta entonces.
ending-no-access = A la mitad perdí el acceso al canal: esto es lo que se leyó hasta entonces.
ending-failed = Algo salió mal por mi parte; ha quedado registrado. Esto es lo que se leyó hasta entonces.
ending-stopped = Me detuvieron a la mitad: esto es lo que se leyó hasta entonces. `/backtest` empieza de nuevo.

would-flag = Se habrían marcado a partir de
would-flag-line = **{ $threshold }**: **{ $count }**, es decir, { NUMBER($rate, maximumFractionDigits: 1) } de cada mil
would-flag-preset = **{ $threshold }** ({ $preset }): **{ $count }**, es decir, { NUMBER($rate, maximumFractionDigits: 1) } de cada mil

press-cancel = Cancelar
press-judge = Valorar ejemplos
press-right = Sí, marcarlo
press-not = No
press-skip = Omitir
press-stop = Terminar
press-use = Usarlo

judge-about = Cuántos de ellos lo merecerían no lo dice ningún número: las personas, sí. Valora ejemplos y, a partir de 50, sugiero un umbral.
judge-question = ¿Sería correcto marcar este mensaje?
nothing-left-to-judge = No te queda nada que valorar. ¡Gracias!
judging-stopped = ¡Gracias! **{ press-judge }** sigue donde lo dejaste.
too-few-to-judge = Ejemplos para valorar: { $examples }; para una sugerencia hacen falta { $enough } valoraciones. Con más días o en un canal más activo hay más.
judged = Valorados entre todos: { $count }
judged-missing = { $missing ->
    [one] Valorados entre todos: { $count }; falta 1 para que sugiera un umbral
   *[other] Valorados entre todos: { $count }; faltan { $missing } para que sugiera un umbral
}
suggestion = **Sugerencia: marcar a partir del { $threshold }.** Cerca del { $alarms } de lo marcado sería falsa alarma; entre el { $low } y el { $high }, hasta donde { $count } valoraciones permiten saberlo.
no-suggestion = **No hay umbral que sugerir:** según las valoraciones, incluso el mejor daría cerca de un { $alarms } de falsas alarmas.
threshold-used = Hecho: la toxicidad se marca a partir del **{ $threshold }**. `/setup` lo cambia.
threshold-used-trial = Hecho: la toxicidad se marca a partir del **{ $threshold }**. La prueba de la acción automática empieza de nuevo. `/setup` lo cambia.

## Why thresholds were not taken; it stands behind "nothing has changed:"

thresholds-many = más de { $most } son demasiados
threshold-no-number = ‘{ $written }’ no es un número
threshold-range = { $written } no es un umbral: debe ser mayor que 0 y como mucho 1, o 100{"\u00A0"}%
