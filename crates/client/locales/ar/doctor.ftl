# What the doctor says. One block a check: its title, one sentence for each thing it can see, and, where that is not as it
# should be, what helps. A button's words stand at the end.
#
# $app is the name of the program, $provider that of the provider. The other values are those of the detail.

doctor-state-good = Good
doctor-state-advice = Could be better
doctor-state-broken = Not working
doctor-state-not-checked = Not checked

## Keychain

doctor-keychain-title = Keychain
doctor-keychain-keeps = { $keychain } keeps what { $app } gives it.
doctor-keychain-passphrase = Not needed: what { $app } keeps is sealed with your passphrase.
doctor-keychain-locked = Your keychain is locked.
doctor-keychain-locked-remedy = Unlock it, usually with the password of this computer.
doctor-keychain-no-service = No keychain answers on this computer.
doctor-keychain-no-service-remedy = Install one, such as GNOME Keyring or KWallet, and sign in to your desktop again. Until then you stay signed in only while { $app } runs.
doctor-keychain-no-collection = Your keychain has no place to keep anything in.
doctor-keychain-no-collection-remedy = Open your keychain’s own program and create a default keyring.
doctor-keychain-denied = Your keychain does not let { $app } in.
doctor-keychain-denied-remedy = If it asked you and you said no, let { $app } look again and say yes. Otherwise look for { $app } in your keychain’s settings.
doctor-keychain-silent = Your keychain does not answer.
doctor-keychain-silent-remedy = It may be waiting for you in a window of its own. If there is none, sign out of your desktop and in again.
doctor-keychain-ambiguous = Your keychain has more than one entry for { $app }.
doctor-keychain-ambiguous-remedy = Open your keychain’s own program and look for entries of { $app }. Keep the oldest one: what { $app } keeps is most likely locked with it.
doctor-keychain-not-kept = Your keychain does not give back what { $app } puts into it.
doctor-keychain-not-kept-remedy = { $app } trusts it with nothing. Update it, or use another one.
doctor-keychain-changed = Another keychain is running than the one that keeps the key of { $app }.
doctor-keychain-changed-remedy = Start the one that you used before, then look again.
doctor-keychain-other-key = Your keychain has another key of { $app } than the one that was used.
doctor-keychain-other-key-remedy = If you brought your keychain back from a backup, bring back the newer one, then look again.
doctor-keychain-failed = Your keychain failed.
doctor-keychain-failed-remedy = Sign out of your desktop and in again, then look again.

## Vault

doctor-vault-title = What { $app } keeps
doctor-vault-whole = { $records ->
    [0] Nothing is kept, so nothing is damaged.
    [one] One sealed record. It opens.
   *[other] { $records } sealed records. All of them open.
}
doctor-vault-set-aside-before = { $set_aside ->
    [one] One record did not open earlier and was set aside.
   *[other] { $set_aside } records did not open earlier and were set aside.
} Everything else opens.
doctor-vault-set-aside-before-remedy = You may have been asked to sign in again. There is nothing more to do.
doctor-vault-too-new = { $too_new ->
    [one] One record was written by a newer version of { $app }.
   *[other] { $too_new } records were written by a newer version of { $app }.
}
doctor-vault-too-new-remedy = Update { $app } to use them.
doctor-vault-damaged = { $accounts ->
    [0] No account is damaged, but other records do not open.
    [one] One account does not open.
   *[other] { $accounts } accounts do not open.
}
doctor-vault-damaged-remedy = { $accounts ->
    [0] They can be set aside. Nothing is deleted.
   *[other] They can be set aside, and nothing is deleted. Then sign in to them again.
}
doctor-vault-key-gone = { $records ->
    [one] Your keychain has lost the key, so the one record that { $app } keeps does not open.
   *[other] Your keychain has lost the key, so none of the { $records } records that { $app } keeps opens.
}
doctor-vault-key-gone-remedy = If { $app } still knows the key, it can put it back. If not, the records are set aside, and you sign in again.
doctor-vault-key-elsewhere = Another keychain is running than the one that keeps the key of { $app }, so what is kept does not open.
doctor-vault-key-elsewhere-remedy = Start the one that you used before, unlock it, then look again: nothing was changed. { $app } cannot do that for you. If that keychain is gone, { $app } can begin afresh: what is kept is set aside, not deleted, and you sign in again.
doctor-vault-key-replaced = Your keychain has another key than the one that was used, so what { $app } keeps does not open.
doctor-vault-key-replaced-remedy = If you brought your keychain back from a backup, bring back the newer one, then look again: nothing was changed. If there is none, { $app } can begin afresh: what is kept is set aside, not deleted, and you sign in again.
doctor-vault-passphrase-file-damaged = The file that your passphrase opens is damaged, so what { $app } keeps does not open.
doctor-vault-passphrase-file-damaged-remedy = If you have a backup of { $app }’s data folder, bring back the file “passphrase.key”, then look again: nothing was changed. If there is none, { $app } can begin afresh: what is kept is set aside, not deleted, and you sign in again.
doctor-vault-refused = { $app } may not read its own folder.
doctor-vault-refused-remedy = Look at who owns { $app }’s data folder and whether it may be read and written.
doctor-vault-disk-full = The disk is full.
doctor-vault-disk-full-remedy = Free some space, then look again.
doctor-vault-disk-failed = The disk could not be read.
doctor-vault-disk-failed-remedy = Look at the health of your disk. A copy of what matters to you is worth making now.

