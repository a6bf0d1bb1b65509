# Not yet reviewed by a native reader.

doctor-state-good = Bien
doctor-state-advice = Podría estar mejor
doctor-state-broken = No funciona
doctor-state-not-checked = Sin comprobar

## Keychain

doctor-keychain-title = Llavero
doctor-keychain-keeps = { $keychain } guarda lo que { $app } le da.
doctor-keychain-passphrase = No hace falta: lo que { $app } guarda está sellado con su frase de paso.
doctor-keychain-locked = Su llavero está bloqueado.
doctor-keychain-locked-remedy = Desbloquéelo, normalmente con la contraseña de este equipo.
doctor-keychain-no-service = Ningún llavero responde en este equipo.
doctor-keychain-no-service-remedy = Instale uno, como GNOME Keyring o KWallet, y abra otra vez su sesión de escritorio. Hasta entonces la sesión solo sigue mientras { $app } esté en marcha.
doctor-keychain-no-collection = Su llavero no tiene sitio donde guardar nada.
doctor-keychain-no-collection-remedy = Abra el programa de su llavero y cree un llavero predeterminado.
doctor-keychain-denied = Su llavero no deja entrar a { $app }.
doctor-keychain-denied-remedy = Si le preguntó y dijo que no, deje que { $app } mire otra vez y diga que sí. Si no, busque { $app } en los ajustes de su llavero.
doctor-keychain-silent = Su llavero no responde.
doctor-keychain-silent-remedy = Puede que le espere en una ventana propia. Si no hay ninguna, cierre su sesión de escritorio y ábrala otra vez.
doctor-keychain-ambiguous = Su llavero tiene más de una entrada para { $app }.
doctor-keychain-ambiguous-remedy = Abra el programa de su llavero y busque las entradas de { $app }. Conserve la más antigua: lo que { $app } guarda está casi seguro cerrado con ella.
doctor-keychain-not-kept = Su llavero no devuelve lo que { $app } pone en él.
doctor-keychain-not-kept-remedy = { $app } no le confía nada. Actualícelo, o use otro.
doctor-keychain-changed = Está en marcha otro llavero que el que tiene la clave de { $app }.
doctor-keychain-changed-remedy = Arranque el que usaba antes y mire otra vez.
doctor-keychain-other-key = Su llavero tiene otra clave de { $app } que la que se usaba.
doctor-keychain-other-key-remedy = Si recuperó su llavero de una copia de seguridad, recupere la más nueva y mire otra vez.
doctor-keychain-failed = Su llavero falló.
doctor-keychain-failed-remedy = Cierre su sesión de escritorio, ábrala otra vez y mire de nuevo.

## Vault

doctor-vault-title = Lo que { $app } guarda
doctor-vault-whole = { $records ->
    [0] No hay nada guardado, así que nada está dañado.
    [one] Un registro sellado. Se abre.
   *[other] { $records } registros sellados. Todos se abren.
}
doctor-vault-set-aside-before = { $set_aside ->
    [one] Un registro no se abría y se apartó.
   *[other] { $set_aside } registros no se abrían y se apartaron.
} Todo lo demás se abre.
doctor-vault-set-aside-before-remedy = Puede que se le pidiera iniciar sesión otra vez. No hay nada más que hacer.
doctor-vault-too-new = { $too_new ->
    [one] Un registro lo escribió una versión más nueva de { $app }.
   *[other] { $too_new } registros los escribió una versión más nueva de { $app }.
}
doctor-vault-too-new-remedy = Actualice { $app } para usarlos.
doctor-vault-damaged = { $accounts ->
    [0] Ninguna cuenta está dañada, pero otros registros no se abren.
    [one] Una cuenta no se abre.
   *[other] { $accounts } cuentas no se abren.
}
doctor-vault-damaged-remedy = { $accounts ->
    [0] Pueden apartarse. No se borra nada.
   *[other] Pueden apartarse, y no se borra nada. Después inicie sesión en ellas otra vez.
}
doctor-vault-key-gone = { $records ->
    [one] Su llavero perdió la clave, así que el único registro que { $app } guarda no se abre.
   *[other] Su llavero perdió la clave, así que ninguno de los { $records } registros que { $app } guarda se abre.
}
doctor-vault-key-gone-remedy = Si { $app } aún conoce la clave, puede devolverla. Si no, los registros se apartan, y usted inicia sesión otra vez.
doctor-vault-key-elsewhere = Está en marcha otro llavero que el que tiene la clave de { $app }, así que lo guardado no se abre.
doctor-vault-key-elsewhere-remedy = Arranque el que usaba antes, desbloquéelo y mire otra vez: no se cambió nada. { $app } no puede hacerlo por usted. Si ese llavero ya no existe, { $app } puede empezar desde cero: lo guardado se aparta, no se borra, y usted inicia sesión otra vez.
doctor-vault-key-replaced = Su llavero tiene otra clave que la que se usaba, así que lo que { $app } guarda no se abre.
doctor-vault-key-replaced-remedy = Si recuperó su llavero de una copia de seguridad, recupere la más nueva y mire otra vez: no se cambió nada. Si no hay ninguna, { $app } puede empezar desde cero: lo guardado se aparta, no se borra, y usted inicia sesión otra vez.
doctor-vault-passphrase-file-damaged = El archivo que abre su frase de paso está dañado, así que lo que { $app } guarda no se abre.
doctor-vault-passphrase-file-damaged-remedy = Si tiene una copia de la carpeta de datos de { $app }, recupere el archivo «passphrase.key» y mire otra vez: no se cambió nada. Si no hay ninguna, { $app } puede empezar desde cero: lo guardado se aparta, no se borra, y usted inicia sesión otra vez.
doctor-vault-refused = { $app } no puede leer su propia carpeta.
doctor-vault-refused-remedy = Mire de quién es la carpeta de datos de { $app } y si puede leerse y escribirse.
doctor-vault-disk-full = El disco está lleno.
doctor-vault-disk-full-remedy = Libere espacio y mire otra vez.
doctor-vault-disk-failed = No se pudo leer el disco.
doctor-vault-disk-failed-remedy = Mire la salud de su disco. Ahora merece la pena copiar lo que le importa.

