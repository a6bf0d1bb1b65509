# Not yet reviewed by a native reader.

doctor-state-good = Bon
doctor-state-advice = Peut mieux faire
doctor-state-broken = Ne marche pas
doctor-state-not-checked = Non vérifié

## Keychain

doctor-keychain-title = Trousseau
doctor-keychain-keeps = { $keychain } garde ce que { $app } lui donne.
doctor-keychain-passphrase = Pas nécessaire : ce que { $app } garde est scellé avec votre phrase secrète.
doctor-keychain-locked = Votre trousseau est verrouillé.
doctor-keychain-locked-remedy = Déverrouillez-le, en général avec le mot de passe de cet ordinateur.
doctor-keychain-no-service = Aucun trousseau ne répond sur cet ordinateur.
doctor-keychain-no-service-remedy = Installez-en un, comme GNOME Keyring ou KWallet, et rouvrez votre session. D’ici là, vous ne restez connecté que pendant que { $app } tourne.
doctor-keychain-no-collection = Votre trousseau n’a pas de place où garder quoi que ce soit.
doctor-keychain-no-collection-remedy = Ouvrez le programme de votre trousseau et créez un trousseau par défaut.
doctor-keychain-denied = Votre trousseau ne laisse pas entrer { $app }.
doctor-keychain-denied-remedy = S’il vous a demandé et que vous avez dit non, laissez { $app } regarder à nouveau et dites oui. Sinon, cherchez { $app } dans les réglages de votre trousseau.
doctor-keychain-silent = Votre trousseau ne répond pas.
doctor-keychain-silent-remedy = Il vous attend peut-être dans une fenêtre à lui. S’il n’y en a pas, fermez votre session et rouvrez-la.
doctor-keychain-ambiguous = Votre trousseau a plus d’une entrée pour { $app }.
doctor-keychain-ambiguous-remedy = Ouvrez le programme de votre trousseau et cherchez les entrées de { $app }. Gardez la plus ancienne : ce que { $app } garde est très probablement fermé avec elle.
doctor-keychain-not-kept = Votre trousseau ne rend pas ce que { $app } y met.
doctor-keychain-not-kept-remedy = { $app } ne lui confie rien. Mettez-le à jour, ou prenez-en un autre.
doctor-keychain-changed = Un autre trousseau est en marche que celui qui a la clé de { $app }.
doctor-keychain-changed-remedy = Lancez celui que vous utilisiez avant, puis regardez à nouveau.
doctor-keychain-other-key = Votre trousseau a une autre clé de { $app } que celle qui servait.
doctor-keychain-other-key-remedy = Si vous avez rétabli votre trousseau depuis une sauvegarde, rétablissez la plus récente, puis regardez à nouveau.
doctor-keychain-failed = Votre trousseau a échoué.
doctor-keychain-failed-remedy = Fermez votre session et rouvrez-la, puis regardez à nouveau.

## Vault

