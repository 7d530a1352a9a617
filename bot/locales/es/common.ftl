### What all features say.

list-separator = {", "}
clause-separator = {"; "}
sentence-separator = {" "}
labelled = { $label }: { $text }
quoted = “{ $text }”
percent = { NUMBER($number, maximumFractionDigits: 4) }{"\u00A0"}%
and-more = - y { $count } más
and-others = y { $count } más
none = ninguno
on = sí
off = no
seconds = { $number } s
minutes = { $number } min
days = { $number ->
    [one] 1 día
   *[other] { $number } días
}

## Why somebody gets no answer

failed = Algo salió mal por mi parte. Ha quedado registrado; inténtalo de nuevo más tarde.
database-failed = Mi base de datos no funciona en este momento, así que no pude guardar ni consultar eso. Ha quedado registrado; inténtalo de nuevo más tarde.
busy = Ahora mismo no doy abasto. Inténtalo de nuevo en un momento.
too-slow = Tardaba demasiado y lo dejé. Inténtalo de nuevo en un momento.
opted-out = Quien escribió este mensaje pidió que no se lea lo que escribe, así que no lo leo.
you-opted-out = Pediste que no te lea, así que esto tampoco lo leo. Con `/privacy` puedes volver a incluirte.
not-taken = No puedo aceptarlo y no ha cambiado nada: { $why }.
needs-message-content = Para leer un canal necesito los intents *Guild Messages* y *Message Content* de Discord, y me falta uno de ellos. Quien aloja este bot puede activar *Message Content* en el Developer Portal (Bot → Privileged Gateway Intents), pedirlo (`MOODRING_MESSAGE_CONTENT=true`; en un bot propio, sus `intents`) y reiniciar el bot. `/analyze`, **Aplicaciones → Analizar** y las menciones funcionan sin él.
needs-guilds = Para esto necesito el intent *Guilds* de Discord, que me da a conocer roles y canales, y me falta. Quien aloja este bot puede añadirlo a sus `intents` y reiniciar el bot.
not-watchable = Puedo leer canales de texto, canales de voz e hilos de un servidor, pero esto no.
no-log-channel = Elige un canal de registro con `/setup`: sin él no tengo dónde mostrar lo que marco.

## Permissions, by the names that Discord's settings have in this language

permission-view_channel = Ver canales
permission-send_messages = Enviar mensajes
permission-send_messages_in_threads = Enviar mensajes en hilos
permission-embed_links = Insertar enlaces
permission-attach_files = Adjuntar archivos
permission-add_reactions = Añadir reacciones
permission-read_message_history = Leer el historial de mensajes
permission-manage_messages = Gestionar mensajes
permission-moderate_members = Aislar temporalmente a miembros
permission-manage_guild = Gestionar servidor
permission-connect = Conectar

staff-only = Solo puede hacerlo quien tenga permiso para { $permissions }.
you-lack = En { $channel } no tienes permiso para { $permissions }, y esto lo requiere.
i-lack = Mi propio rol no tiene permiso para { $permissions }. Actívalo en los ajustes de roles del servidor y vuelve a intentarlo.
i-lack-in = En { $channel } no tengo permiso para { $permissions }. Actívalo para mi rol en los ajustes del canal y vuelve a intentarlo.
count = { $number }