## Links: whose they are

doctor-link-owner-title = Enlaces a { $app }
doctor-link-owner-ours = Llegan a { $app }.
doctor-link-owner-unconfirmed = Según los ajustes llegan a { $app }. No se pudo saber qué hace de ello este equipo.
doctor-link-owner-unconfirmed-remedy = Mire otra vez en un momento. Si sigue así, instale el paquete xdg-utils. Hasta entonces, los inicios de sesión vuelven por otro modo donde lo hay.
doctor-link-owner-nobody = Ningún programa los toma.
doctor-link-owner-nobody-remedy = Deje que { $app } los tome. Hasta entonces, los inicios de sesión vuelven por otro modo.
doctor-link-owner-other = Van a otro programa: { $program }
doctor-link-owner-other-remedy = Si no conoce ese programa, tenga cuidado: puede ver volver sus inicios de sesión, aunque no usarlos. Deje que { $app } tome sus enlaces.
doctor-link-owner-stale = Van a un programa que no puede tomarlos: { $program }
doctor-link-owner-stale-remedy = Seguramente { $app } se movió o actualizó. Deje que tome otra vez sus enlaces.
doctor-link-owner-disputed = { $app } y otro programa los reclaman, y este equipo prefiere el otro: { $program }
doctor-link-owner-disputed-remedy = Si no conoce ese programa, tenga cuidado: puede ver volver sus inicios de sesión, aunque no usarlos. Deje que { $app } tome sus enlaces.
doctor-link-owner-unusable = { $app } no puede tomar enlaces desde donde está.
doctor-link-owner-unusable-remedy = Mueva { $app } a una carpeta de nombre sencillo, o instálelo desde su paquete.
doctor-link-owner-unreadable = No se pudo saber quién los toma.
doctor-link-owner-unreadable-remedy = Mire si su carpeta de ajustes puede leerse.

## Links: do they arrive?

doctor-link-delivery-title = Enlaces desde este equipo
doctor-link-delivery-delivered = Un enlace de prueba llegó después de { $milliseconds } ms.
doctor-link-delivery-lost = Se abrió un enlace de prueba y no llegó.
doctor-link-delivery-lost-remedy = Deje que { $app } tome otra vez sus enlaces y mire de nuevo. Hasta entonces, los inicios de sesión vuelven por otro modo.
doctor-link-delivery-no-opener = Este equipo no tiene programa que abra enlaces.
doctor-link-delivery-no-opener-remedy = Instale el paquete xdg-utils.
doctor-link-delivery-opener-failed = Falló el programa que abre enlaces.
doctor-link-delivery-opener-failed-remedy = Deje que { $app } tome otra vez sus enlaces y mire de nuevo.

