# Not yet reviewed by a native reader.

doctor-state-good = Gut
doctor-state-advice = Könnte besser sein
doctor-state-broken = Geht nicht
doctor-state-not-checked = Nicht geprüft

## Keychain

doctor-keychain-title = Schlüsselbund
doctor-keychain-keeps = { $keychain } behält, was { $app } ihm gibt.
doctor-keychain-passphrase = Nicht nötig: Was { $app } behält, ist mit Ihrer Passphrase versiegelt.
doctor-keychain-locked = Ihr Schlüsselbund ist gesperrt.
doctor-keychain-locked-remedy = Entsperren Sie ihn, meist mit dem Passwort dieses Computers.
doctor-keychain-no-service = Auf diesem Computer antwortet kein Schlüsselbund.
doctor-keychain-no-service-remedy = Installieren Sie einen, etwa GNOME Keyring oder KWallet, und melden Sie sich am Desktop neu an. Bis dahin bleiben Sie nur angemeldet, solange { $app } läuft.
doctor-keychain-no-collection = Ihr Schlüsselbund hat keinen Platz, etwas zu behalten.
doctor-keychain-no-collection-remedy = Öffnen Sie das eigene Programm Ihres Schlüsselbunds und legen Sie einen Standardschlüsselbund an.
doctor-keychain-denied = Ihr Schlüsselbund lässt { $app } nicht ein.
doctor-keychain-denied-remedy = Hat er Sie gefragt und Sie haben nein gesagt, lassen Sie { $app } noch einmal nachsehen und sagen Sie ja. Sonst suchen Sie { $app } in den Einstellungen Ihres Schlüsselbunds.
doctor-keychain-silent = Ihr Schlüsselbund antwortet nicht.
doctor-keychain-silent-remedy = Vielleicht wartet er in einem eigenen Fenster auf Sie. Ist keines da, melden Sie sich vom Desktop ab und wieder an.
doctor-keychain-ambiguous = Ihr Schlüsselbund hat mehr als einen Eintrag für { $app }.
doctor-keychain-ambiguous-remedy = Öffnen Sie das eigene Programm Ihres Schlüsselbunds und suchen Sie Einträge von { $app }. Behalten Sie den ältesten: Was { $app } behält, ist höchstwahrscheinlich damit verschlossen.
doctor-keychain-not-kept = Ihr Schlüsselbund gibt nicht zurück, was { $app } hineinlegt.
doctor-keychain-not-kept-remedy = { $app } vertraut ihm nichts an. Aktualisieren Sie ihn, oder nehmen Sie einen anderen.
doctor-keychain-changed = Es läuft ein anderer Schlüsselbund als der, der den Schlüssel von { $app } hat.
doctor-keychain-changed-remedy = Starten Sie den, den Sie vorher benutzt haben, und lassen Sie noch einmal nachsehen.
doctor-keychain-other-key = Ihr Schlüsselbund hat einen anderen Schlüssel von { $app } als den, der benutzt wurde.
doctor-keychain-other-key-remedy = Haben Sie Ihren Schlüsselbund aus einer Sicherung zurückgeholt, holen Sie den neueren zurück und lassen Sie noch einmal nachsehen.
doctor-keychain-failed = Ihr Schlüsselbund hat versagt.
doctor-keychain-failed-remedy = Melden Sie sich vom Desktop ab und wieder an und lassen Sie noch einmal nachsehen.

## Vault

