# Not yet reviewed by a native reader.

## Everywhere

close-notice = Schließen
more-about-keeping = Was heißt das?

## Sign in

sign-in-title = Anmelden
add-account-title = Konto hinzufügen
sign-in-lead = Es geschieht in Ihrem eigenen Browser. { $app } sieht Ihr Passwort nie.
sign-in-before = Ihr Browser öffnet sich. Wenn Sie fertig sind, kommen Sie von selbst hierher zurück.
sign-in-with = Anmelden mit { $provider }
sign-in-with-google = Mit Google anmelden
sign-in-needs-setup = muss eingerichtet werden
sign-in-none-title = Noch kein Anbieter
sign-in-none = { $app } wurde ohne Anbieter zum Anmelden gebaut. Sein Entwickler kann einen hinzufügen.
back-to-accounts = Zurück zu Ihren Konten

## Where it is kept

keeping-checking = Ihr Schlüsselbund wird gesucht …
keeping-keychain = Verschlossen mit einem Schlüssel aus { $keychain }
keeping-keychain-more = Was { $app } behält, liegt in versiegelten Dateien auf diesem Computer. Der Schlüssel dazu ist in { $keychain }. Das schützt einen verlorenen Datenträger oder eine kopierte Sicherung; andere Programme, die Sie starten, können { $keychain } nach diesem Schlüssel fragen.
keeping-passphrase = Verschlossen mit Ihrer Passphrase
keeping-passphrase-more = Was { $app } behält, liegt in versiegelten Dateien auf diesem Computer. Nur Ihre Passphrase öffnet sie, und niemand kann sie wiederherstellen.
keeping-memory = Nicht behalten: nur diese Sitzung
unlock-keychain = Entsperren …
look-again = Noch einmal nachsehen
keeping-memory-more = { $reason }. Was Sie jetzt anmelden, ist vergessen, wenn { $app } geschlossen wird.

## Waiting

waiting-title = Weiter in Ihrem Browser
waiting-preparing-title = Es wird vorbereitet
waiting-preparing = { $provider } wird gefragt, wo die Anmeldung ist.
waiting-opening = { $host } wird in Ihrem Browser geöffnet.
waiting-opened = { $host } ist offen. Sie kommen von selbst hierher zurück.
waiting-scheme = Fragt Ihr Browser, ob er { $app } öffnen soll, sagen Sie ja.
waiting-loopback = Sagt die Seite, dass Sie fertig sind, können Sie sie schließen.
waiting-failed-title = Ihr Browser hat sich nicht geöffnet
waiting-failed = Kopieren Sie diesen Link und öffnen Sie ihn in Ihrem Browser. Sie kommen von selbst hierher zurück.
waiting-link = Link für Ihren Browser
step-opened = Browser geöffnet
step-waiting = Sie melden sich an
step-back = Wieder hier
step-done = fertig
step-now = jetzt
step-later = kommt noch
open-again = Noch einmal öffnen
copy-link = Link kopieren
link-copied = Link kopiert
browser-asked-again = Ihr Browser wurde noch einmal gebeten
device-title = Diesen Code eingeben
device-lead = Öffnen Sie { $host } auf irgendeinem Bildschirm und geben Sie ihn dort ein.
device-code = Code zum Eingeben
device-page = Seite, auf der er einzugeben ist
device-caution = Geben Sie nur einen Code ein, den Sie selbst angefordert haben, so wie eben. Wer Ihnen einen schickt, möchte als Sie eingelassen werden.
device-expires = { $minutes ->
    [one] Der Code gilt noch eine Minute.
   *[other] Der Code gilt noch { $minutes } Minuten.
}
device-expires-now = Der Code gilt gleich nicht mehr.
open-page = Seite öffnen
copy-code = Code kopieren
code-copied = Code kopiert
use-code = Mit einem Code