doctor-browser-link-title = Enlaces desde su navegador
doctor-browser-link-delivered = El botón de su navegador le trajo de vuelta.
doctor-browser-link-nothing-came = Su navegador mostró la página, y no volvió nada.
doctor-browser-link-nothing-came-remedy = Inténtelo otra vez: pulse el botón de la página y, si su navegador pregunta si abrir { $app }, diga que sí. Si nunca pregunta, puede que no tenga permiso para abrir programas.
doctor-browser-link-page-not-shown = Su navegador no mostró la página.
doctor-browser-link-page-not-shown-remedy = Un proxy o una extensión puede impedir que su navegador llegue a este mismo equipo. Las direcciones que empiezan por 127.0.0.1 no deben pasar por un proxy.
doctor-browser-link-no-browser = No se pudo abrir su navegador.
doctor-browser-link-no-browser-remedy = Elija un navegador predeterminado en los ajustes del sistema.
doctor-browser-link-no-listener = { $app } no puede escuchar en este equipo.
doctor-browser-link-no-listener-remedy = Puede prohibirlo un programa de seguridad. Los inicios de sesión que vuelven por enlaces funcionan igualmente.

doctor-page-title = ¿Vuelve este enlace?
doctor-page-text = { $app } mira si su navegador puede abrirlo.
doctor-page-then = Pulse el botón. Si su navegador pregunta si abrir { $app }, diga que sí.
doctor-page-button = Volver a { $app }

## Browser

doctor-browser-title = Navegador predeterminado
doctor-browser-found = Las páginas web se abren con { $program }
doctor-browser-snap = Su navegador es un snap: { $program }
doctor-browser-snap-remedy = Algunos snaps no pueden abrir otros programas. Si su navegador no le trae de vuelta, elija el otro modo mientras espera.
doctor-browser-flatpak = Su navegador es un flatpak: { $program }
doctor-browser-flatpak-remedy = Algunos flatpaks no pueden abrir otros programas. Si su navegador no le trae de vuelta, elija el otro modo mientras espera.
doctor-browser-gone = Su navegador predeterminado ya no está: { $program }
doctor-browser-gone-remedy = Elija otro en los ajustes del sistema.
doctor-browser-missing = No hay navegador predeterminado.
doctor-browser-missing-remedy = Elija uno en los ajustes del sistema.

## Proxy

doctor-proxy-title = Proxy
doctor-proxy-direct = No hay ninguno en el camino a { $provider }.
doctor-proxy-used = A { $provider } se llega por { $proxy }.
doctor-proxy-wants-password = El proxy { $proxy } pide nombre y contraseña.
doctor-proxy-wants-password-remedy = Pregunte a quien lleva su red, y ponga ambos en los ajustes de proxy del sistema.
doctor-proxy-unreachable = No se puede llegar al proxy { $proxy }.
doctor-proxy-unreachable-remedy = Mire los ajustes de proxy del sistema, y HTTPS_PROXY. Fuera de la red a la que pertenece, desactívelo.

## Provider