doctor-vault-title = Was { $app } behält
doctor-vault-whole = { $records ->
    [0] Es ist nichts aufbewahrt, also ist nichts beschädigt.
    [one] Ein versiegelter Eintrag. Er lässt sich öffnen.
   *[other] { $records } versiegelte Einträge. Alle lassen sich öffnen.
}
doctor-vault-set-aside-before = { $set_aside ->
    [one] Ein Eintrag ließ sich früher nicht öffnen und wurde zur Seite gelegt.
   *[other] { $set_aside } Einträge ließen sich früher nicht öffnen und wurden zur Seite gelegt.
} Alles andere lässt sich öffnen.
doctor-vault-set-aside-before-remedy = Vielleicht wurden Sie gebeten, sich neu anzumelden. Mehr ist nicht zu tun.
doctor-vault-too-new = { $too_new ->
    [one] Ein Eintrag wurde von einer neueren Version von { $app } geschrieben.
   *[other] { $too_new } Einträge wurden von einer neueren Version von { $app } geschrieben.
}
doctor-vault-too-new-remedy = Aktualisieren Sie { $app }, um sie zu benutzen.
doctor-vault-damaged = { $accounts ->
    [0] Kein Konto ist beschädigt, aber andere Einträge lassen sich nicht öffnen.
    [one] Ein Konto lässt sich nicht öffnen.
   *[other] { $accounts } Konten lassen sich nicht öffnen.
}
doctor-vault-damaged-remedy = { $accounts ->
    [0] Sie können zur Seite gelegt werden. Nichts wird gelöscht.
   *[other] Sie können zur Seite gelegt werden, und nichts wird gelöscht. Dann melden Sie sich dort neu an.
}
doctor-vault-key-gone = { $records ->
    [one] Ihr Schlüsselbund hat den Schlüssel verloren, darum lässt sich der eine Eintrag, den { $app } behält, nicht öffnen.
   *[other] Ihr Schlüsselbund hat den Schlüssel verloren, darum lässt sich keiner der { $records } Einträge öffnen, die { $app } behält.
}
doctor-vault-key-gone-remedy = Kennt { $app } den Schlüssel noch, kann es ihn zurücklegen. Wenn nicht, werden die Einträge zur Seite gelegt, und Sie melden sich neu an.
doctor-vault-key-elsewhere = Es läuft ein anderer Schlüsselbund als der, der den Schlüssel von { $app } hat, darum lässt sich das Aufbewahrte nicht öffnen.
doctor-vault-key-elsewhere-remedy = Starten Sie den, den Sie vorher benutzt haben, entsperren Sie ihn und lassen Sie noch einmal nachsehen: Nichts wurde geändert. { $app } kann das nicht für Sie tun. Gibt es jenen Schlüsselbund nicht mehr, kann { $app } von vorn beginnen: Das Aufbewahrte wird zur Seite gelegt, nicht gelöscht, und Sie melden sich neu an.
doctor-vault-key-replaced = Ihr Schlüsselbund hat einen anderen Schlüssel als den, der benutzt wurde, darum lässt sich nicht öffnen, was { $app } behält.
doctor-vault-key-replaced-remedy = Haben Sie Ihren Schlüsselbund aus einer Sicherung zurückgeholt, holen Sie den neueren zurück und lassen Sie noch einmal nachsehen: Nichts wurde geändert. Gibt es keinen, kann { $app } von vorn beginnen: Das Aufbewahrte wird zur Seite gelegt, nicht gelöscht, und Sie melden sich neu an.
doctor-vault-passphrase-file-damaged = Die Datei, die Ihre Passphrase öffnet, ist beschädigt, darum lässt sich nicht öffnen, was { $app } behält.
doctor-vault-passphrase-file-damaged-remedy = Haben Sie eine Sicherung des Datenordners von { $app }, holen Sie die Datei „passphrase.key“ zurück und lassen Sie noch einmal nachsehen: Nichts wurde geändert. Gibt es keine, kann { $app } von vorn beginnen: Das Aufbewahrte wird zur Seite gelegt, nicht gelöscht, und Sie melden sich neu an.
doctor-vault-refused = { $app } darf seinen eigenen Ordner nicht lesen.
doctor-vault-refused-remedy = Sehen Sie nach, wem der Datenordner von { $app } gehört und ob er gelesen und beschrieben werden darf.
doctor-vault-disk-full = Der Speicher ist voll.
doctor-vault-disk-full-remedy = Schaffen Sie Platz und lassen Sie noch einmal nachsehen.
doctor-vault-disk-failed = Der Speicher ließ sich nicht lesen.
doctor-vault-disk-failed-remedy = Sehen Sie nach der Gesundheit Ihres Datenträgers. Jetzt lohnt sich eine Kopie von dem, was Ihnen wichtig ist.

