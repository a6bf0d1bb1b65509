# Not yet reviewed by a native reader. What a developer does on a page of a provider is told in English, as those pages are.

provider-never-tried = Nadie ha iniciado sesión todavía con { $provider } mediante este programa. Sigue lo que { $provider } publica, y aun así puede no funcionar.

provider-refused-embedded-secret = { $provider } quiere un secreto que solo un servidor puede guardar. En un programa de su equipo lo tendría cualquiera, así que este programa no inicia sesión allí.
provider-refused-needs-approval = { $provider } deja entrar a un programa de su equipo solo tras preguntar y recibir permiso, así que este programa no inicia sesión allí.
provider-refused-web-redirect = { $provider } devuelve a las personas solo a sitios web, así que un programa de su equipo no puede recibirlas.
provider-refused-embedded-browser = { $provider } quiere que su página de inicio se muestre dentro del programa, donde este podría leer su contraseña, así que este programa no inicia sesión allí.
provider-refused-own-device-form = { $provider } deja que un programa de su equipo inicie sesión solo de un modo propio que ningún estándar conoce, así que este programa no inicia sesión allí.

provider-no-revocation-none = { $provider } no tiene modo de que un programa devuelva su permiso. Puede retirarlo en la propia página de { $provider }.
provider-no-revocation-needs-secret = { $provider } acepta la devolución de un permiso solo de quien tiene un secreto, que un programa de su equipo no puede guardar. Puede retirarlo en la propia página de { $provider }.
provider-no-revocation-own-form = { $provider } acepta la devolución de un permiso de un modo propio que este programa no habla. Puede retirarlo en la propia página de { $provider }.

scope-openid = Saber quién es usted
scope-profile = Ver su nombre y su imagen
scope-email = Ver su dirección de correo
scope-offline-access = Mantener la sesión cuando no está
scope-account = Ver su nombre, su dirección de correo y su imagen
scope-spotify-private = Ver su país y su tipo de suscripción

# What a developer does on the page on which clients are registered.

provider-steps-google = Create a client of type “Desktop app”, and download its file. For links in the place of loopback, create a second one of type “iOS”.
provider-steps-microsoft = Register an application, add the platform “Mobile and desktop applications” with the redirect URI http://localhost/callback/microsoft, and set “Allow public client flows” to Yes for device codes.
provider-steps-github = Create an OAuth app and tick “Enable Device Flow”. Its callback URL is http://127.0.0.1/callback/github, without a port.
provider-steps-gitlab = Add an application that is not confidential, with the scopes openid, profile and email and the redirect URI http://127.0.0.1/callback/gitlab.
provider-steps-auth0 = Create an application of type “Native”, with the grant types Authorization Code and Refresh Token, and allow http://127.0.0.1:47821/callback/auth0 and the same with the ports 47822 and 47823.
provider-steps-okta = Create an app integration of type “OIDC – Native application” with the refresh token grant, add http://127.0.0.1:47821/callback/okta and the same with the ports 47822 and 47823, and assign people to it: nobody can sign in before.
provider-steps-keycloak = In the realm, create an OpenID Connect client with client authentication off, standard flow on and PKCE method S256, and the redirect URI http://127.0.0.1/callback/keycloak. Never register *.
provider-steps-authentik = Create an OAuth2/OpenID provider with client type “Public” and a signing key, without which its tokens cannot be verified, add the scope mapping offline_access, and list http://127.0.0.1:47821/callback/authentik and the same with the ports 47822 and 47823.
provider-steps-zitadel = In a project, create an application of type “Native” with PKCE and the refresh token grant, and the redirect URI http://127.0.0.1/callback/zitadel.
provider-steps-cognito = In the user pool, create a public app client without a secret, with the authorization code grant and a managed login domain, and allow http://localhost:47821/callback/cognito and the same with the ports 47822 and 47823.
provider-steps-discord = Create an application, switch “Public Client” on under OAuth2, and add http://127.0.0.1:47821/callback/discord and the same with the ports 47822 and 47823.
provider-steps-slack = Create an app and enable PKCE under “OAuth & Permissions”, which cannot be undone, and add http://127.0.0.1:47821/callback/slack and the same with the ports 47822 and 47823.
provider-steps-dropbox = Create a scoped app with the permission account_info.read, allow public clients (PKCE), and add http://127.0.0.1:47821/callback/dropbox and the same with the ports 47822 and 47823.
provider-steps-spotify = Create an app with the redirect URI http://127.0.0.1/callback/spotify, without a port, and list the people who may sign in while it is in development mode.
provider-steps-twitch = Register an application with the client type “Public”.
provider-steps-salesforce = Create an External Client App with PKCE, untick “Require Secret for Web Server Flow” and “Require Secret for Refresh Token Flow”, and add http://localhost:47821/callback/salesforce and the same with the ports 47822 and 47823.
