### The panel of /setup, settings and what stands in their way.

setup-title = Ajustes de este servidor
setup-who = Quien tenga el permiso Gestionar servidor puede cambiarlos con /setup.
sensitivity = Sensibilidad
watched-channels = Canales que leo
title-with-unit = { $title } ({ $unit })

topic-channels = Canales
topic-sensitivity = Sensibilidad
topic-reading = Leer y responder
topic-care = Textos y normas
topic-automatic = Acción automática

preset-calm = Tranquilo
    .about = Solo lo que es casi seguro; el mínimo de falsas alarmas
preset-balanced = Equilibrado
    .about = Para la mayoría de los servidores
preset-watchful = Vigilante
    .about = Encuentra más, pero también más cosas inofensivas
preset-own = Valores propios

does-flag = Marcar
    .about = Muestro a los moderadores lo que parece dañino
does-react = Reaccionar
    .about = Reacciono con un emoji cuando estoy seguro de una emoción
does-reply = Responder
    .about = Respondo cuando estoy seguro de una emoción

language-auto = El que tiene este servidor en Discord
# The languages in their own words: the same in every catalogue.
language-en = English
language-es = Español
language-de = Deutsch
language-zh = 简体中文

## Settings: what they are called and what they do. Discord takes 45 characters of a title with its unit.

setting-language = Idioma
    .about = El idioma en el que hablo a este servidor. A quien me pregunta en privado le respondo en el suyo.
setting-log_channel_id = Canal de registro
    .about = Donde muestro a los moderadores lo que marco. Sin él no marco nada.
setting-digest_channel_id = Resumen semanal
    .about = Donde publico cada lunes el ánimo de la semana, canal por canal. Sin él no hay resumen.
setting-exempt_role_ids = Roles exentos
    .about = Los mensajes de quienes los tienen nunca se muestran a los moderadores.
setting-exempt_channel_ids = Canales exentos
    .about = Donde nunca se muestra nada a los moderadores, aunque se lea.
setting-flag_toxicity = Marcar toxicidad desde
    .about = Lo tóxico que debe parecer un mensaje para que lo muestre a los moderadores.
    .unit = %
setting-flag_anger = Marcar ira desde
    .about = Cuánta ira debe mostrar un mensaje para que lo muestre, en una conversación que se ha caldeado.
    .unit = %
setting-flag_distress = Mostrar angustia desde
    .about = Cuánta tristeza o miedo debe mostrar un mensaje para que yo te pida que cuides de quien lo escribió. Si dice con claridad que quiere morir, te lo pido sea cual sea este número.
    .unit = %
setting-act_toxicity = Actuar ante toxicidad desde
    .about = Lo tóxico que debe parecer un mensaje para una acción automática, que al principio está desactivada.
    .unit = %
setting-act_anger = Actuar ante ira desde
    .about = Lo mismo para la ira.
    .unit = %
setting-faces = Caras
    .about = Si intento adivinar qué expresan las caras de las imágenes. La ley puede exigir consentimiento para ello.
setting-ocr = Texto en imágenes
    .about = Si leo el texto de las imágenes, siempre que quien me aloja lo haya activado.
setting-min_confidence = Responder desde
    .about = Qué certeza debo tener de una emoción para responder en un canal donde respondo por mi cuenta.
    .unit = %
setting-cooldown_s = Silencio tras una respuesta
    .about = Segundos en los que no respondo nada más en el mismo canal.
    .unit = segundos
setting-heat_notes = Avisos de tensión
    .about = Si aviso a los moderadores en el canal de registro cuando una conversación se caldea.
setting-heat_line = Mensaje para calmar
    .about = Lo que escribo en una conversación que se ha caldeado; nada si está vacío.
setting-distress_help = Texto de ayuda
    .about = Lo que dice el aviso sobre alguien que lo pasa mal; por ejemplo, a quién llamar.
setting-warn_line = Advertencia
    .about = Lo que respondo a un mensaje cuando un moderador pulsa Advertir.