doctor-reachability-title = { $provider }
doctor-reachability-reached = { $host } respondió después de { $milliseconds } ms.
doctor-reachability-name-not-found = El nombre { $host } no se conoce en esta red.
doctor-reachability-name-not-found-remedy = Revise su conexión. Si se abren otras páginas, la dirección puede estar mal, o su red la oculta.
doctor-reachability-not-connected = { $host } no acepta conexiones en el puerto { $port }.
doctor-reachability-not-connected-remedy = Revise su conexión. Si se abren otras páginas, puede haber un cortafuegos en medio, o { $provider } está caído.
doctor-reachability-proxy-in-the-way = El proxy no deja pasar a { $app } hasta { $host }.
doctor-reachability-proxy-in-the-way-remedy = Pida a quien lleva su red que lo permita.
doctor-reachability-certificate-expired = Según el reloj de este equipo, el certificado de { $host } ha caducado.
doctor-reachability-certificate-expired-remedy = Si su reloj está en hora, { $provider } tiene que renovarlo.
doctor-reachability-certificate-too-early = Según el reloj de este equipo, el certificado de { $host } aún no es válido.
doctor-reachability-certificate-too-early-remedy = Seguramente su reloj no está en hora. Ponga fecha y hora en automático.
doctor-reachability-certificate-for-another = Llegó el certificado de otro en lugar del de { $host }.
doctor-reachability-certificate-for-another-remedy = Así hacen las redes que piden iniciar sesión antes. Abra cualquier página web, inicie sesión en la red y mire otra vez.
doctor-reachability-certificate-not-trusted = Este equipo no confía en el certificado de { $host }.
doctor-reachability-certificate-not-trusted-remedy = No se envió nada allí. Si su empresa o un programa de seguridad mira dentro del tráfico cifrado, su autoridad tiene que instalarse antes en este equipo.
doctor-reachability-certificate-revoked = El certificado de { $host } fue revocado.
doctor-reachability-certificate-revoked-remedy = Avise a { $provider }. No se envió nada allí.
doctor-reachability-certificate-wrong = El certificado de { $host } no está bien.
doctor-reachability-certificate-wrong-remedy = Avise a { $provider }. No se envió nada allí.
doctor-reachability-tls-too-old = { $host } habla solo versiones de TLS que ya no son seguras.
doctor-reachability-tls-too-old-remedy = Avise a { $provider }. No se envió nada allí.
doctor-reachability-tls-broken-off = La conexión segura con { $host } se cortó.
doctor-reachability-tls-broken-off-remedy = Puede hacerlo un cortafuegos, o no hay servidor seguro en esa dirección.
doctor-reachability-slow = { $host } aceptó la conexión y no respondió a tiempo.
doctor-reachability-slow-remedy = Puede que esté ocupado o que su conexión sea lenta. Mire otra vez en un momento.
doctor-reachability-lost = Se perdió la conexión con { $host }.
doctor-reachability-lost-remedy = Mire otra vez en un momento.
doctor-reachability-captive-portal = Llegó otra página en lugar de { $host }.
doctor-reachability-captive-portal-remedy = Seguramente esta red pide antes que inicie sesión. Abra cualquier página web en su navegador, inicie sesión en la red y mire otra vez.
doctor-reachability-error-status = { $host } respondió con el error { $status }.
doctor-reachability-error-status-remedy = Si sigue así, la dirección de { $provider } puede estar mal, o hay un fallo allí.
doctor-reachability-not-a-provider = Lo que { $host } dice de sí incumple una regla del estándar: { $rule }
doctor-reachability-not-a-provider-remedy = La dirección puede estar mal. Si es correcta, avise a { $provider }.
doctor-reachability-not-supported = { $host } pide algo que { $app } no hace: { $what }
doctor-reachability-not-supported-remedy = Otro proveedor puede servir.
doctor-reachability-not-an-issuer = La dirección de { $provider } no es de las que { $app } puede consultar.
doctor-reachability-not-an-issuer-remedy = Tiene que empezar por https. Le toca arreglarlo al desarrollador.

## Interception

doctor-interception-title = Conexión cifrada
doctor-interception-public = { $issuer ->
    [nameless] Una autoridad pública responde por { $provider }.
   *[other] { $issuer } responde por { $provider }, y se confía en ella en todas partes.
}
doctor-interception-only-here = { $issuer ->
    [nameless] Una autoridad sin nombre en la que solo confía este equipo responde por { $provider }.
   *[other] Una autoridad en la que solo confía este equipo responde por { $provider }: { $issuer }
}
doctor-interception-only-here-remedy = Si es el proveedor de su empresa, o su empresa o un programa de seguridad mira dentro del tráfico cifrado, así se ve: puede leer lo que { $app } envía. Si no sabe de nada así, no inicie sesión.
doctor-interception-stranger = { $issuer ->
    [nameless] Una autoridad sin nombre en la que nadie confía está en el camino a { $provider }.
   *[other] Una autoridad en la que nadie confía está en el camino a { $provider }: { $issuer }
}
doctor-interception-stranger-remedy = No se envió nada. Si su empresa mira dentro del tráfico cifrado, su autoridad tiene que instalarse antes en este equipo. Si no sabe de nada así, use otra red.
doctor-interception-another-host = { $issuer ->
    [nameless] Llegó el certificado de otro en lugar del de { $provider }.
   *[other] Llegó el certificado de otro en lugar del de { $provider }, emitido por { $issuer }
}
doctor-interception-another-host-remedy = Así hacen las redes que piden iniciar sesión antes. Abra cualquier página web, inicie sesión en la red y mire otra vez.

