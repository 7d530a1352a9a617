### Mood: what /mood, its chart and the weekly digest say.

## Feelings, as they stand within a sentence

mood-group-joy = alegría
mood-group-warmth = afecto
mood-group-surprise = sorpresa
mood-group-sadness = tristeza
mood-group-fear = miedo
mood-group-anger = ira
mood-unclear = poco claro

mood-share = { $group } { $share }
mood-most-frequent = Lo más frecuente: { $feelings }.
mood-neutral = Neutral o poco claro: { $neutral }.
mood-changed = { $group } { $now } en vez de { $then }
mood-changes-day = En comparación con las 24 horas anteriores: { $changes }.
mood-changes-week = En comparación con la semana anterior: { $changes }.
mood-changes-month = En comparación con los 30 días anteriores: { $changes }.
mood-as-before-day = Más o menos como en las 24 horas anteriores.
mood-as-before-week = Más o menos como en la semana anterior.
mood-as-before-month = Más o menos como en los 30 días anteriores.

## Times

mood-weekday = { $day ->
    [0] lun
    [1] mar
    [2] mié
    [3] jue
    [4] vie
    [5] sáb
   *[6] dom
}
mood-date = { $day } { $month ->
    [1] ene
    [2] feb
    [3] mar
    [4] abr
    [5] may
    [6] jun
    [7] jul
    [8] ago
    [9] sep
    [10] oct
    [11] nov
   *[12] dic
}
mood-dates = del { $first } al { $last }

## The chart, and the same in a sentence for who cannot see it

mood-chart-title-day = Emociones de las últimas 24 horas
mood-chart-title-week = Emociones de los últimos 7 días
mood-chart-title-month = Emociones de los últimos 30 días
mood-chart-title-digest = Emociones, todos los canales juntos
mood-chart-total = { $messages ->
    [one] 1 mensaje
   *[other] { $messages } mensajes
}, { $neutral } neutrales o poco claros
mood-chart-scale = Fila llena: { $share } de los mensajes. Horas en UTC.
mood-chart-rate = Mensajes por hora
mood-chart-most = hasta { $rate }
mood-chart-too-few = muy pocas personas o mensajes
mood-said = Emociones en { $messages ->
    [one] 1 mensaje
   *[other] { $messages } mensajes
}, { $dates } (UTC).
mood-said-groups = { $groups }.
mood-said-group = { $group } { $share }, como mucho { $most } ({ $time })
mood-said-gaps = Donde hubo muy pocas personas o mensajes no se muestra nada.

## The answer to /mood

mood-title = El ánimo en { $channel }: { $period }
period-day = las últimas 24 horas
period-week = los últimos 7 días
period-month = los últimos 30 días
mood-counted = { $messages ->
    [one] 1 mensaje
   *[other] { $messages } mensajes
}
mood-counted-said = { mood-counted }.
mood-about = Recuentos de todo el canal, según las conjeturas de una máquina. Las horas con menos de { $people } personas o { $messages } mensajes se juntan o se omiten, para que no se vea el ánimo de nadie en particular.
form-numbers = Cifras
form-csv = CSV
mood-numbers-title = Cifras de { $channel }, { $dates } (UTC)
mood-label = { $label } { $count }
mood-bin = **{ $time }**: { $messages } · { $feelings }
mood-bin-neutral = neutral o poco claro
mood-bin-too-few = **{ $time }**: datos insuficientes
mood-bins-left-out = Lo más antiguo está en el archivo CSV.
mood-csv-about = Una línea por cada emoción y tramo de tiempo (UTC). En el archivo no aparece nadie.

mood-not-watched = No leo { $channel }, así que no sé nada de su ánimo. Quien tenga el permiso Gestionar servidor puede cambiarlo con `/watch start`; con `mode: { mode-count }` no hago más que contar.
mood-nothing-yet = No hay nada que mostrar de { $channel } en este periodo. Necesito al menos { $people } personas en una misma hora, y { $messages } mensajes en ella o en varias horas de ese día en total. Vuelve a mirar más tarde o elige un periodo más largo.
mood-channel-gone = Ese canal ya no existe.
mood-not-in-thread = { $channel } es un hilo privado y no estás en él.

## The weekly digest

mood-digest-title = El ánimo de la semana: { $dates }
mood-digest-channel = { $channel }: { $feelings }.
mood-digest-more = … y { $channels } más
mood-digest-about = Recuentos de canales enteros, nunca de una persona. `/mood` muestra más; con `/setup` se detiene este resumen.

choose-digest = Elige un canal para el resumen semanal
digest-channel-is-gone = El canal del resumen semanal ya no existe. Elige otro, o ninguno.