setting-timeout_minutes = Aislamiento
    .about = Minutos que alguien queda aislado cuando un moderador pulsa Aislar.
    .unit = minutos
setting-direct_messages = Mensajes directos
    .about = Si le digo a un miembro por mensaje directo qué se hizo y cómo apelar.
setting-retention_days = Conservar casos durante
    .about = Días tras los que un caso se elimina para siempre.
    .unit = días

## The panel

choose-topic = Otra página
choose-log = Elige el canal de registro
choose-watched = Elige un canal para leer o para cambiar
choose-roles = Elige roles que nunca se marcan
choose-channels = Elige canales donde no se marca nada
choose-preset = Elige un preajuste
choose-language = Elige un idioma
choose-does = ¿Qué hago en #{ $channel }?
only-count = Solo contar
stop-listening = Dejar de leer
numbers = Valores
words = Textos
show-all = Mostrar todo
export = Exportar
grant = Conceder
turn-on = { $setting }: activar
turn-off = { $setting }: desactivar

automatic-about = Yo marco, las personas deciden. Si quieres que actúe por mi cuenta ante lo que alcance los umbrales *Actuar ante …* de la página Sensibilidad, primero solo cuento durante una semana lo que habría hecho, y te lo muestro.
choose-automatic = Elige una acción para probarla
switch-on = Activar
stop-automatic = Terminar
automatic-trial = Prueba de **{ $action }**, termina { $until }. Habría { $did }; casos descartados, considerados no tóxicos o anulados después: { $refuted }.
automatic-on = **{ $action }** está **en marcha**. Desde que empezó su prueba he (o habría) { $did }; casos descartados, considerados no tóxicos o anulados después: { $refuted }.
did-delete = { $count ->
    [one] eliminado 1 mensaje
   *[other] eliminado { $count } mensajes
}
did-time-out = { $count ->
    [one] aislado a alguien 1 vez
   *[other] aislado a alguien { $count } veces
}

## What stands in the way

warning = ⚠️ { $text }
everyone-sees = Aquí todo el mundo puede ver el canal de registro. Los avisos deben estar donde solo miren los moderadores.
log-channel-is-gone = El canal de registro ya no existe o no puedo escribir en él. Elige otro: hasta entonces no se marca nada.
grant-here = ⚠️ En { $channel } no tengo permiso para { $permissions }: ajustes del canal → Permisos → mi rol → ✓
grant-everywhere = ⚠️ En { $channel } no tengo permiso para { $permissions }: pulsa **{ grant }** y confirma.
not-announced = No pude anunciarlo en { $channel }: díselo tú a la gente de allí, o déjame enviar mensajes y hazlo de nuevo.

settings-taken = Aceptado.
settings-taken-partly = { settings-taken } { $count ->
    [one] Dejé fuera 1 canal o rol que no es de este servidor.
   *[other] Dejé fuera { $count } canales y roles que no son de este servidor.
}

## Why a value or a file was not taken; it stands behind "nothing has changed:"

fault-per-cent = “{ $title }” debe ser un número del 0 al 100
fault-number = “{ $title }” debe ser un número
fault-at-least = “{ $title }” debe ser { $bound } o más
fault-at-most = “{ $title }” debe ser { $bound } o menos
fault-too-long = “{ $title }” admite { $bound } caracteres como máximo
fault-too-many = “{ $title }” admite { $bound } como máximo
fault-value = “{ $title }” no admite ese valor
fault-no-list = esto no es una lista de ajustes
fault-no-setting = { $name } no es un ajuste
fault-unknown-name = contiene un nombre que no es un ajuste
fault-file-too-large = el archivo ocupa más de { $kibibytes } KiB
fault-file-not-json = el archivo no es JSON
fault-file-foreign = el archivo no es uno que /setup haya exportado
fault-watched-many = “watched” debe indicar { $count } canales como máximo
fault-watched-names = “watched” debe indicar canales por su ID, con { $names }
