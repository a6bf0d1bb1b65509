# The words of the window.
#
# $app is the name of the program, $provider that of a provider, $host that of a web server, $name that of a person.

## Everywhere

close-notice = Dismiss
more-about-keeping = What does this mean?

## Sign in

sign-in-title = Sign in
add-account-title = Add an account
sign-in-lead = It happens in your own browser. { $app } never sees your password.
sign-in-before = Your browser opens. When you are done, you come back here by yourself.
sign-in-with = Sign in with { $provider }
sign-in-with-google = Sign in with Google
sign-in-needs-setup = needs setting up
sign-in-none-title = No provider yet
sign-in-none = { $app } was built without a provider to sign in with. Its developer can add one.
back-to-accounts = Back to your accounts

## Where it is kept

keeping-checking = Looking for your keychain…
keeping-keychain = Locked with a key from { $keychain }
keeping-keychain-more = What { $app } keeps lies in sealed files on this computer. The key to them is in { $keychain }. This protects a lost disk or a copied backup; other programs that you run can ask { $keychain } for that key.
keeping-passphrase = Locked with your passphrase
keeping-passphrase-more = What { $app } keeps lies in sealed files on this computer. Only your passphrase opens them, and nobody can restore it.
keeping-memory = Not kept: this session only
unlock-keychain = Unlock…
look-again = Look again
keeping-memory-more = { $reason }. What you sign in to now is forgotten when { $app } closes.

## Waiting

waiting-title = Continue in your browser
waiting-preparing-title = Getting ready
waiting-preparing = Asking { $provider } where to sign in.
waiting-opening = Opening { $host } in your browser.
waiting-opened = We opened { $host }. You come back here by yourself.
waiting-scheme = If your browser asks whether to open { $app }, say yes.
waiting-loopback = When the page says that you are done, you can close it.
waiting-failed-title = Your browser did not open
waiting-failed = Copy this link and open it in your browser. You come back here by yourself.
waiting-link = Link for your browser
step-opened = Browser opened
step-waiting = You sign in
step-back = Back here
step-done = done
step-now = now
step-later = to come
open-again = Open again
copy-link = Copy link
link-copied = Link copied
browser-asked-again = Your browser was asked again
device-title = Enter this code
device-lead = Open { $host } on any screen, and enter it there.
device-code = Code to enter
device-page = Page to enter it on
device-caution = Only enter a code that you asked for yourself, as you just did. Whoever sends you one wants to be let in as you.
device-expires = { $minutes ->
    [one] The code works for one more minute.
   *[other] The code works for { $minutes } more minutes.
}
device-expires-now = The code is about to stop working.
open-page = Open page
copy-code = Copy code
code-copied = Code copied
use-code = Use a code

waiting-hint-title = Nothing happened?
waiting-hint = Look for a new tab behind this window. If there is none, open it again or copy the link.
waiting-hint-scheme = If you have already signed in there and nothing came back, try another way.
try-another-way = Try another way
waiting-long-title = Still waiting
waiting-long = It has been 5 minutes. You can go on in your browser, or start again with a new link.
waiting-expires = { $minutes ->
    [one] The link works for one more minute.
   *[other] The link works for { $minutes } more minutes.
}
waiting-expires-now = The link is about to stop working.
restart = Start again
cancel = Cancel
cancelled-here = Cancelled. If the page is still open in your browser, you can close it.

## Completing

completing-title = Finishing
completing = { $provider } let you in. { $app } is checking the answer.

## Account

account-signed-in = Signed in as { $name }
account-verified = verified
account-not-verified = not verified
account-unverified = Not verified by { $provider }: it signs nothing that says who you are.
account-no-email = No e-mail address was shared
account-provider = Provider
account-issuer = Issuer
account-allowed-title = What you allowed
account-not-allowed = Not allowed
account-nothing-allowed = { $provider } did not say what it allowed.
ask-again = Ask again for what was not allowed
connected-apps = See and change it at { $provider }
account-session-title = Session
account-session = Access
account-signed-in-at = Signed in
account-refreshed-at = Last renewed
account-kept = Kept
session-renews = renews by itself
session-renewing = being renewed
session-open-ended = no end was given
session-ended = ended
session-expired = expired
session-less-than-a-minute = less than a minute left
session-minutes = { $count ->
    [one] 1 minute left
   *[other] { $count } minutes left
}
session-hours = { $count ->
    [one] 1 hour left
   *[other] { $count } hours left
}
session-days = { $count ->
    [one] 1 day left
   *[other] { $count } days left
}
session-ended-title = Your session has ended
session-ended-text = { $provider } wants to see you again before { $app } can go on.
sign-in-again = Sign in again
sign-out = Sign out…
sign-out-title = Sign out { $name }?
sign-out-forget = { $app } forgets this account on this computer.
sign-out-revoke = Ask { $provider } to take back what was given
sign-out-revoke-text = Else it works until it ends by itself.
sign-out-browser = Sign out of { $provider } in your browser too
sign-out-browser-text = Other programs and pages that use { $provider } in that browser may be signed out as well.
confirm-sign-out = Sign out
keep-signed-in = Stay signed in
signing-out = Signing out…

