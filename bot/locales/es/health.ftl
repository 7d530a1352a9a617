### How the bot is, for whoever runs it.

command-health = Cómo está Moodring, para quien lo aloja: conexión, carga, base de datos, memoria
owner-only = Esto solo lo ve quien me aloja: el propietario de mi aplicación o alguien de su equipo.

health-title = Cómo estoy
health-gateway = Discord
health-connected = Conectado desde { $since }.
health-shards = { $up } de { $all } conexiones están activas.
health-answers = Responde en { $ms }{"\u00A0"}ms.
health-no-heartbeat = Todavía no se sabe lo rápido que responde.
health-reading = Mensajes
health-keeps-up = Doy abasto.
health-busy = No doy abasto y me salto mensajes de los canales que leo: { $shed } en los últimos { $minutes } minutos.
health-stuck = Con uno no termino. Reiniciarme ayuda.
health-waiting = { $count ->
    [0] Ahora no espera ninguno.
    [one] Ahora espera uno.
   *[other] Ahora esperan { $count }.
}
health-pictures = Imágenes
health-decoders = { $count ->
    [0] En los últimos { $minutes } minutos no hubo que sustituir ningún proceso que las decodifica.
    [one] En los últimos { $minutes } minutos hubo que sustituir un proceso que las decodifica.
   *[other] En los últimos { $minutes } minutos hubo que sustituir { $count } procesos que las decodifican.
}
health-database = Base de datos
health-silent = No responde. El motivo está en mi registro.
health-memory = Memoria
health-megabytes = { $count }{"\u00A0"}MB, sin los procesos que decodifican imágenes.
health-unknown = Este sistema no lo dice.
health-version = Versión