waiting-hint-title = Ist nichts geschehen?
waiting-hint = Sehen Sie nach einem neuen Tab hinter diesem Fenster. Ist keiner da, öffnen Sie noch einmal oder kopieren Sie den Link.
waiting-hint-scheme = Haben Sie sich dort schon angemeldet und nichts kam zurück, versuchen Sie einen anderen Weg.
try-another-way = Anderen Weg versuchen
waiting-long-title = Es wird noch gewartet
waiting-long = Es sind 5 Minuten vergangen. Sie können in Ihrem Browser weitermachen oder mit einem neuen Link von vorn beginnen.
waiting-expires = { $minutes ->
    [one] Der Link gilt noch eine Minute.
   *[other] Der Link gilt noch { $minutes } Minuten.
}
waiting-expires-now = Der Link gilt gleich nicht mehr.
restart = Von vorn beginnen
cancel = Abbrechen
cancelled-here = Abgebrochen. Ist die Seite in Ihrem Browser noch offen, können Sie sie schließen.

## Completing

completing-title = Gleich fertig
completing = { $provider } hat Sie eingelassen. { $app } prüft die Antwort.

## Account

account-signed-in = Angemeldet als { $name }
account-verified = bestätigt
account-not-verified = nicht bestätigt
account-unverified = Nicht bestätigt ({ $provider }): Dort wird nichts unterschrieben, was sagt, wer Sie sind.
account-no-email = Es wurde keine E-Mail-Adresse mitgeteilt
account-provider = Anbieter
account-issuer = Aussteller
account-allowed-title = Was Sie erlaubt haben
account-not-allowed = Nicht erlaubt
account-nothing-allowed = { $provider } hat nicht gesagt, was erlaubt wurde.
ask-again = Noch einmal um das bitten, was nicht erlaubt wurde
connected-apps = Ansehen und ändern bei { $provider }
account-session-title = Sitzung
account-session = Zugang
account-signed-in-at = Angemeldet
account-refreshed-at = Zuletzt erneuert
account-kept = Aufbewahrt
session-renews = erneuert sich von selbst
session-renewing = wird erneuert
session-open-ended = kein Ende genannt
session-ended = beendet
session-expired = abgelaufen
session-less-than-a-minute = noch weniger als eine Minute
session-minutes = { $count ->
    [one] noch 1 Minute
   *[other] noch { $count } Minuten
}
session-hours = { $count ->
    [one] noch 1 Stunde
   *[other] noch { $count } Stunden
}
session-days = { $count ->
    [one] noch 1 Tag
   *[other] noch { $count } Tage
}
session-ended-title = Ihre Sitzung ist zu Ende
session-ended-text = { $provider } möchte Sie noch einmal sehen, bevor { $app } weitermachen kann.
sign-in-again = Wieder anmelden
sign-out = Abmelden …
sign-out-title = { $name } abmelden?
sign-out-forget = { $app } vergisst dieses Konto auf diesem Computer.
sign-out-revoke = { $provider } bitten, das Gegebene zurückzunehmen
sign-out-revoke-text = Sonst gilt es, bis es von selbst endet.
sign-out-browser = Auch im Browser bei { $provider } abmelden
sign-out-browser-text = Andere Programme und Seiten, die in diesem Browser { $provider } benutzen, werden vielleicht auch abgemeldet.
confirm-sign-out = Abmelden
keep-signed-in = Angemeldet bleiben
signing-out = Wird abgemeldet …

## What was allowed

scope-openid = Wissen, dass Sie es sind, bei jeder Anmeldung
scope-profile = Ihr Name und Ihr Bild
scope-email = Ihre E-Mail-Adresse
scope-address = Ihre Postanschrift
scope-phone = Ihre Telefonnummer
scope-offline_access = Angemeldet bleiben, wenn Sie nicht da sind

## Accounts

accounts-title = Konten
account-of = { $name }, { $provider }
account-of-ended = { $name }, { $provider }, Sitzung beendet
add-account = Konto hinzufügen
search-accounts = Suchen
more-accounts = { $count } weitere: suchen Sie danach

## Signed out