## Links: whose they are

doctor-link-owner-title = Links zu { $app }
doctor-link-owner-ours = Sie kommen zu { $app }.
doctor-link-owner-unconfirmed = Nach den Einstellungen kommen sie zu { $app }. Was dieser Computer daraus macht, war nicht zu erfahren.
doctor-link-owner-unconfirmed-remedy = Lassen Sie gleich noch einmal nachsehen. Bleibt es so, installieren Sie das Paket xdg-utils. Bis dahin kommen Anmeldungen auf einem anderen Weg zurück, wo es einen gibt.
doctor-link-owner-nobody = Kein Programm nimmt sie.
doctor-link-owner-nobody-remedy = Lassen Sie { $app } sie nehmen. Bis dahin kommen Anmeldungen auf einem anderen Weg zurück.
doctor-link-owner-other = Sie gehen zu einem anderen Programm: { $program }
doctor-link-owner-other-remedy = Kennen Sie dieses Programm nicht, seien Sie vorsichtig damit: Es kann sehen, wie Ihre Anmeldungen zurückkommen, auch wenn es sie nicht benutzen kann. Lassen Sie { $app } seine Links nehmen.
doctor-link-owner-stale = Sie gehen zu einem Programm, das sie nicht nehmen kann: { $program }
doctor-link-owner-stale-remedy = { $app } wurde wohl verschoben oder aktualisiert. Lassen Sie es seine Links neu nehmen.
doctor-link-owner-disputed = { $app } und ein anderes Programm beanspruchen sie beide, und dieser Computer zieht das andere vor: { $program }
doctor-link-owner-disputed-remedy = Kennen Sie dieses Programm nicht, seien Sie vorsichtig damit: Es kann sehen, wie Ihre Anmeldungen zurückkommen, auch wenn es sie nicht benutzen kann. Lassen Sie { $app } seine Links nehmen.
doctor-link-owner-unusable = { $app } kann von da, wo es liegt, keine Links nehmen.
doctor-link-owner-unusable-remedy = Verschieben Sie { $app } in einen Ordner mit einfachem Namen, oder installieren Sie es aus seinem Paket.
doctor-link-owner-unreadable = Wer sie nimmt, war nicht zu erfahren.
doctor-link-owner-unreadable-remedy = Sehen Sie nach, ob Ihr Ordner mit Einstellungen gelesen werden darf.

## Links: do they arrive?

doctor-link-delivery-title = Links von diesem Computer
doctor-link-delivery-delivered = Ein Probelink kam nach { $milliseconds } ms an.
doctor-link-delivery-lost = Ein Probelink wurde geöffnet und kam nicht an.
doctor-link-delivery-lost-remedy = Lassen Sie { $app } seine Links neu nehmen und dann noch einmal nachsehen. Bis dahin kommen Anmeldungen auf einem anderen Weg zurück.
doctor-link-delivery-no-opener = Dieser Computer hat kein Programm, das Links öffnet.
doctor-link-delivery-no-opener-remedy = Installieren Sie das Paket xdg-utils.
doctor-link-delivery-opener-failed = Das Programm, das Links öffnet, hat versagt.
doctor-link-delivery-opener-failed-remedy = Lassen Sie { $app } seine Links neu nehmen und dann noch einmal nachsehen.