## What was allowed

scope-openid = Know that it is you, each time you sign in
scope-profile = Your name and picture
scope-email = Your e-mail address
scope-address = Your postal address
scope-phone = Your telephone number
scope-offline_access = Stay signed in while you are away

## Accounts

accounts-title = Accounts
account-of = { $name }, { $provider }
account-of-ended = { $name }, { $provider }, session ended
add-account = Add account
search-accounts = Search
more-accounts = { $count } more: search for them

## Signed out

signed-out-title = Signed out
signed-out-lead = This is what happened to the account of { $name }.
report-forgotten = Forgotten on this computer.
report-not-forgotten = Something of it is still on this computer. Try to sign out again.
report-key-deleted = It was the last account, so the key was removed from the keychain too.
report-revoked = { $provider } confirmed that what { $app } was given no longer works.
report-unsupported = { $provider } has no way to take it back. What { $app } was given was forgotten here and ends by itself.
report-queued = { $provider } could not be reached to take it back. { $app } asks again by itself, also after it was closed.
report-refused = { $provider } refused to take it back. What { $app } was given was forgotten here and may still work until it ends.
report-nothing-to-revoke = There was nothing left to take back at { $provider }.
report-not-revoked = { $provider } was not asked to take it back. What { $app } was given was forgotten here and ends by itself.
report-browser-asked = Your browser was sent to { $provider } to sign out there.
report-browser-unsupported = { $provider } has no page to sign out at. Your browser stays signed in there.
report-browser-unavailable = { $provider } could not be asked where its page to sign out is. Your browser stays signed in there.
report-browser-not-opened = Your browser could not be opened, so it stays signed in there.
report-done = done
report-attention = please note
done = Done

## It did not work

their-words = { $provider } says:
technical-detail = Technical detail
technical-kind = Kind
technical-what = Detail
technical-section = Standard
try-again = Try again
show-registration = How to set it up
go-back = Back

## Not configured

not-configured-title = Set up sign-in with { $provider }
not-configured-lead = { $provider } wants to know an app before people can sign in with it. That is done once, by the app’s developer.
not-configured-console = Register the app here
open-console = Open in browser
client-type-desktop = Type “Desktop app”
client-type-desktop-text = Gives a client id and a client secret. The secret of this type is no secret: { $provider } says so itself. Nothing to enter for the way back; it uses { $uri }.
client-type-ios = Type “iOS”
client-type-ios-text = Gives a client id and no secret. The way back is a link made of that client id, so it is set when the app is built, not here.
redirect-uris = Register as the way back (redirect URI)
drop-client-file = Or drop the client file that you downloaded there on this window.
client-id = Client id
client-id-missing = Enter the client id.
client-secret = Client secret
client-secret-optional = Leave empty if you were given none.
save-client = Save
saving-client = Saving…
client-ready = { $provider } is set up. You can sign in with it now.

## The doctor

examine = Examine this computer
doctor-title = Is everything in order?
doctor-looking = Looking…
doctor-found = { $count ->
    [0] Nothing is in the way of a sign-in.
    [one] One thing is in the way of a sign-in.
   *[other] { $count } things are in the way of a sign-in.
}
doctor-ask-browser = Try it in your browser
doctor-browser-waits = Press the button on the page that opened in your browser.
examine-again = Look again
repaired = Mended. Looking again.

## How it happened

how-it-happened = How it happened
how-it-happens = How it happens
story-title = How it happened
story-sign-in = Sign-in with { $provider }.
story-refresh = A session at { $provider } was renewed.
story-sign-out = Sign-out from { $provider }.
story-under-way = It is under way.
story-ended-well = { $seconds ->
    [one] It went well, in one second.
   *[other] It went well, in { $seconds } seconds.
}
story-level = How it is told
in-plain-words = In plain words
for-developers = For developers
story-parties = Who takes part
story-between = { $from } to { $to }
story-checks = What was checked
story-when = When
story-after = { $ms } ms after the beginning
story-took = took { $ms } ms
story-host = Host
story-status = HTTP status
story-not-shown = not shown
story-left-out = { $count ->
    [one] One more step was left out.
   *[other] { $count } more steps were left out.
}
story-none-title = Nothing is known of it any more
story-none = { $app } remembers how something happened until it is closed. Sign in again to see it.
outcome-under-way = under way
outcome-remembered = known from before
outcome-needless = nothing to do
outcome-put-off = later
outcome-failed = it stopped here
outcome-abandoned = given up
check-passed = Good
check-failed = Not good
check-skipped = Not looked at
copy-report = Copy report
report-copied = Report copied