signed-out-title = Abgemeldet
signed-out-lead = Das ist mit dem Konto von { $name } geschehen.
report-forgotten = Auf diesem Computer vergessen.
report-not-forgotten = Etwas davon ist noch auf diesem Computer. Versuchen Sie noch einmal, sich abzumelden.
report-key-deleted = Es war das letzte Konto, darum wurde auch der Schlüssel aus dem Schlüsselbund entfernt.
report-revoked = { $provider } hat bestätigt, dass das, was { $app } bekommen hatte, nicht mehr gilt.
report-unsupported = { $provider } kann es nicht zurücknehmen. Was { $app } bekommen hatte, wurde hier vergessen und endet von selbst.
report-queued = { $provider } war nicht zu erreichen, um es zurückzunehmen. { $app } fragt von selbst wieder, auch nachdem es geschlossen war.
report-refused = { $provider } wollte es nicht zurücknehmen. Was { $app } bekommen hatte, wurde hier vergessen und gilt vielleicht noch, bis es endet.
report-nothing-to-revoke = Es gab bei { $provider } nichts mehr zurückzunehmen.
report-not-revoked = { $provider } wurde nicht gebeten, es zurückzunehmen. Was { $app } bekommen hatte, wurde hier vergessen und endet von selbst.
report-browser-asked = Ihr Browser wurde zu { $provider } geschickt, um sich dort abzumelden.
report-browser-unsupported = { $provider } hat keine Seite zum Abmelden. Ihr Browser bleibt dort angemeldet.
report-browser-unavailable = Wo bei { $provider } die Seite zum Abmelden ist, war nicht zu erfahren. Ihr Browser bleibt dort angemeldet.
report-browser-not-opened = Ihr Browser ließ sich nicht öffnen, darum bleibt er dort angemeldet.
report-done = erledigt
report-attention = bitte beachten
done = Fertig

## It did not work

their-words = { $provider } sagt:
technical-detail = Technische Einzelheiten
technical-kind = Art
technical-what = Einzelheit
technical-section = Standard
try-again = Noch einmal versuchen
show-registration = Wie man es einrichtet
go-back = Zurück

## Not configured

not-configured-title = Anmeldung mit { $provider } einrichten
not-configured-lead = { $provider } möchte ein Programm kennen, bevor man sich damit anmelden kann. Das macht der Entwickler des Programms einmal.
not-configured-console = Das Programm hier eintragen
open-console = Im Browser öffnen
client-type-desktop = Typ „Desktop app“
client-type-desktop-text = Gibt eine Client-ID und ein Client-Geheimnis. Bei diesem Typ ist das Geheimnis keines: { $provider } sagt es selbst. Für den Rückweg ist nichts einzutragen; er benutzt { $uri }.
client-type-ios = Typ „iOS“
client-type-ios-text = Gibt eine Client-ID und kein Geheimnis. Der Rückweg ist ein Link aus dieser Client-ID, darum wird er beim Bau des Programms festgelegt und nicht hier.
redirect-uris = Als Rückweg einzutragen (Redirect URI)
drop-client-file = Oder ziehen Sie die Client-Datei, die Sie dort heruntergeladen haben, auf dieses Fenster.
client-id = Client-ID
client-id-missing = Geben Sie die Client-ID ein.
client-secret = Client-Geheimnis
client-secret-optional = Leer lassen, wenn Sie keines bekommen haben.
save-client = Speichern
saving-client = Wird gespeichert …
client-ready = { $provider } ist eingerichtet. Sie können sich jetzt damit anmelden.

## The doctor

examine = Diesen Computer untersuchen
doctor-title = Ist alles in Ordnung?
doctor-looking = Wird nachgesehen …
doctor-found = { $count ->
    [0] Einer Anmeldung steht nichts im Weg.
    [one] Einer Anmeldung steht eine Sache im Weg.
   *[other] Einer Anmeldung stehen { $count } Dinge im Weg.
}
doctor-ask-browser = Im Browser ausprobieren
doctor-browser-waits = Drücken Sie den Knopf auf der Seite, die sich in Ihrem Browser geöffnet hat.
examine-again = Noch einmal nachsehen
repaired = In Ordnung gebracht. Es wird noch einmal nachgesehen.

## How it happened