doctor-browser-link-title = Links aus Ihrem Browser
doctor-browser-link-delivered = Der Knopf in Ihrem Browser hat Sie zurückgebracht.
doctor-browser-link-nothing-came = Ihr Browser hat die Seite gezeigt, und nichts kam zurück.
doctor-browser-link-nothing-came-remedy = Versuchen Sie es noch einmal: Drücken Sie den Knopf auf der Seite, und fragt Ihr Browser, ob er { $app } öffnen soll, sagen Sie ja. Fragt er nie, darf er vielleicht keine Programme öffnen.
doctor-browser-link-page-not-shown = Ihr Browser hat die Seite nicht gezeigt.
doctor-browser-link-page-not-shown-remedy = Ein Proxy oder eine Erweiterung hindert Ihren Browser vielleicht, diesen Computer selbst zu erreichen. Adressen, die mit 127.0.0.1 beginnen, dürfen nicht durch einen Proxy gehen.
doctor-browser-link-no-browser = Ihr Browser ließ sich nicht öffnen.
doctor-browser-link-no-browser-remedy = Wählen Sie in den Einstellungen des Systems einen Standardbrowser.
doctor-browser-link-no-listener = { $app } darf auf diesem Computer nicht lauschen.
doctor-browser-link-no-listener-remedy = Ein Sicherheitsprogramm verbietet es vielleicht. Anmeldungen, die durch Links zurückkommen, gehen trotzdem.

doctor-page-title = Kommt dieser Link zurück?
doctor-page-text = { $app } sieht nach, ob Ihr Browser ihn öffnen kann.
doctor-page-then = Drücken Sie den Knopf. Fragt Ihr Browser, ob er { $app } öffnen soll, sagen Sie ja.
doctor-page-button = Zurück zu { $app }

## Browser

doctor-browser-title = Standardbrowser
doctor-browser-found = Webseiten öffnen sich mit { $program }
doctor-browser-snap = Ihr Browser ist ein Snap: { $program }
doctor-browser-snap-remedy = Manche Snaps dürfen keine anderen Programme öffnen. Bringt Ihr Browser Sie nicht zurück, wählen Sie beim Warten den anderen Weg.
doctor-browser-flatpak = Ihr Browser ist ein Flatpak: { $program }
doctor-browser-flatpak-remedy = Manche Flatpaks dürfen keine anderen Programme öffnen. Bringt Ihr Browser Sie nicht zurück, wählen Sie beim Warten den anderen Weg.
doctor-browser-gone = Ihren Standardbrowser gibt es nicht mehr: { $program }
doctor-browser-gone-remedy = Wählen Sie in den Einstellungen des Systems einen anderen.
doctor-browser-missing = Es ist kein Standardbrowser gewählt.
doctor-browser-missing-remedy = Wählen Sie in den Einstellungen des Systems einen.

## Proxy

doctor-proxy-title = Proxy
doctor-proxy-direct = Zu { $provider } steht keiner im Weg.
doctor-proxy-used = { $provider } wird über { $proxy } erreicht.
doctor-proxy-wants-password = Der Proxy { $proxy } verlangt Namen und Passwort.
doctor-proxy-wants-password-remedy = Fragen Sie, wer Ihr Netz betreibt, und tragen Sie beides in die Proxy-Einstellungen des Systems ein.
doctor-proxy-unreachable = Der Proxy { $proxy } ist nicht zu erreichen.
doctor-proxy-unreachable-remedy = Sehen Sie nach den Proxy-Einstellungen des Systems und nach HTTPS_PROXY. Außerhalb des Netzes, zu dem er gehört, schalten Sie ihn ab.

## Provider

