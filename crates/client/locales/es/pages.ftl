# Not yet reviewed by a native reader.

page-return = Puede cerrar esta pestaña y volver a { $app }.
page-open-app = Abrir { $app }

page-signed-in-title = La sesión está iniciada
page-signed-in-text = { $app } tiene lo que necesita.

page-refused-title = La sesión no está iniciada
page-refused-text = Se rechazó el inicio de sesión, así que no se compartió nada con { $app }.

page-failed-title = El inicio de sesión no funcionó
page-failed-text = { $app } dice por qué y permite intentarlo otra vez.

page-used-title = Este inicio de sesión ya se usó
page-used-text = Cada inicio sirve una vez. Para iniciar sesión otra vez, empiece de nuevo en { $app }.

page-expired-title = Este inicio de sesión ha caducado
page-expired-text = Esperó demasiado. Empiece de nuevo en { $app }.

page-cancelled-title = Este inicio de sesión se canceló
page-cancelled-text = Se canceló en { $app } antes de terminar.

page-signed-out-title = La sesión está cerrada
page-signed-out-text = El proveedor terminó su sesión en este navegador.

page-unknown-title = No ha pasado nada
page-unknown-text = { $app } no conoce este inicio de sesión. El que todavía espera sigue esperando.
