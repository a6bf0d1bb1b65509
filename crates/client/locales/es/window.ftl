# Not yet reviewed by a native reader.

## Everywhere

close-notice = Cerrar
more-about-keeping = ¿Qué quiere decir esto?

## Sign in

sign-in-title = Iniciar sesión
add-account-title = Añadir una cuenta
sign-in-lead = Ocurre en su propio navegador. { $app } nunca ve su contraseña.
sign-in-before = Su navegador se abre. Cuando termine, vuelve aquí sin hacer nada.
sign-in-with = Iniciar sesión con { $provider }
sign-in-with-google = Iniciar sesión con Google
sign-in-needs-setup = hay que configurarlo
sign-in-none-title = Aún no hay proveedor
sign-in-none = { $app } se construyó sin proveedor. Su desarrollador puede añadir uno.
back-to-accounts = Volver a sus cuentas

## Where it is kept

keeping-checking = Buscando su llavero…
keeping-keychain = Cerrado con una clave de { $keychain }
keeping-keychain-more = Lo que { $app } guarda está en archivos sellados en este equipo. Su clave está en { $keychain }. Esto protege un disco perdido o una copia de seguridad; otros programas que usted inicie pueden pedir esa clave a { $keychain }.
keeping-passphrase = Cerrado con su frase de paso
keeping-passphrase-more = Lo que { $app } guarda está en archivos sellados en este equipo. Solo su frase de paso los abre, y nadie puede recuperarla.
keeping-memory = Sin guardar: solo esta sesión
unlock-keychain = Desbloquear…
look-again = Mirar otra vez
keeping-memory-more = { $reason }. Lo que inicie ahora se olvida cuando se cierre { $app }.

## Waiting

waiting-title = Siga en su navegador
waiting-preparing-title = Preparando
waiting-preparing = Se pregunta dónde iniciar sesión: { $provider }.
waiting-opening = Abriendo { $host } en su navegador.
waiting-opened = { $host } está abierto. Vuelve aquí sin hacer nada.
waiting-scheme = Si su navegador pregunta si abrir { $app }, diga que sí.
waiting-loopback = Cuando la página diga que ha terminado, puede cerrarla.
waiting-failed-title = Su navegador no se abrió
waiting-failed = Copie este enlace y ábralo en su navegador. Vuelve aquí sin hacer nada.
waiting-link = Enlace para su navegador
step-opened = Navegador abierto
step-waiting = Usted inicia sesión
step-back = De vuelta aquí
step-done = hecho
step-now = ahora
step-later = por venir
open-again = Abrir otra vez
copy-link = Copiar enlace
link-copied = Enlace copiado
browser-asked-again = Se pidió otra vez a su navegador
device-title = Escriba este código
device-lead = Abra { $host } en cualquier pantalla y escríbalo allí.
device-code = Código para escribir
device-page = Página donde escribirlo
device-caution = Escriba solo un código que haya pedido usted, como ahora mismo. Quien le envía uno quiere entrar en su lugar.
device-expires = { $minutes ->
    [one] El código sirve un minuto más.
   *[other] El código sirve { $minutes } minutos más.
}
device-expires-now = El código está a punto de dejar de servir.
open-page = Abrir página
copy-code = Copiar código
code-copied = Código copiado
use-code = Usar un código

waiting-hint-title = ¿No pasó nada?
waiting-hint = Busque una pestaña nueva detrás de esta ventana. Si no hay ninguna, abra otra vez o copie el enlace.
waiting-hint-scheme = Si ya inició sesión allí y no volvió nada, pruebe otro modo.
try-another-way = Probar otro modo
waiting-long-title = Sigue esperando
waiting-long = Han pasado 5 minutos. Puede seguir en su navegador o empezar de nuevo con otro enlace.
waiting-expires = { $minutes ->
    [one] El enlace sirve un minuto más.
   *[other] El enlace sirve { $minutes } minutos más.
}
waiting-expires-now = El enlace está a punto de dejar de servir.
restart = Empezar de nuevo
cancel = Cancelar
cancelled-here = Cancelado. Si la página sigue abierta en su navegador, puede cerrarla.

## Completing

completing-title = Terminando
completing = { $provider } le dejó entrar. { $app } comprueba la respuesta.

## Account

