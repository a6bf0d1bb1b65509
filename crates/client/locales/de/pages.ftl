# Not yet reviewed by a native reader.

page-return = Sie können diesen Tab schließen und zu { $app } zurückkehren.
page-open-app = { $app } öffnen

page-signed-in-title = Sie sind angemeldet
page-signed-in-text = { $app } hat, was es braucht.

page-refused-title = Sie sind nicht angemeldet
page-refused-text = Die Anmeldung wurde abgelehnt, darum wurde { $app } nichts mitgeteilt.

page-failed-title = Die Anmeldung hat nicht geklappt
page-failed-text = { $app } sagt, warum, und lässt Sie es noch einmal versuchen.

page-used-title = Diese Anmeldung wurde schon benutzt
page-used-text = Jede Anmeldung gilt einmal. Um sich wieder anzumelden, beginnen Sie in { $app } neu.

page-expired-title = Diese Anmeldung ist abgelaufen
page-expired-text = Sie hat zu lange gewartet. Beginnen Sie in { $app } neu.

page-cancelled-title = Diese Anmeldung wurde abgebrochen
page-cancelled-text = Sie wurde in { $app } abgebrochen, bevor sie fertig war.

page-signed-out-title = Sie sind abgemeldet
page-signed-out-text = Der Anbieter hat Ihre Sitzung in diesem Browser beendet.

page-unknown-title = Es ist nichts geschehen
page-unknown-text = { $app } kennt diese Anmeldung nicht. Eine, die noch wartet, wartet weiter.