doctor-interception-expired = Según el reloj de este equipo, el certificado de { $provider } caducó hace { $days ->
    [0] menos de un día
    [one] un día
   *[other] { $days } días
}.
doctor-interception-expired-remedy = No se envió nada. Si la fecha de este equipo está mal, ponga fecha y hora en automático. Si está bien, { $provider } se retrasa en renovarlo, o alguien muestra uno viejo en su lugar.
doctor-interception-not-yet-valid = Según el reloj de este equipo, el certificado de { $provider } será válido dentro de { $days ->
    [0] menos de un día
    [one] un día
   *[other] { $days } días
}.
doctor-interception-not-yet-valid-remedy = No se envió nada. Seguramente el reloj atrasa: ponga fecha y hora en automático y mire otra vez.
doctor-interception-revoked = { $issuer ->
    [nameless] El certificado de { $provider } lo revocó quien lo emitió.
   *[other] El certificado de { $provider } lo revocó { $issuer }, que lo emitió.
}
doctor-interception-revoked-remedy = No se envió nada. No inicie sesión: quien lo muestra puede haberlo robado. Avise a { $provider }.
doctor-interception-wrong = { $issuer ->
    [nameless] Llegó un certificado que no está bien en lugar del de { $provider }.
   *[other] Llegó un certificado que no está bien en lugar del de { $provider }, emitido por { $issuer }
}
doctor-interception-wrong-remedy = No se envió nada. Use otra red; si sigue así, avise a { $provider }.

## Clock

doctor-clock-title = Reloj
doctor-clock-right = { $seconds ->
    [0] Este equipo y { $provider } coinciden en la hora.
    [one] Este equipo y { $provider } se llevan un segundo.
   *[other] Este equipo y { $provider } se llevan { $seconds } segundos.
}
doctor-clock-rather-fast = El reloj de este equipo adelanta { $seconds } segundos.
doctor-clock-rather-fast-remedy = Todavía funciona. Desde 60 segundos no: ponga fecha y hora en automático.
doctor-clock-rather-slow = El reloj de este equipo atrasa { $seconds } segundos.
doctor-clock-rather-slow-remedy = Todavía funciona. Desde 60 segundos no: ponga fecha y hora en automático.
doctor-clock-fast = El reloj de este equipo adelanta { $seconds } segundos.
doctor-clock-fast-remedy = Ponga fecha y hora en automático y mire otra vez.
doctor-clock-slow = El reloj de este equipo atrasa { $seconds } segundos.
doctor-clock-slow-remedy = Ponga fecha y hora en automático y mire otra vez.
doctor-clock-before-certificate = Según el reloj de este equipo, el certificado de { $provider } aún no es válido.
doctor-clock-before-certificate-remedy = Seguramente el reloj atrasa. Ponga fecha y hora en automático y mire otra vez.
doctor-clock-after-certificate = Según el reloj de este equipo, el certificado de { $provider } ha caducado.
doctor-clock-after-certificate-remedy = Si la fecha de este equipo está bien, { $provider } se retrasa en renovarlo. Si no, ponga fecha y hora en automático.

## Not checked

doctor-not-checked-no-provider = No hay proveedor al que preguntar.
doctor-not-checked-loopback = { $provider } está en este equipo, así que nadie puede estar en medio.
doctor-not-checked-no-link-handler = { $app } no toma enlaces aquí.
doctor-not-checked-links-not-ours = Los enlaces a { $app } van a otra parte, así que no se abrió ninguno.
doctor-not-checked-links-not-known = No se pudo saber quién recibe los enlaces a { $app }, así que no se abrió ninguno.
doctor-not-checked-no-display = No hay pantalla donde abrir un enlace.
doctor-not-checked-no-keychain = Sin un llavero que responda no puede abrirse ningún registro.
doctor-not-checked-passphrase-needed = Está sellado con su frase de paso, que { $app } aún no recibió.
doctor-not-checked-awaits-person = Hace falta un clic suyo en el navegador.
doctor-not-checked-unreachable = No hay conexión con { $provider } por la que saberlo.
doctor-not-checked-no-date = { $provider } no dice qué hora es.
doctor-not-checked-in-use = Otro programa suyo lo está usando. Mire otra vez en un momento.
doctor-not-checked-took-too-long = Tardó demasiado.
doctor-not-checked-unsupported-here = En este sistema no hay modo de saberlo.
doctor-not-checked-failed = No se pudo mirar.

## Buttons

doctor-repair-unlock-keychain = Desbloquear el llavero
doctor-repair-set-damaged-aside = Arreglar lo que { $app } guarda
doctor-repair-start-afresh = Apartarlo y empezar desde cero
doctor-repair-register-links = Dejar que { $app } tome sus enlaces
