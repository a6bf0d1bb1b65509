# Of providers: what a person should know before they sign in, what a developer does to register, and why some are refused.
# $provider is the provider's name.

provider-never-tried = Nobody has signed in with { $provider } through this program yet. It follows what { $provider } publishes, and may still not work.

provider-refused-embedded-secret = { $provider } wants a secret that only a server can keep. In a program on your computer everybody would have it, so this program does not sign in there.
provider-refused-needs-approval = { $provider } lets a program on your computer in only after it was asked and has agreed, so this program does not sign in there.
provider-refused-web-redirect = { $provider } sends people back to websites only, so a program on your computer cannot take them back.
provider-refused-embedded-browser = { $provider } wants its sign-in page shown inside the program, where the program could read your password, so this program does not sign in there.
provider-refused-own-device-form = { $provider } lets a program on your computer sign in only in a way of its own that no standard knows, so this program does not sign in there.

provider-no-revocation-none = { $provider } has no way for a program to give its permission back. You can take it away on { $provider }’s own page.
provider-no-revocation-needs-secret = { $provider } takes a permission back only from who holds a secret, which a program on your computer cannot keep. You can take it away on { $provider }’s own page.
provider-no-revocation-own-form = { $provider } takes a permission back in a way of its own, which this program does not speak. You can take it away on { $provider }’s own page.

scope-openid = Know who you are
scope-profile = See your name and picture
scope-email = See your e-mail address
scope-offline-access = Stay signed in while you are away
scope-account = See your name, e-mail address and picture
scope-spotify-private = See your country and your kind of subscription

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