doctor-reachability-title = { $provider }
doctor-reachability-reached = { $host } hat nach { $milliseconds } ms geantwortet.
doctor-reachability-name-not-found = Der Name { $host } ist in diesem Netz nicht bekannt.
doctor-reachability-name-not-found-remedy = Sehen Sie nach Ihrer Verbindung. Öffnen sich andere Seiten, ist die Adresse vielleicht falsch, oder Ihr Netz verbirgt sie.
doctor-reachability-not-connected = { $host } nimmt auf Port { $port } keine Verbindung an.
doctor-reachability-not-connected-remedy = Sehen Sie nach Ihrer Verbindung. Öffnen sich andere Seiten, ist vielleicht eine Firewall im Weg, oder es liegt an { $provider }.
doctor-reachability-proxy-in-the-way = Der Proxy lässt { $app } nicht zu { $host } durch.
doctor-reachability-proxy-in-the-way-remedy = Bitten Sie, wer Ihr Netz betreibt, es zu erlauben.
doctor-reachability-certificate-expired = Das Zertifikat von { $host } ist nach der Uhr dieses Computers abgelaufen.
doctor-reachability-certificate-expired-remedy = Geht Ihre Uhr richtig, muss es erneuert werden: Das ist Sache von { $provider }.
doctor-reachability-certificate-too-early = Das Zertifikat von { $host } gilt nach der Uhr dieses Computers noch nicht.
doctor-reachability-certificate-too-early-remedy = Ihre Uhr geht wohl falsch. Stellen Sie Datum und Zeit auf automatisch.
doctor-reachability-certificate-for-another = An Stelle des Zertifikats von { $host } kam ein fremdes.
doctor-reachability-certificate-for-another-remedy = Das tun Netze, an denen man sich erst anmelden soll. Öffnen Sie irgendeine Webseite, melden Sie sich beim Netz an und lassen Sie noch einmal nachsehen.
doctor-reachability-certificate-not-trusted = Dieser Computer traut dem Zertifikat von { $host } nicht.
doctor-reachability-certificate-not-trusted-remedy = Es wurde nichts dorthin gesendet. Sieht Ihre Firma oder ein Sicherheitsprogramm in verschlüsselten Verkehr hinein, muss deren Zertifizierungsstelle erst auf diesem Computer installiert werden.
doctor-reachability-certificate-revoked = Das Zertifikat von { $host } wurde zurückgenommen.
doctor-reachability-certificate-revoked-remedy = Sagen Sie es dort: { $provider }. Es wurde nichts dorthin gesendet.
doctor-reachability-certificate-wrong = Das Zertifikat von { $host } stimmt nicht.
doctor-reachability-certificate-wrong-remedy = Sagen Sie es dort: { $provider }. Es wurde nichts dorthin gesendet.
doctor-reachability-tls-too-old = { $host } spricht nur Versionen von TLS, die nicht mehr sicher sind.
doctor-reachability-tls-too-old-remedy = Sagen Sie es dort: { $provider }. Es wurde nichts dorthin gesendet.
doctor-reachability-tls-broken-off = Die sichere Verbindung zu { $host } wurde abgebrochen.
doctor-reachability-tls-broken-off-remedy = Das kann eine Firewall tun, oder an dieser Adresse ist kein sicherer Server.
doctor-reachability-slow = { $host } hat die Verbindung angenommen und nicht rechtzeitig geantwortet.
doctor-reachability-slow-remedy = Vielleicht ist dort viel los oder Ihre Verbindung langsam. Lassen Sie gleich noch einmal nachsehen.
doctor-reachability-lost = Die Verbindung zu { $host } ging verloren.
doctor-reachability-lost-remedy = Lassen Sie gleich noch einmal nachsehen.
doctor-reachability-captive-portal = An Stelle von { $host } kam eine andere Seite.
doctor-reachability-captive-portal-remedy = Dieses Netz möchte wohl zuerst eine Anmeldung. Öffnen Sie irgendeine Webseite in Ihrem Browser, melden Sie sich beim Netz an und lassen Sie noch einmal nachsehen.
doctor-reachability-error-status = { $host } hat mit dem Fehler { $status } geantwortet.
doctor-reachability-error-status-remedy = Bleibt es so, ist die Adresse von { $provider } vielleicht falsch, oder dort ist etwas nicht in Ordnung.
doctor-reachability-not-a-provider = Was { $host } von sich sagt, verletzt eine Regel des Standards: { $rule }
doctor-reachability-not-a-provider-remedy = Die Adresse ist vielleicht falsch. Ist sie richtig, sagen Sie es dort: { $provider }.
doctor-reachability-not-supported = { $host } verlangt etwas, das { $app } nicht kann: { $what }
doctor-reachability-not-supported-remedy = Ein anderer Anbieter geht vielleicht.
doctor-reachability-not-an-issuer = Die Adresse von { $provider } ist keine, die { $app } fragen darf.
doctor-reachability-not-an-issuer-remedy = Sie muss mit https beginnen. Das ist Sache des Entwicklers.