## Links: whose they are

doctor-link-owner-title = Links to { $app }
doctor-link-owner-ours = They come to { $app }.
doctor-link-owner-unconfirmed = By its settings they come to { $app }. What this computer makes of that could not be found out.
doctor-link-owner-unconfirmed-remedy = Look again in a moment. If it stays so, install the package xdg-utils. Until then, sign-ins come back another way where there is one.
doctor-link-owner-nobody = No program takes them.
doctor-link-owner-nobody-remedy = Let { $app } take them. Until then, sign-ins come back another way.
doctor-link-owner-other = They go to another program: { $program }
doctor-link-owner-other-remedy = If you do not know that program, be careful with it: it can see your sign-ins come back, though it cannot use them. Let { $app } take its links.
doctor-link-owner-stale = They go to a program that cannot take them: { $program }
doctor-link-owner-stale-remedy = { $app } was probably moved or updated. Let it take its links anew.
doctor-link-owner-disputed = { $app } and another program both claim them, and this computer prefers the other one: { $program }
doctor-link-owner-disputed-remedy = If you do not know that program, be careful with it: it can see your sign-ins come back, though it cannot use them. Let { $app } take its links.
doctor-link-owner-unusable = { $app } cannot take links from where it is.
doctor-link-owner-unusable-remedy = Move { $app } to a folder with a plain name, or install it from its package.
doctor-link-owner-unreadable = Who takes them could not be found out.
doctor-link-owner-unreadable-remedy = Look at whether your settings folder may be read.

## Links: do they arrive?

doctor-link-delivery-title = Links from this computer
doctor-link-delivery-delivered = A trial link arrived after { $milliseconds } ms.
doctor-link-delivery-lost = A trial link was opened and did not arrive.
doctor-link-delivery-lost-remedy = Let { $app } take its links anew, then look again. Until then, sign-ins come back another way.
doctor-link-delivery-no-opener = This computer has no program that opens links.
doctor-link-delivery-no-opener-remedy = Install the package xdg-utils.
doctor-link-delivery-opener-failed = The program that opens links failed.
doctor-link-delivery-opener-failed-remedy = Let { $app } take its links anew, then look again.

doctor-browser-link-title = Links from your browser
doctor-browser-link-delivered = The button in your browser brought you back.
doctor-browser-link-nothing-came = Your browser showed the page, and nothing came back.
doctor-browser-link-nothing-came-remedy = Try again: press the button on the page and, if your browser asks whether to open { $app }, say yes. If it never asks, it may not be allowed to open programs.
doctor-browser-link-page-not-shown = Your browser did not show the page.
doctor-browser-link-page-not-shown-remedy = A proxy or an extension may keep your browser from reaching this computer itself. Addresses that begin with 127.0.0.1 must not go through a proxy.
doctor-browser-link-no-browser = Your browser could not be opened.
doctor-browser-link-no-browser-remedy = Choose a default browser in your system’s settings.
doctor-browser-link-no-listener = { $app } may not listen on this computer.
doctor-browser-link-no-listener-remedy = A security program may forbid it. Sign-ins that come back by links still work.

doctor-page-title = Does this link come back?
doctor-page-text = { $app } is looking at whether your browser can open it.
doctor-page-then = Press the button. If your browser asks whether to open { $app }, say yes.
doctor-page-button = Back to { $app }

## Browser

doctor-browser-title = Default browser
doctor-browser-found = Web pages open with { $program }
doctor-browser-snap = Your browser is a snap: { $program }
doctor-browser-snap-remedy = Some snaps may not open other programs. If your browser does not bring you back, choose the other way on the waiting screen.
doctor-browser-flatpak = Your browser is a flatpak: { $program }
doctor-browser-flatpak-remedy = Some flatpaks may not open other programs. If your browser does not bring you back, choose the other way on the waiting screen.
doctor-browser-gone = Your default browser is not there any more: { $program }
doctor-browser-gone-remedy = Choose another one in your system’s settings.
doctor-browser-missing = No default browser is set.
doctor-browser-missing-remedy = Choose one in your system’s settings.

## Proxy

