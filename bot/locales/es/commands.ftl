### Commands as Discord lists them. Their names are the same in every language, so that texts can name them.
### Discord takes at most 100 characters of a description and 32 of the name in the menu.

menu-analyze = Analizar

command-analyze = Lee la emoción de un texto, de imágenes o de ambos
    .text = El texto para leer
    .image = Una imagen para leer: PNG, JPEG, GIF o WebP, de hasta 8 MiB
    .image2 = Una segunda imagen
    .image3 = Una tercera imagen
    .public = Muestra la respuesta a todos aquí, en vez de solo a ti

command-watch = Deja que Moodring lea un canal
command-watch-start = Empieza a leer los mensajes de un canal
    .channel = El canal; si no lo indicas, este
    .mode = Responder, reaccionar, marcar para los moderadores o solo contar; si no lo indicas, responder
command-watch-stop = Deja de leer los mensajes de un canal
    .channel = El canal; si no lo indicas, este
command-watch-status = Muestra qué canales se leen y cómo
command-watch-tune = Elige qué certeza necesita Moodring en los canales que lee y cada cuánto puede responder
    .confidence = Responder solo a partir de esta certeza, en porcentaje
    .cooldown = Segundos de silencio tras una respuesta, en cada canal

command-faces = Elige si Moodring lee las caras de las imágenes
command-faces-on = Lee lo que expresan las caras en las imágenes de este servidor
command-faces-off = Deja de leer las caras de las imágenes de este servidor

command-privacy = Qué lee y qué guarda Moodring, y cómo excluirte

command-cases = Qué se marcó y en qué quedó
command-cases-list = Lista los casos, primero los más recientes
    .channel = Solo los de este canal
    .group = Solo lo que se marcó por este motivo
    .state = Solo los que están en este estado
    .page = Qué página de la lista
command-cases-show = Muestra un caso con sus botones
    .case = El número del caso
command-cases-stats = Muestra cuántos casos hay y con qué frecuencia se tomaron medidas
command-cases-export = Descarga todos los casos en un archivo CSV: ID, puntuaciones y estados, sin palabras de nadie

command-mood = Muestra el ánimo reciente de un canal: recuentos de emociones, nunca de una persona
    .channel = El canal; si no lo indicas, este
    .period = El último día, semana o mes; si no lo indicas, la semana

command-appeal = Explica por qué fue un error una medida que se tomó aquí contra ti
    .case = El número del caso; si no lo indicas, el último

command-setup = Configura Moodring en este servidor: canales, sensibilidad, qué se lee, textos y normas
    .show = Solo muestra los ajustes actuales
    .file = Toma los ajustes de un archivo exportado antes

command-backtest = Prueba umbrales con el pasado de un canal, antes de activar nada
    .channel = El canal; si no lo indicas, este
    .days = Cuántos días hacia atrás; si no lo indicas, 7
    .thresholds = Desde qué toxicidad marcar, en porcentaje, como 70, 85; si no, como en los preajustes

## What options offer

mode-reply = responder
mode-react = reaccionar
mode-flag = marcar
mode-count = solo contar