story-why-discovery = The provider tells where its doors are, so that { $app } need not guess and nobody can lead it elsewhere.
story-why-keys = With these public keys { $app } can tell that what comes back was really signed by the provider.
story-why-door-opened = The answer has to find its way back from your browser: by a link that belongs to { $app }, or to an address that only this computer can reach.
story-why-authorization-request = The link says who asks and for what. It carries the hash of a secret that { $app } keeps to itself (PKCE): only who knows the secret can use the answer.
story-why-parked = { $app } may be closed while you are in your browser. What it needs to go on is locked away until the answer comes.
story-why-browser-opened = You sign in in your own browser, where you can see the provider’s address and your passwords are at home. { $app } never sees them.
story-why-redirect-received = What comes back is a code, and not the key itself: on its way through the browser others could see it. Alone it opens nothing, and it works once.
story-why-code-exchange = { $app } itself hands the code in, straight to the provider and not through the browser, together with the secret whose hash stood in the link. It is sent as a POST, so that it stands in no history and in no log of addresses.
story-why-id-token-verified = Each check stops one way of cheating: an answer for another app, an old one, one of another provider, or one that was swapped on its way.
story-why-user-info = Name and picture are asked for with what was just given, and count only if they are about the same person.
story-why-account-stored = What was given is sealed with a key that lies in your keychain.

quiz-title = Try yourself
quiz-right = Right.
quiz-wrong = Not quite.
quiz-code = Why does a code come back through the browser, and not the key to your account?
    .a = A code is shorter, and fits into a link.
    .a-why = Keys would fit too. The point is who can see what passes through the browser.
    .b = Whatever passes through the browser can be seen by others; a code alone opens nothing.
    .b-why = It works once, for a minute or two, and only together with a secret that never was in the browser.
    .c = { $provider } wants to know which browser you use.
    .c-why = It knows that anyway. The code is for the app, not for the browser.
quiz-pkce = Another program catches the code before this one does. What keeps it from using it?
    .a = It does not know the secret whose hash stood in the link.
    .a-why = That is PKCE: the secret never left this program, and { $provider } asks for it with the code.
    .b = The code is encrypted.
    .b-why = It is not. Whoever has it can read it; it is of no use without the secret.
    .c = It has no client secret.
    .c-why = A client secret that lies in every copy of an app is no secret.
quiz-secret = What is the client secret of a desktop app worth?
    .a = It proves to { $provider } that the app is the real one.
    .a-why = Everybody who has the app has the secret too, and can take it out.
    .b = It encrypts what is sent.
    .b-why = That is done by the connection (TLS). A client secret encrypts nothing.
    .c = Little: it lies in every copy, so it proves nothing. PKCE does the work.
    .c-why = Some providers want one all the same, and say themselves that it is none.
quiz-state = An answer comes back that this program did not ask for. What happens?
    .a = It is tried, and if the code works you are signed in.
    .a-why = Then somebody could sign you in to their account without your noticing.
    .b = It is put away: its state belongs to no sign-in that was begun here.
    .b-why = Each sign-in has a number that cannot be guessed, and only an answer with that number counts.
    .c = { $provider } is asked whether it is right.
    .c-why = { $provider } cannot know what you meant to do. The program has to remember what it asked.

## Settings

settings = Settings
settings-title = Settings
settings-theme = Colours
theme-system = As the system has them
theme-light = Light
theme-dark = Dark
settings-language = Language
language-system = As the system has it
language-not-reviewed = Languages other than English were not yet reviewed by people who grew up with them.
settings-way = How you come back from your browser
way-itself = As it works best here
way-itself-text = A link to { $app } where links come here, else an address on this computer.
way-scheme = By a link
way-scheme-text = Your browser may ask whether to open { $app }.
way-loopback = By an address on this computer
way-loopback-text = A page in your browser says when you can close it.
remove-all-title = Remove all data
remove-all-question = Remove all data?
remove-all-text = Every account is signed out, every provider is asked once to take back what it gave, and everything that { $app } keeps on this computer is removed, with the key in your keychain. It cannot be undone.
remove-all = Remove all data…
confirm-remove-all = Remove all data
keep-all = Keep it
removing-all = Removing…
removed-title = All data was removed.
removed-accounts = { $count ->
    [0] No account was signed in.
    [one] One account was signed out.
   *[other] { $count } accounts were signed out.
}
removed-undelivered = { $count ->
    [one] One provider could not be asked to take back what it gave; that works until it ends by itself.
   *[other] { $count } times a provider could not be asked to take back what it gave; that works until it ends by itself.
}
removed-files = Nothing is left in files.
removed-left = { $count ->
    [one] One file could not be removed.
   *[other] { $count } files could not be removed.
}
removed-key = The key is gone from the keychain.
removed-key-not = The key could not be removed from the keychain, or there was none.