how-it-happened = Wie es dazu kam
how-it-happens = Wie es geschieht
story-title = Wie es dazu kam
story-sign-in = Anmeldung mit { $provider }.
story-refresh = Eine Sitzung wurde erneuert: { $provider }.
story-sign-out = Abmeldung: { $provider }.
story-under-way = Es läuft noch.
story-ended-well = { $seconds ->
    [one] Es ging gut, in einer Sekunde.
   *[other] Es ging gut, in { $seconds } Sekunden.
}
story-level = Wie es erzählt wird
in-plain-words = In einfachen Worten
for-developers = Für Entwickler
story-parties = Wer beteiligt ist
story-between = { $from } an { $to }
story-checks = Was geprüft wurde
story-when = Wann
story-after = { $ms } ms nach dem Anfang
story-took = dauerte { $ms } ms
story-host = Host
story-status = HTTP-Status
story-not-shown = nicht gezeigt
story-left-out = { $count ->
    [one] Ein weiterer Schritt wurde ausgelassen.
   *[other] { $count } weitere Schritte wurden ausgelassen.
}
story-none-title = Davon ist nichts mehr bekannt
story-none = { $app } merkt sich, wie etwas geschah, bis es geschlossen wird. Melden Sie sich neu an, um es zu sehen.
outcome-under-way = läuft
outcome-remembered = von vorher bekannt
outcome-needless = nichts zu tun
outcome-put-off = später
outcome-failed = hier hielt es an
outcome-abandoned = aufgegeben
check-passed = Gut
check-failed = Nicht gut
check-skipped = Nicht angesehen
copy-report = Bericht kopieren
report-copied = Bericht kopiert

story-why-discovery = Der Anbieter sagt, wo seine Türen sind, damit { $app } nicht raten muss und niemand es woandershin führen kann.
story-why-keys = Mit diesen öffentlichen Schlüsseln erkennt { $app }, dass das, was zurückkommt, wirklich vom Anbieter unterschrieben ist.
story-why-door-opened = Die Antwort muss aus Ihrem Browser zurückfinden: durch einen Link, der { $app } gehört, oder an eine Adresse, die nur dieser Computer erreicht.
story-why-authorization-request = Der Link sagt, wer fragt und wonach. Er trägt den Hash eines Geheimnisses, das { $app } für sich behält (PKCE): Nur wer das Geheimnis kennt, kann die Antwort benutzen.
story-why-parked = { $app } darf geschlossen werden, während Sie im Browser sind. Was es zum Weitermachen braucht, ist verschlossen, bis die Antwort kommt.
story-why-browser-opened = Sie melden sich in Ihrem eigenen Browser an, wo Sie die Adresse des Anbieters sehen und Ihre Passwörter zu Hause sind. { $app } sieht sie nie.
story-why-redirect-received = Zurück kommt ein Code und nicht der Schlüssel selbst: Auf dem Weg durch den Browser könnten ihn andere sehen. Allein öffnet er nichts, und er gilt einmal.
story-why-code-exchange = { $app } gibt den Code selbst ab, geradewegs beim Anbieter und nicht durch den Browser, zusammen mit dem Geheimnis, dessen Hash im Link stand. Er wird als POST gesendet, damit er in keinem Verlauf und in keinem Protokoll von Adressen steht.
story-why-id-token-verified = Jede Prüfung verhindert eine Art zu betrügen: eine Antwort für ein anderes Programm, eine alte, eine von einem anderen Anbieter, oder eine, die unterwegs vertauscht wurde.
story-why-user-info = Nach Name und Bild wird mit dem gefragt, was eben gegeben wurde, und sie zählen nur, wenn sie von derselben Person sind.
story-why-account-stored = Was gegeben wurde, ist versiegelt mit einem Schlüssel, der in Ihrem Schlüsselbund liegt.

quiz-title = Prüfen Sie sich selbst
quiz-right = Richtig.
quiz-wrong = Nicht ganz.
quiz-code = Warum kommt durch den Browser ein Code zurück und nicht der Schlüssel zu Ihrem Konto?
    .a = Ein Code ist kürzer und passt in einen Link.
    .a-why = Schlüssel passten auch hinein. Es geht darum, wer sehen kann, was durch den Browser läuft.
    .b = Was durch den Browser läuft, können andere sehen; ein Code allein öffnet nichts.
    .b-why = Er gilt einmal, ein oder zwei Minuten lang, und nur zusammen mit einem Geheimnis, das nie im Browser war.
    .c = { $provider } möchte wissen, welchen Browser Sie benutzen.
    .c-why = Das ist ohnehin bekannt. Der Code ist für das Programm, nicht für den Browser.
