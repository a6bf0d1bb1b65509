# Not yet reviewed by a native reader. What a developer does on a page of a provider is told in English, as those pages are.

provider-never-tried = このプログラムで { $provider } にサインインした人はまだいません。{ $provider } が公開している内容に従っていますが、動かないかもしれません。

provider-refused-embedded-secret = { $provider } はサーバーだけが守れる秘密を求めます。コンピューター上のプログラムでは誰でも手に入れられるため、このプログラムはそこにサインインしません。
provider-refused-needs-approval = { $provider } は、申請して同意を得たプログラムだけを受け入れます。そのため、このプログラムはそこにサインインしません。
provider-refused-web-redirect = { $provider } はウェブサイトにしか戻さないため、コンピューター上のプログラムは受け取れません。
provider-refused-embedded-browser = { $provider } はサインインのページをプログラムの中に表示することを求めます。プログラムがパスワードを読めてしまうため、このプログラムはそこにサインインしません。
provider-refused-own-device-form = { $provider } は、どの標準にもない独自の方法でしかコンピューター上のプログラムのサインインを認めません。そのため、このプログラムはそこにサインインしません。

provider-no-revocation-none = { $provider } には、プログラムが許可を返す方法がありません。{ $provider } のページで取り消せます。
provider-no-revocation-needs-secret = { $provider } は秘密を持つ相手からしか許可の返却を受け付けません。コンピューター上のプログラムは秘密を守れません。{ $provider } のページで取り消せます。
provider-no-revocation-own-form = { $provider } は独自の方法で許可の返却を受け付けます。このプログラムはその方法に対応していません。{ $provider } のページで取り消せます。

scope-openid = あなたが誰かを知る
scope-profile = 名前と写真を見る
scope-email = メールアドレスを見る
scope-offline-access = 離れている間もサインインしたままにする
scope-account = 名前、メールアドレス、写真を見る
scope-spotify-private = 国と契約の種類を見る

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