doctor-vault-title = Ce que { $app } garde
doctor-vault-whole = { $records ->
    [0] Rien n’est gardé, donc rien n’est abîmé.
    [one] Un enregistrement scellé. Il s’ouvre.
   *[other] { $records } enregistrements scellés. Tous s’ouvrent.
}
doctor-vault-set-aside-before = { $set_aside ->
    [one] Un enregistrement ne s’ouvrait plus et a été mis de côté.
   *[other] { $set_aside } enregistrements ne s’ouvraient plus et ont été mis de côté.
} Tout le reste s’ouvre.
doctor-vault-set-aside-before-remedy = On vous a peut-être prié de vous reconnecter. Il n’y a rien de plus à faire.
doctor-vault-too-new = { $too_new ->
    [one] Un enregistrement a été écrit par une version plus récente de { $app }.
   *[other] { $too_new } enregistrements ont été écrits par une version plus récente de { $app }.
}
doctor-vault-too-new-remedy = Mettez { $app } à jour pour vous en servir.
doctor-vault-damaged = { $accounts ->
    [0] Aucun compte n’est abîmé, mais d’autres enregistrements ne s’ouvrent pas.
    [one] Un compte ne s’ouvre pas.
   *[other] { $accounts } comptes ne s’ouvrent pas.
}
doctor-vault-damaged-remedy = { $accounts ->
    [0] Ils peuvent être mis de côté. Rien n’est supprimé.
   *[other] Ils peuvent être mis de côté, et rien n’est supprimé. Reconnectez-vous ensuite à ces comptes.
}
doctor-vault-key-gone = { $records ->
    [one] Votre trousseau a perdu la clé, donc l’enregistrement que { $app } garde ne s’ouvre pas.
   *[other] Votre trousseau a perdu la clé, donc aucun des { $records } enregistrements que { $app } garde ne s’ouvre.
}
doctor-vault-key-gone-remedy = Si { $app } connaît encore la clé, il peut la remettre. Sinon, les enregistrements sont mis de côté, et vous vous reconnectez.
doctor-vault-key-elsewhere = Un autre trousseau est en marche que celui qui a la clé de { $app }, donc ce qui est gardé ne s’ouvre pas.
doctor-vault-key-elsewhere-remedy = Lancez celui que vous utilisiez avant, déverrouillez-le, puis regardez à nouveau : rien n’a été changé. { $app } ne peut pas le faire pour vous. Si ce trousseau n’existe plus, { $app } peut repartir de zéro : ce qui est gardé est mis de côté, pas supprimé, et vous vous reconnectez.
doctor-vault-key-replaced = Votre trousseau a une autre clé que celle qui servait, donc ce que { $app } garde ne s’ouvre pas.
doctor-vault-key-replaced-remedy = Si vous avez rétabli votre trousseau depuis une sauvegarde, rétablissez la plus récente, puis regardez à nouveau : rien n’a été changé. S’il n’y en a pas, { $app } peut repartir de zéro : ce qui est gardé est mis de côté, pas supprimé, et vous vous reconnectez.
doctor-vault-passphrase-file-damaged = Le fichier qu’ouvre votre phrase secrète est abîmé, donc ce que { $app } garde ne s’ouvre pas.
doctor-vault-passphrase-file-damaged-remedy = Si vous avez une sauvegarde du dossier de données de { $app }, rétablissez le fichier « passphrase.key », puis regardez à nouveau : rien n’a été changé. S’il n’y en a pas, { $app } peut repartir de zéro : ce qui est gardé est mis de côté, pas supprimé, et vous vous reconnectez.
doctor-vault-refused = { $app } ne peut pas lire son propre dossier.
doctor-vault-refused-remedy = Voyez à qui appartient le dossier de données de { $app } et s’il peut être lu et écrit.
doctor-vault-disk-full = Le disque est plein.
doctor-vault-disk-full-remedy = Libérez de la place, puis regardez à nouveau.
doctor-vault-disk-failed = Le disque n’a pas pu être lu.
doctor-vault-disk-failed-remedy = Voyez la santé de votre disque. Il vaut la peine de copier maintenant ce qui compte pour vous.

## Links: whose they are

doctor-link-owner-title = Liens vers { $app }
doctor-link-owner-ours = Ils arrivent à { $app }.
doctor-link-owner-unconfirmed = D’après les réglages, ils arrivent à { $app }. On n’a pas pu savoir ce que cet ordinateur en fait.
doctor-link-owner-unconfirmed-remedy = Regardez à nouveau dans un instant. Si cela reste ainsi, installez le paquet xdg-utils. D’ici là, les connexions reviennent par un autre moyen là où il y en a un.
doctor-link-owner-nobody = Aucun programme ne les prend.
doctor-link-owner-nobody-remedy = Laissez { $app } les prendre. D’ici là, les connexions reviennent par un autre moyen.
doctor-link-owner-other = Ils vont à un autre programme : { $program }
doctor-link-owner-other-remedy = Si vous ne connaissez pas ce programme, méfiez-vous : il peut voir revenir vos connexions, sans pouvoir s’en servir. Laissez { $app } prendre ses liens.
doctor-link-owner-stale = Ils vont à un programme qui ne peut pas les prendre : { $program }
doctor-link-owner-stale-remedy = { $app } a sans doute été déplacé ou mis à jour. Laissez-le reprendre ses liens.
doctor-link-owner-disputed = { $app } et un autre programme les réclament tous deux, et cet ordinateur préfère l’autre : { $program }
doctor-link-owner-disputed-remedy = Si vous ne connaissez pas ce programme, méfiez-vous : il peut voir revenir vos connexions, sans pouvoir s’en servir. Laissez { $app } prendre ses liens.
doctor-link-owner-unusable = { $app } ne peut pas prendre de liens là où il est.
doctor-link-owner-unusable-remedy = Déplacez { $app } dans un dossier au nom simple, ou installez-le depuis son paquet.
doctor-link-owner-unreadable = On n’a pas pu savoir qui les prend.
doctor-link-owner-unreadable-remedy = Voyez si votre dossier de réglages peut être lu.