quiz-pkce = Ein anderes Programm fängt den Code vor diesem ab. Was hindert es, ihn zu benutzen?
    .a = Es kennt das Geheimnis nicht, dessen Hash im Link stand.
    .a-why = Das ist PKCE: Das Geheimnis hat dieses Programm nie verlassen, und { $provider } fragt beim Code danach.
    .b = Der Code ist verschlüsselt.
    .b-why = Das ist er nicht. Wer ihn hat, kann ihn lesen; ohne das Geheimnis nützt er nichts.
    .c = Es hat kein Client-Geheimnis.
    .c-why = Ein Client-Geheimnis, das in jeder Kopie eines Programms liegt, ist keines.
quiz-secret = Was ist das Client-Geheimnis eines Programms auf dem Computer wert?
    .a = Es beweist { $provider }, dass das Programm das echte ist.
    .a-why = Wer das Programm hat, hat auch das Geheimnis und kann es herausholen.
    .b = Es verschlüsselt, was gesendet wird.
    .b-why = Das tut die Verbindung (TLS). Ein Client-Geheimnis verschlüsselt nichts.
    .c = Wenig: Es liegt in jeder Kopie und beweist darum nichts. PKCE leistet die Arbeit.
    .c-why = Manche Anbieter wollen trotzdem eines und sagen selbst, dass es keines ist.
quiz-state = Eine Antwort kommt zurück, um die dieses Programm nicht gebeten hat. Was geschieht?
    .a = Sie wird versucht, und wenn der Code gilt, sind Sie angemeldet.
    .a-why = Dann könnte Sie jemand in sein eigenes Konto anmelden, ohne dass Sie es merken.
    .b = Sie wird weggelegt: Ihr state gehört zu keiner Anmeldung, die hier begonnen wurde.
    .b-why = Jede Anmeldung hat eine Nummer, die sich nicht erraten lässt, und nur eine Antwort mit dieser Nummer zählt.
    .c = { $provider } wird gefragt, ob sie richtig ist.
    .c-why = { $provider } kann nicht wissen, was Sie vorhatten. Das Programm muss sich merken, worum es gebeten hat.

## Settings

settings = Einstellungen
settings-title = Einstellungen
settings-theme = Farben
theme-system = Wie im System
theme-light = Hell
theme-dark = Dunkel
settings-language = Sprache
language-system = Wie im System
language-not-reviewed = Andere Sprachen als Englisch wurden noch nicht von Menschen durchgesehen, die mit ihnen aufgewachsen sind.
settings-way = Wie Sie aus dem Browser zurückkommen
way-itself = Wie es hier am besten geht
way-itself-text = Ein Link zu { $app }, wo Links hierherkommen, sonst eine Adresse auf diesem Computer.
way-scheme = Mit einem Link
way-scheme-text = Ihr Browser fragt vielleicht, ob er { $app } öffnen soll.
way-loopback = Mit einer Adresse auf diesem Computer
way-loopback-text = Eine Seite in Ihrem Browser sagt, wann Sie sie schließen können.
remove-all-title = Alle Daten entfernen
remove-all-question = Alle Daten entfernen?
remove-all-text = Jedes Konto wird abgemeldet, jeder Anbieter wird einmal gebeten, das Gegebene zurückzunehmen, und alles, was { $app } auf diesem Computer behält, wird entfernt, mit dem Schlüssel in Ihrem Schlüsselbund. Das lässt sich nicht rückgängig machen.
remove-all = Alle Daten entfernen …
confirm-remove-all = Alle Daten entfernen
keep-all = Behalten
removing-all = Wird entfernt …
removed-title = Alle Daten wurden entfernt.
removed-accounts = { $count ->
    [0] Es war kein Konto angemeldet.
    [one] Ein Konto wurde abgemeldet.
   *[other] { $count } Konten wurden abgemeldet.
}
removed-undelivered = { $count ->
    [one] Ein Anbieter war nicht zu bitten, das Gegebene zurückzunehmen; es gilt, bis es von selbst endet.
   *[other] { $count } Mal war ein Anbieter nicht zu bitten, das Gegebene zurückzunehmen; es gilt, bis es von selbst endet.
}
removed-files = In Dateien ist nichts übrig.
removed-left = { $count ->
    [one] Eine Datei ließ sich nicht entfernen.
   *[other] { $count } Dateien ließen sich nicht entfernen.
}
removed-key = Der Schlüssel ist aus dem Schlüsselbund entfernt.
removed-key-not = Der Schlüssel ließ sich nicht aus dem Schlüsselbund entfernen, oder es gab keinen.