account-signed-in = Sesión iniciada: { $name }
account-verified = verificada
account-not-verified = sin verificar
account-unverified = Sin verificar ({ $provider }): nada firmado dice quién es usted.
account-no-email = No se compartió ninguna dirección de correo
account-provider = Proveedor
account-issuer = Emisor
account-allowed-title = Lo que usted permitió
account-not-allowed = No permitido
account-nothing-allowed = { $provider } no dijo qué se permitió.
ask-again = Pedir otra vez lo que no se permitió
connected-apps = Verlo y cambiarlo en { $provider }
account-session-title = Sesión
account-session = Acceso
account-signed-in-at = Iniciada
account-refreshed-at = Última renovación
account-kept = Guardado
session-renews = se renueva sola
session-renewing = renovándose
session-open-ended = sin final indicado
session-ended = terminada
session-expired = caducada
session-less-than-a-minute = queda menos de un minuto
session-minutes = { $count ->
    [one] queda 1 minuto
   *[other] quedan { $count } minutos
}
session-hours = { $count ->
    [one] queda 1 hora
   *[other] quedan { $count } horas
}
session-days = { $count ->
    [one] queda 1 día
   *[other] quedan { $count } días
}
session-ended-title = Su sesión ha terminado
session-ended-text = { $provider } quiere verle otra vez antes de que { $app } pueda seguir.
sign-in-again = Iniciar sesión otra vez
sign-out = Cerrar sesión…
sign-out-title = ¿Cerrar la sesión de { $name }?
sign-out-forget = { $app } olvida esta cuenta en este equipo.
sign-out-revoke = Pedir a { $provider } que retire lo que dio
sign-out-revoke-text = Si no, vale hasta que termine.
sign-out-browser = Cerrar también la sesión de { $provider } en el navegador
sign-out-browser-text = Otros programas y páginas que usan { $provider } en ese navegador pueden quedar también sin sesión.
confirm-sign-out = Cerrar sesión
keep-signed-in = Mantener la sesión
signing-out = Cerrando sesión…

## What was allowed

scope-openid = Saber que es usted, en cada inicio de sesión
scope-profile = Su nombre y su imagen
scope-email = Su dirección de correo
scope-address = Su dirección postal
scope-phone = Su número de teléfono
scope-offline_access = Mantener la sesión cuando no está

## Accounts

accounts-title = Cuentas
account-of = { $name }, { $provider }
account-of-ended = { $name }, { $provider }, sesión terminada
add-account = Añadir cuenta
search-accounts = Buscar
more-accounts = { $count } más: búsquelas

## Signed out

signed-out-title = Sesión cerrada
signed-out-lead = Esto es lo que pasó con la cuenta de { $name }.
report-forgotten = Olvidada en este equipo.
report-not-forgotten = Algo de ella sigue en este equipo. Intente cerrar la sesión otra vez.
report-key-deleted = Era la última cuenta, así que también se quitó la clave del llavero.
report-revoked = { $provider } confirmó que lo que recibió { $app } ya no sirve.
report-unsupported = { $provider } no tiene modo de retirarlo. Lo que recibió { $app } se olvidó aquí y termina solo.
report-queued = No se pudo llegar a { $provider } para que lo retire. { $app } lo pide otra vez por sí mismo, también después de cerrarse.
report-refused = { $provider } no quiso retirarlo. Lo que recibió { $app } se olvidó aquí y puede seguir sirviendo hasta que termine.
report-nothing-to-revoke = No quedaba nada que retirar en { $provider }.
report-not-revoked = No se pidió a { $provider } que lo retire. Lo que recibió { $app } se olvidó aquí y termina solo.
report-browser-asked = Se envió su navegador a { $provider } para cerrar la sesión allí.
report-browser-unsupported = { $provider } no tiene página para cerrar sesión. Su navegador sigue con ella.
report-browser-unavailable = No se pudo saber dónde está la página para cerrar sesión de { $provider }. Su navegador sigue con ella.
report-browser-not-opened = No se pudo abrir su navegador, así que sigue con la sesión allí.
report-done = hecho
report-attention = atención
done = Listo

## It did not work

their-words = { $provider } dice:
technical-detail = Detalle técnico
technical-kind = Clase
technical-what = Detalle
technical-section = Estándar
try-again = Intentar otra vez
show-registration = Cómo configurarlo
go-back = Volver

## Not configured

