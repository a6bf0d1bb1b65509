# Not yet reviewed by a native reader.

provider-never-tried = Mit diesem Programm hat sich dort noch niemand angemeldet ({ $provider }). Es folgt dem, was { $provider } veröffentlicht, und geht vielleicht trotzdem nicht.

provider-refused-embedded-secret = { $provider } verlangt ein Geheimnis, das nur ein Server bewahren kann. In einem Programm auf Ihrem Computer hätte es jeder, darum meldet dieses Programm dort nicht an.
provider-refused-needs-approval = { $provider } lässt ein Programm auf Ihrem Computer erst ein, nachdem es gefragt und zugestimmt hat, darum meldet dieses Programm dort nicht an.
provider-refused-web-redirect = { $provider } schickt Menschen nur zu Webseiten zurück, darum kann ein Programm auf Ihrem Computer sie nicht entgegennehmen.
provider-refused-embedded-browser = { $provider } möchte seine Anmeldeseite im Programm gezeigt haben, wo das Programm Ihr Passwort lesen könnte, darum meldet dieses Programm dort nicht an.
provider-refused-own-device-form = { $provider } lässt ein Programm auf Ihrem Computer nur auf eine eigene Weise anmelden, die kein Standard kennt, darum meldet dieses Programm dort nicht an.

provider-no-revocation-none = Ein Programm kann { $provider } seine Erlaubnis nicht zurückgeben. Sie können sie auf der eigenen Seite dort wegnehmen: { $provider }.
provider-no-revocation-needs-secret = { $provider } nimmt eine Erlaubnis nur von dem zurück, der ein Geheimnis hat, das ein Programm auf Ihrem Computer nicht bewahren kann. Sie können sie auf der eigenen Seite dort wegnehmen: { $provider }.
provider-no-revocation-own-form = { $provider } nimmt eine Erlaubnis auf eine eigene Weise zurück, die dieses Programm nicht spricht. Sie können sie auf der eigenen Seite dort wegnehmen: { $provider }.

scope-openid = Wissen, wer Sie sind
scope-profile = Ihren Namen und Ihr Bild sehen
scope-email = Ihre E-Mail-Adresse sehen
scope-offline-access = Angemeldet bleiben, wenn Sie nicht da sind
scope-account = Ihren Namen, Ihre E-Mail-Adresse und Ihr Bild sehen
scope-spotify-private = Ihr Land und die Art Ihres Abonnements sehen

provider-steps-google = Legen Sie einen Client vom Typ „Desktop app“ an und laden Sie seine Datei herunter. Für Links an Stelle von Loopback legen Sie einen zweiten vom Typ „iOS“ an.
provider-steps-microsoft = Tragen Sie eine Anwendung ein, fügen Sie die Plattform „Mobile and desktop applications“ mit der Redirect URI http://localhost/callback/microsoft hinzu und stellen Sie „Allow public client flows“ für Gerätecodes auf Yes.
provider-steps-github = Legen Sie eine OAuth app an und wählen Sie „Enable Device Flow“. Ihre Callback URL ist http://127.0.0.1/callback/github, ohne Port.
provider-steps-gitlab = Fügen Sie eine Anwendung hinzu, die nicht confidential ist, mit den Scopes openid, profile und email und der Redirect URI http://127.0.0.1/callback/gitlab.
provider-steps-auth0 = Legen Sie eine Anwendung vom Typ „Native“ an, mit den Grant Types Authorization Code und Refresh Token, und erlauben Sie http://127.0.0.1:47821/callback/auth0 und dasselbe mit den Ports 47822 und 47823.
provider-steps-okta = Legen Sie eine App Integration vom Typ „OIDC – Native application“ mit Refresh Token an, fügen Sie http://127.0.0.1:47821/callback/okta und dasselbe mit den Ports 47822 und 47823 hinzu und weisen Sie ihr Menschen zu: Vorher kann sich niemand anmelden.
provider-steps-keycloak = Legen Sie im Realm einen OpenID-Connect-Client an, mit Client authentication aus, Standard flow an und PKCE method S256, und der Redirect URI http://127.0.0.1/callback/keycloak. Tragen Sie nie * ein.
provider-steps-authentik = Legen Sie einen OAuth2/OpenID Provider mit Client type „Public“ und einem Signing Key an, ohne den seine Token nicht zu prüfen sind, fügen Sie das Scope mapping offline_access hinzu und tragen Sie http://127.0.0.1:47821/callback/authentik und dasselbe mit den Ports 47822 und 47823 ein.
provider-steps-zitadel = Legen Sie in einem Projekt eine Anwendung vom Typ „Native“ mit PKCE und Refresh Token an, und der Redirect URI http://127.0.0.1/callback/zitadel.
provider-steps-cognito = Legen Sie im User Pool einen öffentlichen App Client ohne Secret an, mit dem Authorization Code Grant und einer Managed Login Domain, und erlauben Sie http://localhost:47821/callback/cognito und dasselbe mit den Ports 47822 und 47823.
provider-steps-discord = Legen Sie eine Anwendung an, schalten Sie unter OAuth2 „Public Client“ ein und fügen Sie http://127.0.0.1:47821/callback/discord und dasselbe mit den Ports 47822 und 47823 hinzu.
provider-steps-slack = Legen Sie eine App an und schalten Sie unter „OAuth & Permissions“ PKCE ein, was nicht rückgängig zu machen ist, und fügen Sie http://127.0.0.1:47821/callback/slack und dasselbe mit den Ports 47822 und 47823 hinzu.
provider-steps-dropbox = Legen Sie eine Scoped App mit der Berechtigung account_info.read an, erlauben Sie öffentliche Clients (PKCE) und fügen Sie http://127.0.0.1:47821/callback/dropbox und dasselbe mit den Ports 47822 und 47823 hinzu.
provider-steps-spotify = Legen Sie eine App mit der Redirect URI http://127.0.0.1/callback/spotify an, ohne Port, und nennen Sie die Menschen, die sich anmelden dürfen, solange sie im Development Mode ist.
provider-steps-twitch = Tragen Sie eine Anwendung mit dem Client Type „Public“ ein.
provider-steps-salesforce = Legen Sie eine External Client App mit PKCE an, wählen Sie „Require Secret for Web Server Flow“ und „Require Secret for Refresh Token Flow“ ab und fügen Sie http://localhost:47821/callback/salesforce und dasselbe mit den Ports 47822 und 47823 hinzu.
