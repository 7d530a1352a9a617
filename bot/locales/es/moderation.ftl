### Flags, cases, appeals and the cards that moderators see.

distress-help = Puede que alguien aquí lo esté pasando mal. Unas palabras amables de una persona ayudan más que cualquier cosa que yo pueda decir. Si hay peligro, llama al número de emergencias del lugar donde vive.
warn-line = Un moderador te pide que aquí mantengas un trato amable. Si crees que es un error, escribe /appeal.

message = mensaje
to-the-message = Ir al mensaje
machine-hint = Indicio de una máquina: deciden las personas
check-this = ⚠️ **Compruébalo:** me detuve en mitad de la última acción y no sé si llegó a hacerse.

group-toxicity = toxicidad
group-anger = ira
group-distress = angustia
flag-toxicity = 🚩 Esto puede ser tóxico
flag-anger = 🚩 Ira en una conversación acalorada

state-open = abierto
state-dismissed = descartado
state-not-toxic = no tóxico
state-acted = con medidas
state-unclear = por comprobar
state-appealed = apelado
state-upheld = mantenido
state-reversed = anulado

## What buttons do

action-dismiss = Descartar
action-not-toxic = No es tóxico
action-warn = Advertir
action-time-out = Aislar
action-delete = Eliminar
action-appeal = Apelar
action-uphold = Mantener
action-reverse = Anular
show = Mostrar
talk = Hablaré con esa persona
put-away = Cerrar

## Cards

card-footer = Caso { $case } · { $state } · { machine-hint }
flags-title = { $count ->
    [one] 🚩 1 mensaje marcado
   *[other] 🚩 { $count } mensajes marcados
}
choose-case = Mira uno de ellos y decide
case-option = #{ $case }: { $group } { $score }
distress-title = 💙 Puede que alguien no esté bien
distress-footer = Indicio de una máquina, a menudo erróneo. No guardo ningún caso ni recuento de ello.
distress-talk = { $who } va a hablar con esa persona.
distress-dismiss = { $who } cerró este aviso.
heats-up = 🔥 Una conversación se está caldeando
heats-up-about = Varias personas se responden con más dureza que antes. Unas palabras tranquilas ahora pueden evitar una pelea.

event-by = { $who }: **{ $action }**
event = **{ $action }**
outcome-done = { $event }
outcome-under-way = { $event } … en curso
outcome-failed = { $event } – falló
outcome-unclear = { $event } – ⚠️ por comprobar

## Why something could not be done

no-such-case = Ese caso no existe aquí (o ya no existe).
channel-is-gone = El canal de ese mensaje ya no existe, o ya no lo veo.
message-is-gone = El mensaje ya no existe.
has-left = Esa persona ya no está en este servidor.
outranked = Tu rol no está por encima del de esa persona, así que Discord tampoco te dejaría aislarla.
not-your-own-appeal = Tú actuaste en este caso, así que la apelación debe decidirla otra persona.
being-done = Alguien se está ocupando de este caso ahora mismo; vuelve a mirar en un momento.
discord-forbids = Discord no me deja. Mi rol tiene que estar por encima del de esa persona, y necesito el permiso en ese canal.
discord-fails = Discord no respondió como debía. Mira si llegó a hacerse antes de intentarlo de nuevo.
already = Eso ya se decidió. Estado del caso: **{ $state }**.
deed-failed = No se pudo hacer: **{ $action }**. { $why }

## What others are told

audit-moderator = Moodring, caso { $case }: marcado por { $group }; decidido por { $moderator }
audit-automatic = Moodring, caso { $case }: marcado por { $group }; acción automática
told-warn = En **{ $server }**, un moderador te pidió mantener un trato amable. { -how-to-appeal }
told-time-out = { $by ->
    [person] En **{ $server }**, un moderador te aisló durante { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    }.
   *[machine] En **{ $server }**, tal como me indicó el servidor, te aislé durante { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    }.
} { -how-to-appeal }
told-delete = { $by ->
    [person] En **{ $server }**, un moderador eliminó un mensaje tuyo.
   *[machine] En **{ $server }**, tal como me indicó el servidor, eliminé un mensaje tuyo.
} { -how-to-appeal }
told-uphold = En **{ $server }**, un moderador revisó tu apelación; la decisión se mantiene.
told-reverse = En **{ $server }**, un moderador revisó tu apelación y anuló la decisión.
-how-to-appeal = Si crees que es un error, escribe `/appeal` allí en un plazo de dos semanas.

## /cases and /appeal

cases-title = Casos
no-cases = No hay casos.
written-by = Lo escribió { $author }
page-footer = Página { $page }
page-footer-more = Página { $page } · más con page: { $next }
cases-of-days = { $days ->
    [one] Casos del último día
   *[other] Casos de los últimos { $days } días
}
agreed = En **{ $confirmed } de { $decided }** casos decididos se tomaron medidas ({ $share })
cases-exported = { $count ->
    [one] 1 caso.
   *[other] { $count } casos.
} En el archivo no hay ningún ID de miembro ni ninguna palabra de un mensaje.

appeal-title = Apelación en el caso { $case }
appealed-title = ⚖️ Apelación en el caso { $case }
appeal-words = ¿Por qué fue un error?
appeal-readers = La leen los moderadores de este servidor. Yo no guardo copia.
appeal-by = Apela
appeal-sent = Los moderadores ya tienen tu apelación. Decidirá sobre ella alguien distinto de antes.
appealed-already = En este caso ya hay una apelación, o se decidió entretanto.
nothing-to-appeal = No sé de nada que se pueda apelar: en las dos últimas semanas no se tomó aquí ninguna medida contra ti a través de mí, o ya se apeló.
nobody-to-appeal-to = Este servidor no tiene un canal donde pueda mostrar tu apelación. Escribe directamente a un moderador.
own-case = Caso { $case } del { $day }