not-configured-title = Configurar el inicio de sesión con { $provider }
not-configured-lead = { $provider } quiere conocer un programa antes de que se pueda iniciar sesión con él. Lo hace una vez el desarrollador del programa.
not-configured-console = Registre el programa aquí
open-console = Abrir en el navegador
client-type-desktop = Tipo «Desktop app»
client-type-desktop-text = Da un identificador de cliente y un secreto de cliente. El secreto de este tipo no es tal: { $provider } lo dice. No hay nada que escribir para la vuelta; usa { $uri }.
client-type-ios = Tipo «iOS»
client-type-ios-text = Da un identificador de cliente y ningún secreto. La vuelta es un enlace hecho de ese identificador, así que se fija al construir el programa, no aquí.
redirect-uris = Registre como camino de vuelta (redirect URI)
drop-client-file = O suelte en esta ventana el archivo de cliente que descargó allí.
client-id = Identificador de cliente
client-id-missing = Escriba el identificador de cliente.
client-secret = Secreto de cliente
client-secret-optional = Déjelo vacío si no recibió ninguno.
save-client = Guardar
saving-client = Guardando…
client-ready = { $provider } está configurado. Ya puede iniciar sesión con él.

## The doctor

examine = Examinar este equipo
doctor-title = ¿Está todo en orden?
doctor-looking = Mirando…
doctor-found = { $count ->
    [0] Nada impide iniciar sesión.
    [one] Una cosa impide iniciar sesión.
   *[other] { $count } cosas impiden iniciar sesión.
}
doctor-ask-browser = Probar en su navegador
doctor-browser-waits = Pulse el botón de la página que se abrió en su navegador.
examine-again = Mirar otra vez
repaired = Arreglado. Se mira otra vez.

## How it happened

how-it-happened = Cómo ocurrió
how-it-happens = Cómo ocurre
story-title = Cómo ocurrió
story-sign-in = Inicio de sesión con { $provider }.
story-refresh = Se renovó una sesión en { $provider }.
story-sign-out = Cierre de sesión en { $provider }.
story-under-way = Está en curso.
story-ended-well = { $seconds ->
    [one] Fue bien, en un segundo.
   *[other] Fue bien, en { $seconds } segundos.
}
story-level = Cómo se cuenta
in-plain-words = En palabras sencillas
for-developers = Para desarrolladores
story-parties = Quiénes participan
story-between = { $from } a { $to }
story-checks = Qué se comprobó
story-when = Cuándo
story-after = { $ms } ms después del comienzo
story-took = tardó { $ms } ms
story-host = Servidor
story-status = Estado HTTP
story-not-shown = no se muestra
story-left-out = { $count ->
    [one] Se omitió un paso más.
   *[other] Se omitieron { $count } pasos más.
}
story-none-title = Ya no se sabe nada de ello
story-none = { $app } recuerda cómo ocurrió algo hasta que se cierra. Inicie sesión otra vez para verlo.
outcome-under-way = en curso
outcome-remembered = ya sabido
outcome-needless = nada que hacer
outcome-put-off = más tarde
outcome-failed = se detuvo aquí
outcome-abandoned = abandonado
check-passed = Bien
check-failed = Mal
check-skipped = No se miró
copy-report = Copiar informe
report-copied = Informe copiado

story-why-discovery = El proveedor dice dónde están sus puertas, para que { $app } no tenga que adivinar y nadie pueda llevarlo a otra parte.
story-why-keys = Con estas claves públicas { $app } reconoce que lo que vuelve lo firmó de verdad el proveedor.
story-why-door-opened = La respuesta tiene que volver desde su navegador: por un enlace que pertenece a { $app }, o a una dirección que solo este equipo alcanza.
story-why-authorization-request = El enlace dice quién pide y qué. Lleva la huella de un secreto que { $app } guarda para sí (PKCE): solo quien conoce el secreto puede usar la respuesta.
story-why-parked = { $app } puede cerrarse mientras usted está en el navegador. Lo que necesita para seguir queda bajo llave hasta la respuesta.
story-why-browser-opened = Usted inicia sesión en su propio navegador, donde ve la dirección del proveedor y donde viven sus contraseñas. { $app } nunca las ve.
story-why-redirect-received = Lo que vuelve es un código y no la llave misma: al pasar por el navegador otros podrían verla. Solo no abre nada, y sirve una vez.
story-why-code-exchange = { $app } mismo entrega el código, directamente al proveedor y no por el navegador, junto con el secreto cuya huella iba en el enlace. Se envía como POST, para que no quede en ningún historial ni registro de direcciones.
story-why-id-token-verified = Cada comprobación impide un modo de engañar: una respuesta para otro programa, una vieja, una de otro proveedor, o una cambiada por el camino.
story-why-user-info = El nombre y la imagen se piden con lo que se acaba de dar, y solo cuentan si son de la misma persona.
story-why-account-stored = Lo que se dio queda sellado con una clave que está en su llavero.

