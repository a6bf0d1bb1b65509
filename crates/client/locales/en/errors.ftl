# What went wrong, in the person's words. One message per kind of errors.toml: its value is the title, its .text says
# what happened and what helps. A detail may say it more exactly: detail-<detail> takes the place of .text, and its .title,
# where it has one, the place of the title.
#
# $app is the name of the program, $provider the name of the provider.

the-provider = the provider

error-refused = { $provider } said no
    .text = { $provider } did not let this sign-in go on. Nothing was kept.
error-misbehaved = { $provider } answered in a way that is not safe
    .text = { $app } stopped here and used nothing of the answer. Trying again can help; if it happens again, tell { $provider }.
error-unsupported = { $provider } asks for something { $app } does not do
    .text = Nothing was sent. Another way, or another provider, may work.
error-offline = You are offline
    .text = { $app } could not reach { $provider }. Look at your connection, then try again.
error-timed-out = { $provider } did not answer in time
    .text = It may be busy, or your connection slow. Try again in a moment.
error-cancelled = You cancelled this sign-in
    .text = Its link does not work any more. If the page is still open in your browser, you can close it.
error-already-in-progress = A sign-in is already under way
    .text = Finish it in your browser, or cancel it and begin again.
error-flow-lost = This sign-in could not be matched
    .text = An answer came back, but { $app } no longer has the beginning it belongs to. Nothing was used. Begin again here.
error-captive-portal = This network wants you to log in first
    .text = A page of the network came in place of { $provider }. Open any web page in your browser, log in to the network, then try again.
error-clock-wrong = Your computer’s clock is wrong
    .text = { $provider } and this computer do not agree about the time, so nothing can be checked. Set date and time to automatic, then try again.
error-browser-unavailable = Your browser could not be opened
    .text = Copy the link and open it in your browser yourself. Or choose a default browser in your system’s settings and try again.
error-keychain-unavailable = No keychain was found
    .text = Without one, { $app } has nowhere safe to lock what it keeps. You stay signed in until you close { $app }.
error-keychain-locked = Your keychain is locked
    .text = Unlock it, usually with the password of this computer, then try again.
error-link-handler-broken = Links do not come back to { $app }
    .text = This computer would not hand the answer to { $app }. Trying another way usually works.
error-vault-damaged = Something that { $app } kept could not be opened
    .text = It was set aside, not deleted, and it is not used. Sign in again to go on.
error-storage-full = The disk is full
    .text = { $app } could not store your sign-in, so nothing was kept. Free some space, then try again.
error-reauth-required = Your session has ended
    .text = { $provider } wants to see you again. Sign in to go on.
error-misconfigured = { $app } is not set up for { $provider }
    .text = What is registered at { $provider } and what { $app } was given do not fit. This is for the developer to mend.
error-unknown = The sign-in did not work
    .text = { $app } does not know why. Nothing was kept.

detail-access-denied = Nothing was shared, and nothing is kept. You can try again whenever you like.
    .title = You cancelled at { $provider }
detail-flow-expired = The link works for ten minutes. Begin again here for a new one.
    .title = This sign-in has expired
detail-already-used = Each link works once. If that was not you, nothing was lost: the second use changed nothing.
    .title = This sign-in was already used
detail-was-cancelled = You ended it in { $app }. Begin again here if you want to sign in.
    .title = This sign-in was cancelled
detail-exchange-outcome-unknown = The connection broke while { $provider } was answering. Begin again: the first answer can no longer be used.
    .title = The answer was lost on the way
detail-outcome-unknown = The connection broke while your session was being renewed, so it cannot be used safely any more. Sign in again to go on.
detail-not-renewable = { $provider } gave this session a fixed end, and it has come. Sign in again to go on.
detail-issuer = The issuer address that { $app } was given for { $provider } is not one it can use.
detail-client-id = { $provider } does not know the client id that { $app } was given.
    .title = The client id is not right
detail-client-secret = { $provider } did not accept the client secret that { $app } was given.
    .title = The client secret is not right
detail-redirect-uri = The way back that { $app } uses is not registered at { $provider }.
detail-scope = { $app } asked { $provider } for something that it does not offer.
detail-provider = { $app } knows no such provider.