## Links: do they arrive?

doctor-link-delivery-title = Liens depuis cet ordinateur
doctor-link-delivery-delivered = Un lien d’essai est arrivé après { $milliseconds } ms.
doctor-link-delivery-lost = Un lien d’essai a été ouvert et n’est pas arrivé.
doctor-link-delivery-lost-remedy = Laissez { $app } reprendre ses liens, puis regardez à nouveau. D’ici là, les connexions reviennent par un autre moyen.
doctor-link-delivery-no-opener = Cet ordinateur n’a pas de programme qui ouvre les liens.
doctor-link-delivery-no-opener-remedy = Installez le paquet xdg-utils.
doctor-link-delivery-opener-failed = Le programme qui ouvre les liens a échoué.
doctor-link-delivery-opener-failed-remedy = Laissez { $app } reprendre ses liens, puis regardez à nouveau.

doctor-browser-link-title = Liens depuis votre navigateur
doctor-browser-link-delivered = Le bouton de votre navigateur vous a ramené.
doctor-browser-link-nothing-came = Votre navigateur a montré la page, et rien n’est revenu.
doctor-browser-link-nothing-came-remedy = Réessayez : appuyez sur le bouton de la page et, si votre navigateur demande s’il faut ouvrir { $app }, dites oui. S’il ne demande jamais, il n’a peut-être pas le droit d’ouvrir des programmes.
doctor-browser-link-page-not-shown = Votre navigateur n’a pas montré la page.
doctor-browser-link-page-not-shown-remedy = Un proxy ou une extension empêche peut-être votre navigateur d’atteindre cet ordinateur même. Les adresses qui commencent par 127.0.0.1 ne doivent pas passer par un proxy.
doctor-browser-link-no-browser = Votre navigateur n’a pas pu être ouvert.
doctor-browser-link-no-browser-remedy = Choisissez un navigateur par défaut dans les réglages du système.
doctor-browser-link-no-listener = { $app } n’a pas le droit d’écouter sur cet ordinateur.
doctor-browser-link-no-listener-remedy = Un programme de sécurité l’interdit peut-être. Les connexions qui reviennent par des liens marchent quand même.

doctor-page-title = Ce lien revient-il ?
doctor-page-text = { $app } regarde si votre navigateur peut l’ouvrir.
doctor-page-then = Appuyez sur le bouton. Si votre navigateur demande s’il faut ouvrir { $app }, dites oui.
doctor-page-button = Retour à { $app }

## Browser

doctor-browser-title = Navigateur par défaut
doctor-browser-found = Les pages web s’ouvrent avec { $program }
doctor-browser-snap = Votre navigateur est un snap : { $program }
doctor-browser-snap-remedy = Certains snaps n’ont pas le droit d’ouvrir d’autres programmes. Si votre navigateur ne vous ramène pas, choisissez l’autre moyen pendant l’attente.
doctor-browser-flatpak = Votre navigateur est un flatpak : { $program }
doctor-browser-flatpak-remedy = Certains flatpaks n’ont pas le droit d’ouvrir d’autres programmes. Si votre navigateur ne vous ramène pas, choisissez l’autre moyen pendant l’attente.
doctor-browser-gone = Votre navigateur par défaut n’est plus là : { $program }
doctor-browser-gone-remedy = Choisissez-en un autre dans les réglages du système.
doctor-browser-missing = Aucun navigateur par défaut n’est choisi.
doctor-browser-missing-remedy = Choisissez-en un dans les réglages du système.

