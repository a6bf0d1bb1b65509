# Not yet reviewed by a native reader. What a developer does on a page of a provider is told in English, as those pages are.

provider-never-tried = لم يسجّل أحد دخوله بعد عند { $provider } عبر هذا البرنامج. يتبع البرنامج ما ينشره { $provider }، وقد لا ينجح مع ذلك.

provider-refused-embedded-secret = يطلب { $provider } سرًا لا يحفظه إلا خادم. في برنامج على حاسوبك يصير في يد الجميع، لذلك لا يسجّل هذا البرنامج الدخول هناك.
provider-refused-needs-approval = لا يسمح { $provider } لبرنامج على حاسوبك إلا بعد طلب وموافقة، لذلك لا يسجّل هذا البرنامج الدخول هناك.
provider-refused-web-redirect = يعيد { $provider } الناس إلى المواقع فقط، فلا يستطيع برنامج على حاسوبك استقبالهم.
provider-refused-embedded-browser = يريد { $provider } أن تظهر صفحة دخوله داخل البرنامج، حيث يستطيع البرنامج قراءة كلمة مرورك، لذلك لا يسجّل هذا البرنامج الدخول هناك.
provider-refused-own-device-form = لا يسمح { $provider } لبرنامج على حاسوبك بالدخول إلا بطريقة خاصة به لا يعرفها أي معيار، لذلك لا يسجّل هذا البرنامج الدخول هناك.

provider-no-revocation-none = ليس عند { $provider } طريقة يرد بها البرنامج إذنه. يمكنك سحبه من صفحة { $provider } نفسها.
provider-no-revocation-needs-secret = لا يقبل { $provider } رد الإذن إلا ممن يملك سرًا لا يستطيع برنامج على حاسوبك حفظه. يمكنك سحبه من صفحة { $provider } نفسها.
provider-no-revocation-own-form = يقبل { $provider } رد الإذن بطريقة خاصة به لا يتقنها هذا البرنامج. يمكنك سحبه من صفحة { $provider } نفسها.

scope-openid = معرفة من أنت
scope-profile = رؤية اسمك وصورتك
scope-email = رؤية بريدك الإلكتروني
scope-offline-access = البقاء مسجّل الدخول في غيابك
scope-account = رؤية اسمك وبريدك الإلكتروني وصورتك
scope-spotify-private = رؤية بلدك ونوع اشتراكك

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
