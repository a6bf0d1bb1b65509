# Not yet reviewed by a native reader. What a developer does on a page of a provider is told in English, as those pages are.

provider-never-tried = Personne ne s’est encore connecté avec ce programme chez { $provider }. Il suit ce que { $provider } publie, et peut ne pas marcher malgré tout.

provider-refused-embedded-secret = { $provider } veut un secret que seul un serveur peut garder. Dans un programme sur votre ordinateur, tout le monde l’aurait, donc ce programme ne s’y connecte pas.
provider-refused-needs-approval = { $provider } ne laisse entrer un programme sur votre ordinateur qu’après demande et accord, donc ce programme ne s’y connecte pas.
provider-refused-web-redirect = { $provider } ne renvoie les gens que vers des sites web, donc un programme sur votre ordinateur ne peut pas les reprendre.
provider-refused-embedded-browser = { $provider } veut que sa page de connexion soit montrée dans le programme, où le programme pourrait lire votre mot de passe, donc ce programme ne s’y connecte pas.
provider-refused-own-device-form = { $provider } ne laisse un programme sur votre ordinateur se connecter que d’une façon à lui, qu’aucune norme ne connaît, donc ce programme ne s’y connecte pas.

provider-no-revocation-none = { $provider } n’a pas de moyen pour qu’un programme rende son autorisation. Vous pouvez la retirer sur la page de { $provider }.
provider-no-revocation-needs-secret = { $provider } ne reprend une autorisation que de qui détient un secret, qu’un programme sur votre ordinateur ne peut pas garder. Vous pouvez la retirer sur la page de { $provider }.
provider-no-revocation-own-form = { $provider } reprend une autorisation d’une façon à lui, que ce programme ne parle pas. Vous pouvez la retirer sur la page de { $provider }.

scope-openid = Savoir qui vous êtes
scope-profile = Voir votre nom et votre image
scope-email = Voir votre adresse e-mail
scope-offline-access = Rester connecté en votre absence
scope-account = Voir votre nom, votre adresse e-mail et votre image
scope-spotify-private = Voir votre pays et votre type d’abonnement

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