## Interception

doctor-interception-title = Verschlüsselte Verbindung
doctor-interception-public = { $issuer ->
    [nameless] Eine öffentliche Stelle bürgt für { $provider }.
   *[other] { $issuer } bürgt für { $provider }, und dieser Stelle wird überall getraut.
}
doctor-interception-only-here = { $issuer ->
    [nameless] Eine Stelle ohne Namen, der nur dieser Computer traut, bürgt für { $provider }.
   *[other] Eine Stelle, der nur dieser Computer traut, bürgt für { $provider }: { $issuer }
}
doctor-interception-only-here-remedy = Ist das der eigene Anbieter Ihrer Firma, oder sieht Ihre Firma oder ein Sicherheitsprogramm in verschlüsselten Verkehr hinein, so sieht das so aus: Dort lässt sich lesen, was { $app } sendet. Wissen Sie von nichts dergleichen, melden Sie sich nicht an.
doctor-interception-stranger = { $issuer ->
    [nameless] Eine Stelle ohne Namen, der niemand traut, steht im Weg zu { $provider }.
   *[other] Eine Stelle, der niemand traut, steht im Weg zu { $provider }: { $issuer }
}
doctor-interception-stranger-remedy = Es wurde nichts gesendet. Sieht Ihre Firma in verschlüsselten Verkehr hinein, muss deren Zertifizierungsstelle erst auf diesem Computer installiert werden. Wissen Sie von nichts dergleichen, benutzen Sie ein anderes Netz.
doctor-interception-another-host = { $issuer ->
    [nameless] An Stelle des Zertifikats von { $provider } kam ein fremdes.
   *[other] An Stelle des Zertifikats von { $provider } kam ein fremdes, ausgestellt von { $issuer }
}
doctor-interception-another-host-remedy = Das tun Netze, an denen man sich erst anmelden soll. Öffnen Sie irgendeine Webseite, melden Sie sich beim Netz an und lassen Sie noch einmal nachsehen.

doctor-interception-expired = Nach der Uhr dieses Computers ist das Zertifikat von { $provider } seit { $days ->
    [0] weniger als einem Tag
    [one] einem Tag
   *[other] { $days } Tagen
} abgelaufen.
doctor-interception-expired-remedy = Es wurde nichts gesendet. Ist das Datum dieses Computers falsch, stellen Sie Datum und Zeit auf automatisch. Ist es richtig, ist { $provider } mit dem Erneuern im Verzug, oder jemand zeigt ein altes an seiner Stelle.
doctor-interception-not-yet-valid = Nach der Uhr dieses Computers gilt das Zertifikat von { $provider } erst in { $days ->
    [0] weniger als einem Tag
    [one] einem Tag
   *[other] { $days } Tagen
}.
doctor-interception-not-yet-valid-remedy = Es wurde nichts gesendet. Die Uhr geht wohl nach: Stellen Sie Datum und Zeit auf automatisch und lassen Sie noch einmal nachsehen.
doctor-interception-revoked = { $issuer ->
    [nameless] Das Zertifikat von { $provider } wurde von der Stelle zurückgenommen, die es ausgestellt hat.
   *[other] Das Zertifikat von { $provider } wurde von { $issuer } zurückgenommen, wo es ausgestellt wurde.
}
doctor-interception-revoked-remedy = Es wurde nichts gesendet. Melden Sie sich nicht an: Wer es zeigt, hat es vielleicht gestohlen. Sagen Sie es dort: { $provider }.
doctor-interception-wrong = { $issuer ->
    [nameless] An Stelle des Zertifikats von { $provider } kam eines, das nicht stimmt.
   *[other] An Stelle des Zertifikats von { $provider } kam eines, das nicht stimmt, ausgestellt von { $issuer }
}
doctor-interception-wrong-remedy = Es wurde nichts gesendet. Benutzen Sie ein anderes Netz; bleibt es so, sagen Sie es dort: { $provider }.