doctor-proxy-title = Proxy
doctor-proxy-direct = None is in the way to { $provider }.
doctor-proxy-used = { $provider } is reached by { $proxy }.
doctor-proxy-wants-password = The proxy { $proxy } wants a name and a password.
doctor-proxy-wants-password-remedy = Ask whoever runs your network, and put both into your system’s proxy settings.
doctor-proxy-unreachable = The proxy { $proxy } cannot be reached.
doctor-proxy-unreachable-remedy = Look at your system’s proxy settings, and at HTTPS_PROXY. Away from the network that it belongs to, turn it off.

## Provider

doctor-reachability-title = { $provider }
doctor-reachability-reached = { $host } answered after { $milliseconds } ms.
doctor-reachability-name-not-found = The name { $host } is not known on this network.
doctor-reachability-name-not-found-remedy = Look at your connection. If other pages open, the address may be wrong, or your network hides it.
doctor-reachability-not-connected = { $host } does not take a connection on port { $port }.
doctor-reachability-not-connected-remedy = Look at your connection. If other pages open, a firewall may be in the way, or { $provider } is down.
doctor-reachability-proxy-in-the-way = The proxy does not let { $app } through to { $host }.
doctor-reachability-proxy-in-the-way-remedy = Ask whoever runs your network to allow it.
doctor-reachability-certificate-expired = The certificate of { $host } has expired, going by this computer’s clock.
doctor-reachability-certificate-expired-remedy = If your clock is right, { $provider } has to renew it.
doctor-reachability-certificate-too-early = The certificate of { $host } is not valid yet, going by this computer’s clock.
doctor-reachability-certificate-too-early-remedy = Your clock is probably wrong. Set date and time to automatic.
doctor-reachability-certificate-for-another = Somebody else’s certificate came in place of that of { $host }.
doctor-reachability-certificate-for-another-remedy = Networks do this that want you to log in first. Open any web page, log in to the network, then look again.
doctor-reachability-certificate-not-trusted = This computer does not trust the certificate of { $host }.
doctor-reachability-certificate-not-trusted-remedy = Nothing was sent there. If your company or a security program looks into encrypted traffic, its authority has to be installed on this computer first.
doctor-reachability-certificate-revoked = The certificate of { $host } was taken back.
doctor-reachability-certificate-revoked-remedy = Tell { $provider }. Nothing was sent there.
doctor-reachability-certificate-wrong = The certificate of { $host } is not right.
doctor-reachability-certificate-wrong-remedy = Tell { $provider }. Nothing was sent there.
doctor-reachability-tls-too-old = { $host } speaks only versions of TLS that are not safe any more.
doctor-reachability-tls-too-old-remedy = Tell { $provider }. Nothing was sent there.
doctor-reachability-tls-broken-off = The secure connection to { $host } was broken off.
doctor-reachability-tls-broken-off-remedy = A firewall may do this, or there is no secure server at that address.
doctor-reachability-slow = { $host } took the connection and did not answer in time.
doctor-reachability-slow-remedy = It may be busy, or your connection slow. Look again in a moment.
doctor-reachability-lost = The connection to { $host } was lost.
doctor-reachability-lost-remedy = Look again in a moment.
doctor-reachability-captive-portal = Another page came in place of { $host }.
doctor-reachability-captive-portal-remedy = This network probably wants you to log in first. Open any web page in your browser, log in to the network, then look again.
doctor-reachability-error-status = { $host } answered with the error { $status }.
doctor-reachability-error-status-remedy = If it stays so, the address of { $provider } may be wrong, or { $provider } has a fault.
doctor-reachability-not-a-provider = What { $host } says of itself breaks a rule of the standard: { $rule }
doctor-reachability-not-a-provider-remedy = The address of { $provider } may be wrong. If it is right, tell { $provider }.
doctor-reachability-not-supported = { $host } wants something that { $app } does not do: { $what }
doctor-reachability-not-supported-remedy = Another provider may work.
doctor-reachability-not-an-issuer = The address of { $provider } is not one that { $app } may ask.
doctor-reachability-not-an-issuer-remedy = It has to begin with https. This is for the developer to mend.

## Interception

doctor-interception-title = Encrypted connection
doctor-interception-public = { $issuer ->
    [nameless] A public authority vouches for { $provider }.
   *[other] { $issuer } vouches for { $provider }, and is trusted everywhere.
}
doctor-interception-only-here = { $issuer ->
    [nameless] An authority without a name that only this computer trusts vouches for { $provider }.
   *[other] An authority that only this computer trusts vouches for { $provider }: { $issuer }
}
doctor-interception-only-here-remedy = If this is your company’s own provider, or your company or a security program looks into encrypted traffic, this is what that looks like: it can read what { $app } sends. If you know of no such thing, do not sign in.
doctor-interception-stranger = { $issuer ->
    [nameless] An authority without a name that nobody trusts stands in the way to { $provider }.
   *[other] An authority that nobody trusts stands in the way to { $provider }: { $issuer }
}
doctor-interception-stranger-remedy = Nothing was sent. If your company looks into encrypted traffic, its authority has to be installed on this computer first. If you know of no such thing, use another network.
doctor-interception-another-host = { $issuer ->
    [nameless] Somebody else’s certificate came in place of that of { $provider }.
   *[other] Somebody else’s certificate came in place of that of { $provider }, issued by { $issuer }
}
doctor-interception-another-host-remedy = Networks do this that want you to log in first. Open any web page, log in to the network, then look again.