quiz-title = Póngase a prueba
quiz-right = Correcto.
quiz-wrong = No del todo.
quiz-code = ¿Por qué vuelve por el navegador un código y no la llave de su cuenta?
    .a = Un código es más corto y cabe en un enlace.
    .a-why = Las llaves también cabrían. Lo que importa es quién puede ver lo que pasa por el navegador.
    .b = Lo que pasa por el navegador pueden verlo otros; un código solo no abre nada.
    .b-why = Sirve una vez, durante uno o dos minutos, y solo con un secreto que nunca estuvo en el navegador.
    .c = { $provider } quiere saber qué navegador usa usted.
    .c-why = Eso se sabe de todos modos. El código es para el programa, no para el navegador.
quiz-pkce = Otro programa atrapa el código antes que este. ¿Qué le impide usarlo?
    .a = No conoce el secreto cuya huella iba en el enlace.
    .a-why = Eso es PKCE: el secreto nunca salió de este programa, y { $provider } lo pide con el código.
    .b = El código está cifrado.
    .b-why = No lo está. Quien lo tiene puede leerlo; sin el secreto no sirve de nada.
    .c = No tiene secreto de cliente.
    .c-why = Un secreto de cliente que está en cada copia de un programa no es un secreto.
quiz-secret = ¿Cuánto vale el secreto de cliente de un programa de escritorio?
    .a = Demuestra a { $provider } que el programa es el auténtico.
    .a-why = Quien tiene el programa tiene también el secreto, y puede sacarlo.
    .b = Cifra lo que se envía.
    .b-why = Eso lo hace la conexión (TLS). Un secreto de cliente no cifra nada.
    .c = Poco: está en cada copia, así que no demuestra nada. El trabajo lo hace PKCE.
    .c-why = Algunos proveedores lo quieren de todos modos, y dicen ellos mismos que no es un secreto.
quiz-state = Vuelve una respuesta que este programa no pidió. ¿Qué ocurre?
    .a = Se prueba, y si el código sirve, la sesión queda iniciada.
    .a-why = Entonces alguien podría iniciar la sesión de usted en su propia cuenta sin que lo note.
    .b = Se aparta: su state no pertenece a ningún inicio comenzado aquí.
    .b-why = Cada inicio tiene un número que no se puede adivinar, y solo cuenta una respuesta con ese número.
    .c = Se pregunta si es correcta: { $provider }.
    .c-why = { $provider } no puede saber lo que usted quería hacer. El programa tiene que recordar lo que pidió.

## Settings

settings = Ajustes
settings-title = Ajustes
settings-theme = Colores
theme-system = Como el sistema
theme-light = Claros
theme-dark = Oscuros
settings-language = Idioma
language-system = Como el sistema
language-not-reviewed = Los idiomas distintos del inglés aún no los ha revisado quien los habla desde niño.
settings-way = Cómo vuelve de su navegador
way-itself = Como mejor funcione aquí
way-itself-text = Un enlace a { $app } donde los enlaces llegan; si no, una dirección de este equipo.
way-scheme = Por un enlace
way-scheme-text = Su navegador puede preguntar si abrir { $app }.
way-loopback = Por una dirección de este equipo
way-loopback-text = Una página de su navegador dice cuándo puede cerrarla.
remove-all-title = Quitar todos los datos
remove-all-question = ¿Quitar todos los datos?
remove-all-text = Se cierra la sesión de cada cuenta, se pide una vez a cada proveedor que retire lo que dio, y se quita todo lo que { $app } guarda en este equipo, con la clave de su llavero. No se puede deshacer.
remove-all = Quitar todos los datos…
confirm-remove-all = Quitar todos los datos
keep-all = Conservarlos
removing-all = Quitando…
removed-title = Se quitaron todos los datos.
removed-accounts = { $count ->
    [0] No había ninguna sesión iniciada.
    [one] Se cerró la sesión de una cuenta.
   *[other] Se cerró la sesión de { $count } cuentas.
}
removed-undelivered = { $count ->
    [one] No se pudo pedir a un proveedor que retire lo que dio; vale hasta que termine.
   *[other] { $count } veces no se pudo pedir a un proveedor que retire lo que dio; vale hasta que termine.
}
removed-files = No queda nada en archivos.
removed-left = { $count ->
    [one] Un archivo no pudo quitarse.
   *[other] { $count } archivos no pudieron quitarse.
}
removed-key = La clave ya no está en el llavero.
removed-key-not = La clave no pudo quitarse del llavero, o no había ninguna.