## Proxy

doctor-proxy-title = Proxy
doctor-proxy-direct = Aucun n’est sur le chemin de { $provider }.
doctor-proxy-used = { $provider } est atteint par { $proxy }.
doctor-proxy-wants-password = Le proxy { $proxy } demande un nom et un mot de passe.
doctor-proxy-wants-password-remedy = Demandez à qui gère votre réseau, et mettez les deux dans les réglages de proxy du système.
doctor-proxy-unreachable = Le proxy { $proxy } ne peut pas être atteint.
doctor-proxy-unreachable-remedy = Voyez les réglages de proxy du système, et HTTPS_PROXY. Hors du réseau auquel il appartient, désactivez-le.

## Provider

doctor-reachability-title = { $provider }
doctor-reachability-reached = { $host } a répondu après { $milliseconds } ms.
doctor-reachability-name-not-found = Le nom { $host } n’est pas connu sur ce réseau.
doctor-reachability-name-not-found-remedy = Vérifiez votre connexion. Si d’autres pages s’ouvrent, l’adresse est peut-être fausse, ou votre réseau la cache.
doctor-reachability-not-connected = { $host } ne prend pas de connexion sur le port { $port }.
doctor-reachability-not-connected-remedy = Vérifiez votre connexion. Si d’autres pages s’ouvrent, un pare-feu est peut-être en travers, ou { $provider } est en panne.
doctor-reachability-proxy-in-the-way = Le proxy ne laisse pas passer { $app } vers { $host }.
doctor-reachability-proxy-in-the-way-remedy = Demandez à qui gère votre réseau de l’autoriser.
doctor-reachability-certificate-expired = D’après l’horloge de cet ordinateur, le certificat de { $host } a expiré.
doctor-reachability-certificate-expired-remedy = Si votre horloge est juste, { $provider } doit le renouveler.
doctor-reachability-certificate-too-early = D’après l’horloge de cet ordinateur, le certificat de { $host } n’est pas encore valable.
doctor-reachability-certificate-too-early-remedy = Votre horloge n’est sans doute pas juste. Réglez la date et l’heure sur automatique.
doctor-reachability-certificate-for-another = Le certificat de quelqu’un d’autre est venu à la place de celui de { $host }.
doctor-reachability-certificate-for-another-remedy = Les réseaux qui demandent d’abord une connexion font cela. Ouvrez une page web, connectez-vous au réseau, puis regardez à nouveau.
doctor-reachability-certificate-not-trusted = Cet ordinateur ne fait pas confiance au certificat de { $host }.
doctor-reachability-certificate-not-trusted-remedy = Rien n’y a été envoyé. Si votre entreprise ou un programme de sécurité regarde dans le trafic chiffré, son autorité doit d’abord être installée sur cet ordinateur.
doctor-reachability-certificate-revoked = Le certificat de { $host } a été révoqué.
doctor-reachability-certificate-revoked-remedy = Signalez-le : { $provider }. Rien n’y a été envoyé.
doctor-reachability-certificate-wrong = Le certificat de { $host } n’est pas bon.
doctor-reachability-certificate-wrong-remedy = Signalez-le : { $provider }. Rien n’y a été envoyé.
doctor-reachability-tls-too-old = { $host } ne parle que des versions de TLS qui ne sont plus sûres.
doctor-reachability-tls-too-old-remedy = Signalez-le : { $provider }. Rien n’y a été envoyé.
doctor-reachability-tls-broken-off = La liaison sûre avec { $host } a été rompue.
doctor-reachability-tls-broken-off-remedy = Un pare-feu peut faire cela, ou il n’y a pas de serveur sûr à cette adresse.
doctor-reachability-slow = { $host } a pris la connexion et n’a pas répondu à temps.
doctor-reachability-slow-remedy = Il est peut-être chargé, ou votre connexion lente. Regardez à nouveau dans un instant.
doctor-reachability-lost = La connexion avec { $host } s’est perdue.
doctor-reachability-lost-remedy = Regardez à nouveau dans un instant.
doctor-reachability-captive-portal = Une autre page est venue à la place de { $host }.
doctor-reachability-captive-portal-remedy = Ce réseau demande sans doute d’abord une connexion. Ouvrez une page web dans votre navigateur, connectez-vous au réseau, puis regardez à nouveau.
doctor-reachability-error-status = { $host } a répondu par l’erreur { $status }.
doctor-reachability-error-status-remedy = Si cela reste ainsi, l’adresse de { $provider } est peut-être fausse, ou il y a un défaut là-bas.
doctor-reachability-not-a-provider = Ce que { $host } dit de lui-même enfreint une règle de la norme : { $rule }
doctor-reachability-not-a-provider-remedy = L’adresse est peut-être fausse. Si elle est juste, signalez-le : { $provider }.
doctor-reachability-not-supported = { $host } demande quelque chose que { $app } ne fait pas : { $what }
doctor-reachability-not-supported-remedy = Un autre fournisseur peut convenir.
doctor-reachability-not-an-issuer = L’adresse de { $provider } n’est pas de celles que { $app } peut interroger.
doctor-reachability-not-an-issuer-remedy = Elle doit commencer par https. C’est au développeur de le corriger.