doctor-interception-expired = Going by this computer’s clock, the certificate of { $provider } expired { $days ->
    [0] less than a day
    [one] a day
   *[other] { $days } days
} ago.
doctor-interception-expired-remedy = Nothing was sent. If the date of this computer is wrong, set date and time to automatic. If it is right, { $provider } is late to renew it, or somebody shows an old one in its place.
doctor-interception-not-yet-valid = Going by this computer’s clock, the certificate of { $provider } is valid only { $days ->
    [0] in less than a day
    [one] in a day
   *[other] in { $days } days
}.
doctor-interception-not-yet-valid-remedy = Nothing was sent. The clock is probably slow: set date and time to automatic, then look again.
doctor-interception-revoked = { $issuer ->
    [nameless] The certificate of { $provider } was taken back by whoever issued it.
   *[other] The certificate of { $provider } was taken back by { $issuer }, which issued it.
}
doctor-interception-revoked-remedy = Nothing was sent. Do not sign in: whoever shows it may have stolen it. Tell { $provider }.
doctor-interception-wrong = { $issuer ->
    [nameless] A certificate that is not right came in place of that of { $provider }.
   *[other] A certificate that is not right came in place of that of { $provider }, issued by { $issuer }
}
doctor-interception-wrong-remedy = Nothing was sent. Use another network; if it stays so, tell { $provider }.

## Clock

doctor-clock-title = Clock
doctor-clock-right = { $seconds ->
    [0] This computer and { $provider } agree about the time.
    [one] This computer and { $provider } are one second apart.
   *[other] This computer and { $provider } are { $seconds } seconds apart.
}
doctor-clock-rather-fast = This computer’s clock is { $seconds } seconds fast.
doctor-clock-rather-fast-remedy = It still works. From 60 seconds on it will not: set date and time to automatic.
doctor-clock-rather-slow = This computer’s clock is { $seconds } seconds slow.
doctor-clock-rather-slow-remedy = It still works. From 60 seconds on it will not: set date and time to automatic.
doctor-clock-fast = This computer’s clock is { $seconds } seconds fast.
doctor-clock-fast-remedy = Set date and time to automatic, then look again.
doctor-clock-slow = This computer’s clock is { $seconds } seconds slow.
doctor-clock-slow-remedy = Set date and time to automatic, then look again.
doctor-clock-before-certificate = Going by this computer’s clock, { $provider }’s certificate is not valid yet.
doctor-clock-before-certificate-remedy = The clock is probably slow. Set date and time to automatic, then look again.
doctor-clock-after-certificate = Going by this computer’s clock, { $provider }’s certificate has expired.
doctor-clock-after-certificate-remedy = If the date of this computer is right, { $provider } is late to renew it. If not, set date and time to automatic.

## Not checked

doctor-not-checked-no-provider = There is no provider to ask.
doctor-not-checked-loopback = { $provider } is on this computer, so nobody can stand in between.
doctor-not-checked-no-link-handler = { $app } takes no links here.
doctor-not-checked-links-not-ours = Links to { $app } go elsewhere, so none was opened.
doctor-not-checked-links-not-known = Who gets links to { $app } could not be found out, so none was opened.
doctor-not-checked-no-display = There is no screen to open a link on.
doctor-not-checked-no-keychain = Without a keychain that answers, no record can be opened.
doctor-not-checked-passphrase-needed = It is sealed with your passphrase, which { $app } was not given yet.
doctor-not-checked-awaits-person = This needs a click of yours in the browser.
doctor-not-checked-unreachable = There is no connection to { $provider } to tell it by.
doctor-not-checked-no-date = { $provider } does not say what time it is.
doctor-not-checked-in-use = Another program of yours is using it. Look again in a moment.
doctor-not-checked-took-too-long = It took too long.
doctor-not-checked-unsupported-here = There is no way to find out on this system.
doctor-not-checked-failed = It could not be looked at.

## Buttons

doctor-repair-unlock-keychain = Unlock the keychain
doctor-repair-set-damaged-aside = Mend what { $app } keeps
doctor-repair-start-afresh = Set it aside and begin afresh
doctor-repair-register-links = Let { $app } take its links
