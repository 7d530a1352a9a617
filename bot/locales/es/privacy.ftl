### What is read and kept, and one's own data.

privacy-title = Qué leo y qué guardo
privacy-when = **Solo leo un mensaje cuando** alguien lo pasa a `/analyze`, elige en él **Aplicaciones → Analizar** o me menciona en él o en una respuesta a él, cuando se escribe en un canal que quienes gestionan este servidor me dejan leer, o cuando prueban con el pasado de un canal qué habría marcado yo (guardo el umbral que elijan). Para **¿Por qué?** y para un moderador que revisa lo marcado puedo volver a leerlo. Leo su texto, los nombres de sus stickers y hasta 4 imágenes, con el texto que contengan si quien me aloja activó esa opción; quienes gestionan un servidor pueden desactivarla en el suyo.
privacy-guess = **Un programa informático hace conjeturas** sobre la emoción que muestran las palabras y las imágenes. Puede equivocarse. No dice nada seguro sobre una persona, y no se debe juzgar a nadie por ello. No reconoce a nadie. Lo que expresan las caras de las imágenes solo se lee en los servidores donde quienes los gestionan lo activaron.
privacy-kept = **No almaceno nada de lo que escribes o muestras,** y nada se usa para entrenar. El texto y las imágenes quedan en la memoria 15 minutos como máximo, para poder atender el botón **¿Por qué?** de una respuesta. Durante un día guardo los ID de un mensaje respondido, de quien lo escribió y de mi respuesta, para que la respuesta desaparezca si se elimina el mensaje y para que **¿Por qué?** pueda volver a leerlo. De un servidor guardo sus ajustes; se borran unos días después de que me quiten de él.
privacy-moderators = **A los moderadores se les puede mostrar** que un mensaje parece dañino: puntuaciones y un enlace, no las palabras. Su ID, las puntuaciones y lo que se hizo se guardan el tiempo que diga este servidor (30 días al principio); tu propio ID, solo mientras puedas apelar una medida tomada contra ti (`/appeal`). Que alguien quizá no esté bien se muestra y no se guarda.
privacy-mood = **En los canales que leo cuento emociones** por canal y hora, nunca de quién son. Quien puede leer un canal puede ver sus recuentos (`/mood`), y solo de periodos en los que al menos 5 personas escribieron 20 mensajes entre todas. Se guardan 90 días. Nadie puede consultar el ánimo de una sola persona.
privacy-out = **Si te excluyes,** no leo nada tuyo, de ninguna manera y en ningún servidor: ni lo que otras personas me señalen ni lo que tú pases a `/analyze`. Se eliminan mis respuestas a tus mensajes del último día. Guardo tu ID, para saber a quién no leer. Lo que ya guardaba sobre ti sigue hasta que venza su plazo: **Mis datos** lo muestra. Los recuentos de un canal también siguen: no dicen de quién son. Puedes volver a incluirte cuando quieras.
privacy-data = **Mis datos** te da en un archivo todo lo que guardo sobre ti. **Eliminar** lo borra.
privacy-where = Lo que guardo está en la base de datos de quien me aloja y en ningún otro sitio. **¿Preguntas?** Escribe a { $contact }.
privacy-managers = quienes gestionan un servidor donde estoy (saben quién me aloja)
privacy-faces = En este servidor **se leen** las caras de las imágenes para saber qué expresan.
privacy-no-faces = Aquí **no se leen** las caras de las imágenes.
privacy-is-in = **No te has excluido.**
privacy-is-out = **Te has excluido**: no leo nada tuyo.
opt-out = Excluirme
opt-in = Volver a incluirme
my-data = Mis datos
my-data-here = Este archivo es todo lo que guardo sobre ti en disco. Lo que escribiste o mostraste no se guarda.
my-data-about = Todo lo que Moodring guarda sobre ti en disco. Los ID son los de Discord; las horas están en UTC. No se guarda nada de lo que escribiste o mostraste.
nothing-kept = No guardo nada sobre ti.
delete-me = Eliminar
delete-now = Eliminar para siempre
delete-means =
    Retiro mis respuestas a tus mensajes del último día y elimino tu ID de ahí y de los casos sobre tus mensajes, de modo que ya no podrás apelar en ellos. Si no te has excluido, sigo leyéndote.
    {""}**Lo que permanece:** una apelación tuya hasta que se decida; lo que hiciste en casos como moderador, mientras se conserven; y que te has excluido, si es así: necesito saberlo para dejarte en paz.
deleted = Hecho. **Mis datos** muestra lo que queda, si queda algo.