## Interception

doctor-interception-title = Liaison chiffrée
doctor-interception-public = { $issuer ->
    [nameless] Une autorité publique se porte garante de { $provider }.
   *[other] { $issuer } se porte garant de { $provider }, et on lui fait confiance partout.
}
doctor-interception-only-here = { $issuer ->
    [nameless] Une autorité sans nom, à qui seul cet ordinateur fait confiance, se porte garante de { $provider }.
   *[other] Une autorité à qui seul cet ordinateur fait confiance se porte garante de { $provider } : { $issuer }
}
doctor-interception-only-here-remedy = Si c’est le fournisseur de votre entreprise, ou si votre entreprise ou un programme de sécurité regarde dans le trafic chiffré, cela ressemble à ceci : ce que { $app } envoie peut y être lu. Si vous ne savez rien de tel, ne vous connectez pas.
doctor-interception-stranger = { $issuer ->
    [nameless] Une autorité sans nom, à qui personne ne fait confiance, est sur le chemin de { $provider }.
   *[other] Une autorité à qui personne ne fait confiance est sur le chemin de { $provider } : { $issuer }
}
doctor-interception-stranger-remedy = Rien n’a été envoyé. Si votre entreprise regarde dans le trafic chiffré, son autorité doit d’abord être installée sur cet ordinateur. Si vous ne savez rien de tel, utilisez un autre réseau.
doctor-interception-another-host = { $issuer ->
    [nameless] Le certificat de quelqu’un d’autre est venu à la place de celui de { $provider }.
   *[other] Le certificat de quelqu’un d’autre est venu à la place de celui de { $provider }, délivré par { $issuer }
}
doctor-interception-another-host-remedy = Les réseaux qui demandent d’abord une connexion font cela. Ouvrez une page web, connectez-vous au réseau, puis regardez à nouveau.

doctor-interception-expired = D’après l’horloge de cet ordinateur, le certificat de { $provider } a expiré depuis { $days ->
    [0] moins d’un jour
    [one] un jour
   *[other] { $days } jours
}.
doctor-interception-expired-remedy = Rien n’a été envoyé. Si la date de cet ordinateur est fausse, réglez la date et l’heure sur automatique. Si elle est juste, { $provider } tarde à le renouveler, ou quelqu’un en montre un ancien à sa place.
doctor-interception-not-yet-valid = D’après l’horloge de cet ordinateur, le certificat de { $provider } ne sera valable que dans { $days ->
    [0] moins d’un jour
    [one] un jour
   *[other] { $days } jours
}.
doctor-interception-not-yet-valid-remedy = Rien n’a été envoyé. L’horloge retarde sans doute : réglez la date et l’heure sur automatique, puis regardez à nouveau.
doctor-interception-revoked = { $issuer ->
    [nameless] Le certificat de { $provider } a été révoqué par qui l’a délivré.
   *[other] Le certificat de { $provider } a été révoqué par { $issuer }, qui l’a délivré.
}
doctor-interception-revoked-remedy = Rien n’a été envoyé. Ne vous connectez pas : qui le montre l’a peut-être volé. Signalez-le : { $provider }.
doctor-interception-wrong = { $issuer ->
    [nameless] Un certificat qui n’est pas bon est venu à la place de celui de { $provider }.
   *[other] Un certificat qui n’est pas bon est venu à la place de celui de { $provider }, délivré par { $issuer }
}
doctor-interception-wrong-remedy = Rien n’a été envoyé. Utilisez un autre réseau ; si cela reste ainsi, signalez-le : { $provider }.

