# What the command `doorkey` says. Errors stand in errors.ftl, findings in doctor.ftl; the texts of --help are with its arguments.

command-error = doorkey: { $title }
command-error-why = ({ $name })
command-error-quoted = { $provider } says: { $text }
command-step-up = It wants another sign-in: { $command }
command-token-bound = This access token is bound to a key that stays here (DPoP): another program could not use it. Use: doorkey fetch URL
command-of-resource = { $resource } leaves signing in to { $issuer }.
command-unsupported-paste = The paste door needs a terminal that can hide what is typed, and there is none here.
command-no-such-account = There is no account “{ $name }” here. `doorkey accounts` lists them.
command-which-account = “{ $name }” is more than one account. Name it by its id, which `doorkey accounts` shows.
command-no-account = Nobody is signed in here. Begin with `doorkey sign-in`.
command-no-such-provider = There is no provider “{ $name }” here. `doorkey providers` lists them; any OpenID Provider can be named by --issuer and --client-id.
command-refused = { $why }
command-caution = { $text }
command-bad-config = { $path } cannot be used: { $why }
command-bad-input = What came in cannot be used: { $what }
command-same-descriptor = The old passphrase and the new one cannot come from the same descriptor. Nothing was changed.
command-bad-passphrase = No passphrase could be read: { $why }
command-not-confirmed = Nothing was changed. Say --yes, or answer “yes” at a terminal.
command-output-failed = The output could not be written.
command-folder-missing = The system names no folder for this program's data. Use --vault DIR.

command-waiting = Waiting for you in the browser, at { $host }. Ctrl+C cancels.
command-open-link = Open this link in a browser:
command-paste-here = When the browser ends on a page that does not load, copy that page's address, paste it here and press Enter. It is not shown.
command-paste-unknown = That address belongs to no sign-in that waits here. Paste the one that begins with http://127.0.0.1.
command-device-page = On any screen, open this page:
command-device-enter = and enter this code: { $code }
command-device-expires = It works for { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
}. Ctrl+C cancels.
command-device-caution = Only enter a code that you asked for yourself, as you just did here. Whoever sends you one wants to be let in as you.
command-device-qr = Or point a camera at this, and compare the code:
command-completing = The answer came back; checking it.
command-signed-in = Signed in to { $provider } as { $name }.
command-other-account = This is another account than the one that was asked for. It was added beside it.

command-accounts-none = Nobody is signed in here.
command-account-line = { $mark } { $name }  { $email }  { $provider }  { $state }  { $id }
command-state-active = signed in
command-state-ended = session ended
command-refreshed = The session of { $name } was renewed.
command-status = The answer has the status { $status }.

command-provider-line = { $id }  { $name }  { $issuer }  { $state }
command-provider-ready = ready
command-provider-not-ready = needs a client id
command-provider-refused = { $id }  { $name }  not possible: { $why }

command-profile-line = { $name }: { $value }

command-signed-out = { $name } is signed out here.
command-revocation-revoked = { $provider } has revoked the tokens.
command-revocation-queued = { $provider } could not be told to revoke the tokens. It is tried again whenever Doorkey runs.
command-revocation-unsupported = { $provider } has no way to revoke tokens. They end by themselves.
command-revocation-refused = { $provider } refused to revoke the tokens. They end by themselves.
command-revocation-nothing = There was nothing to revoke.
command-browser-asked = The browser was sent to { $provider } to sign out there.
command-browser-not-asked = The session in the browser goes on: sign out at { $provider } yourself.

command-vault-keychain = Kept in files sealed with a key from the keychain “{ $name }”.
command-vault-passphrase = Kept in files sealed with a key that your passphrase opens.
command-vault-memory = Nothing can be kept.
command-vault-accounts = Accounts: { $count }
command-vault-revocations = Revocations that wait: { $count }
command-vault-rotated = The key was replaced; { $count } records were sealed anew.
command-vault-aside = { $count } records were set aside. Nothing was deleted.
command-vault-passphrase-changed = The passphrase was changed.
command-vault-forgotten = { $count } accounts were signed out, and what was kept is gone.
command-vault-undelivered = { $count } revocations could not be delivered; those tokens end by themselves.
command-vault-left = { $count } files could not be removed.
command-vault-ask-aside = Set everything that is kept aside, and begin anew?
command-vault-ask-forget = Sign out every account and remove everything that is kept?
command-ask = { $question } Type “yes”:{" "}

command-passphrase = Passphrase:{" "}
command-passphrase-new = New passphrase:{" "}
command-passphrase-again = Once more:{" "}
command-passphrase-differs = The two are not the same. Nothing was changed.

command-finding = { $mark } { $title }: { $text }
command-finding-remedy = {"    "}{ $remedy }
command-finding-repair = {"    "}doorkey doctor --repair { $name }
command-repaired = Done: { $name }.