## Clock

doctor-clock-title = Uhr
doctor-clock-right = { $seconds ->
    [0] Dieser Computer und { $provider } sind sich über die Zeit einig.
    [one] Dieser Computer und { $provider } sind eine Sekunde auseinander.
   *[other] Dieser Computer und { $provider } sind { $seconds } Sekunden auseinander.
}
doctor-clock-rather-fast = Die Uhr dieses Computers geht { $seconds } Sekunden vor.
doctor-clock-rather-fast-remedy = Noch geht es. Ab 60 Sekunden nicht mehr: Stellen Sie Datum und Zeit auf automatisch.
doctor-clock-rather-slow = Die Uhr dieses Computers geht { $seconds } Sekunden nach.
doctor-clock-rather-slow-remedy = Noch geht es. Ab 60 Sekunden nicht mehr: Stellen Sie Datum und Zeit auf automatisch.
doctor-clock-fast = Die Uhr dieses Computers geht { $seconds } Sekunden vor.
doctor-clock-fast-remedy = Stellen Sie Datum und Zeit auf automatisch und lassen Sie noch einmal nachsehen.
doctor-clock-slow = Die Uhr dieses Computers geht { $seconds } Sekunden nach.
doctor-clock-slow-remedy = Stellen Sie Datum und Zeit auf automatisch und lassen Sie noch einmal nachsehen.
doctor-clock-before-certificate = Nach der Uhr dieses Computers gilt das Zertifikat von { $provider } noch nicht.
doctor-clock-before-certificate-remedy = Die Uhr geht wohl nach. Stellen Sie Datum und Zeit auf automatisch und lassen Sie noch einmal nachsehen.
doctor-clock-after-certificate = Nach der Uhr dieses Computers ist das Zertifikat von { $provider } abgelaufen.
doctor-clock-after-certificate-remedy = Stimmt das Datum dieses Computers, ist { $provider } mit dem Erneuern im Verzug. Wenn nicht, stellen Sie Datum und Zeit auf automatisch.

## Not checked

doctor-not-checked-no-provider = Es gibt keinen Anbieter zu fragen.
doctor-not-checked-loopback = { $provider } ist auf diesem Computer, also kann niemand dazwischenstehen.
doctor-not-checked-no-link-handler = { $app } nimmt hier keine Links.
doctor-not-checked-links-not-ours = Links zu { $app } gehen woandershin, darum wurde keiner geöffnet.
doctor-not-checked-links-not-known = Wer Links zu { $app } bekommt, war nicht zu erfahren, darum wurde keiner geöffnet.
doctor-not-checked-no-display = Es gibt keinen Bildschirm, auf dem ein Link zu öffnen wäre.
doctor-not-checked-no-keychain = Ohne einen Schlüsselbund, der antwortet, lässt sich kein Eintrag öffnen.
doctor-not-checked-passphrase-needed = Es ist mit Ihrer Passphrase versiegelt, die { $app } noch nicht bekommen hat.
doctor-not-checked-awaits-person = Dafür ist ein Klick von Ihnen im Browser nötig.
doctor-not-checked-unreachable = Es gibt keine Verbindung zu { $provider }, an der es zu erkennen wäre.
doctor-not-checked-no-date = { $provider } sagt nicht, wie spät es ist.
doctor-not-checked-in-use = Ein anderes Programm von Ihnen benutzt es gerade. Lassen Sie gleich noch einmal nachsehen.
doctor-not-checked-took-too-long = Es hat zu lange gedauert.
doctor-not-checked-unsupported-here = Auf diesem System ist es nicht zu erfahren.
doctor-not-checked-failed = Es ließ sich nicht nachsehen.

## Buttons

doctor-repair-unlock-keychain = Schlüsselbund entsperren
doctor-repair-set-damaged-aside = In Ordnung bringen, was { $app } behält
doctor-repair-start-afresh = Zur Seite legen und von vorn beginnen
doctor-repair-register-links = { $app } seine Links nehmen lassen
