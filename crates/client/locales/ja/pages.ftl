# What the browser shows after a redirect to the loopback listener.
# $app is the program's name.

page-return = You can close this tab and return to { $app }.
page-open-app = Open { $app }

page-signed-in-title = You are signed in
page-signed-in-text = { $app } has what it needs.

page-refused-title = You are not signed in
page-refused-text = The sign-in was declined, so nothing was shared with { $app }.

page-failed-title = The sign-in did not work
page-failed-text = { $app } says why, and lets you try again.

page-used-title = This sign-in was already used
page-used-text = Each sign-in works once. To sign in again, begin anew in { $app }.

page-expired-title = This sign-in has expired
page-expired-text = It waited too long. Begin anew in { $app }.

page-cancelled-title = This sign-in was cancelled
page-cancelled-text = It was cancelled in { $app } before it was finished.

page-signed-out-title = You are signed out
page-signed-out-text = The provider ended your session in this browser.

page-unknown-title = Nothing happened
page-unknown-text = { $app } does not know this sign-in. One that is still waiting goes on waiting.