## Clock

doctor-clock-title = Horloge
doctor-clock-right = { $seconds ->
    [0] Cet ordinateur et { $provider } sont d’accord sur l’heure.
    [one] Cet ordinateur et { $provider } ont une seconde d’écart.
   *[other] Cet ordinateur et { $provider } ont { $seconds } secondes d’écart.
}
doctor-clock-rather-fast = L’horloge de cet ordinateur avance de { $seconds } secondes.
doctor-clock-rather-fast-remedy = Cela marche encore. À partir de 60 secondes, non : réglez la date et l’heure sur automatique.
doctor-clock-rather-slow = L’horloge de cet ordinateur retarde de { $seconds } secondes.
doctor-clock-rather-slow-remedy = Cela marche encore. À partir de 60 secondes, non : réglez la date et l’heure sur automatique.
doctor-clock-fast = L’horloge de cet ordinateur avance de { $seconds } secondes.
doctor-clock-fast-remedy = Réglez la date et l’heure sur automatique, puis regardez à nouveau.
doctor-clock-slow = L’horloge de cet ordinateur retarde de { $seconds } secondes.
doctor-clock-slow-remedy = Réglez la date et l’heure sur automatique, puis regardez à nouveau.
doctor-clock-before-certificate = D’après l’horloge de cet ordinateur, le certificat de { $provider } n’est pas encore valable.
doctor-clock-before-certificate-remedy = L’horloge retarde sans doute. Réglez la date et l’heure sur automatique, puis regardez à nouveau.
doctor-clock-after-certificate = D’après l’horloge de cet ordinateur, le certificat de { $provider } a expiré.
doctor-clock-after-certificate-remedy = Si la date de cet ordinateur est juste, { $provider } tarde à le renouveler. Sinon, réglez la date et l’heure sur automatique.

## Not checked

doctor-not-checked-no-provider = Il n’y a pas de fournisseur à interroger.
doctor-not-checked-loopback = { $provider } est sur cet ordinateur, donc personne ne peut être entre les deux.
doctor-not-checked-no-link-handler = { $app } ne prend pas de liens ici.
doctor-not-checked-links-not-ours = Les liens vers { $app } vont ailleurs, donc aucun n’a été ouvert.
doctor-not-checked-links-not-known = On n’a pas pu savoir qui reçoit les liens vers { $app }, donc aucun n’a été ouvert.
doctor-not-checked-no-display = Il n’y a pas d’écran où ouvrir un lien.
doctor-not-checked-no-keychain = Sans trousseau qui réponde, aucun enregistrement ne peut être ouvert.
doctor-not-checked-passphrase-needed = C’est scellé avec votre phrase secrète, que { $app } n’a pas encore reçue.
doctor-not-checked-awaits-person = Il y faut un clic de votre part dans le navigateur.
doctor-not-checked-unreachable = Il n’y a pas de liaison avec { $provider } pour le savoir.
doctor-not-checked-no-date = { $provider } ne dit pas quelle heure il est.
doctor-not-checked-in-use = Un autre de vos programmes s’en sert. Regardez à nouveau dans un instant.
doctor-not-checked-took-too-long = Cela a pris trop de temps.
doctor-not-checked-unsupported-here = Il n’y a pas moyen de le savoir sur ce système.
doctor-not-checked-failed = On n’a pas pu regarder.

## Buttons

doctor-repair-unlock-keychain = Déverrouiller le trousseau
doctor-repair-set-damaged-aside = Réparer ce que { $app } garde
doctor-repair-start-afresh = Mettre de côté et repartir de zéro
doctor-repair-register-links = Laisser { $app } prendre ses liens
