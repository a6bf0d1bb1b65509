# Not yet reviewed by a native reader.

## Everywhere

close-notice = Fermer
more-about-keeping = Qu’est-ce que cela veut dire ?

## Sign in

sign-in-title = Se connecter
add-account-title = Ajouter un compte
sign-in-lead = Cela se passe dans votre propre navigateur. { $app } ne voit jamais votre mot de passe.
sign-in-before = Votre navigateur s’ouvre. Quand vous avez fini, vous revenez ici tout seul.
sign-in-with = Se connecter avec { $provider }
sign-in-with-google = Se connecter avec Google
sign-in-needs-setup = à configurer
sign-in-none-title = Pas encore de fournisseur
sign-in-none = { $app } a été construit sans fournisseur. Son développeur peut en ajouter un.
back-to-accounts = Retour à vos comptes

## Where it is kept

keeping-checking = Recherche de votre trousseau…
keeping-keychain = Fermé avec une clé de { $keychain }
keeping-keychain-more = Ce que { $app } garde se trouve dans des fichiers scellés sur cet ordinateur. Leur clé est dans { $keychain }. Cela protège un disque perdu ou une sauvegarde copiée ; d’autres programmes que vous lancez peuvent demander cette clé à { $keychain }.
keeping-passphrase = Fermé avec votre phrase secrète
keeping-passphrase-more = Ce que { $app } garde se trouve dans des fichiers scellés sur cet ordinateur. Seule votre phrase secrète les ouvre, et personne ne peut la retrouver.
keeping-memory = Non gardé : cette session seulement
unlock-keychain = Déverrouiller…
look-again = Regarder à nouveau
keeping-memory-more = { $reason }. Ce que vous connectez maintenant est oublié à la fermeture de { $app }.

## Waiting

waiting-title = Continuez dans votre navigateur
waiting-preparing-title = Préparation
waiting-preparing = On demande où se connecter : { $provider }.
waiting-opening = Ouverture de { $host } dans votre navigateur.
waiting-opened = { $host } est ouvert. Vous revenez ici tout seul.
waiting-scheme = Si votre navigateur demande s’il faut ouvrir { $app }, dites oui.
waiting-loopback = Quand la page dit que c’est fini, vous pouvez la fermer.
waiting-failed-title = Votre navigateur ne s’est pas ouvert
waiting-failed = Copiez ce lien et ouvrez-le dans votre navigateur. Vous revenez ici tout seul.
waiting-link = Lien pour votre navigateur
step-opened = Navigateur ouvert
step-waiting = Vous vous connectez
step-back = De retour ici
step-done = fait
step-now = maintenant
step-later = à venir
open-again = Ouvrir à nouveau
copy-link = Copier le lien
link-copied = Lien copié
browser-asked-again = Votre navigateur a été sollicité à nouveau
device-title = Saisissez ce code
device-lead = Ouvrez { $host } sur n’importe quel écran et saisissez-le là.
device-code = Code à saisir
device-page = Page où le saisir
device-caution = Ne saisissez qu’un code que vous avez demandé vous-même, comme à l’instant. Qui vous en envoie un veut entrer à votre place.
device-expires = { $minutes ->
    [one] Le code fonctionne encore une minute.
   *[other] Le code fonctionne encore { $minutes } minutes.
}
device-expires-now = Le code va cesser de fonctionner.
open-page = Ouvrir la page
copy-code = Copier le code
code-copied = Code copié
use-code = Utiliser un code

waiting-hint-title = Il ne s’est rien passé ?
waiting-hint = Cherchez un nouvel onglet derrière cette fenêtre. S’il n’y en a pas, ouvrez à nouveau ou copiez le lien.
waiting-hint-scheme = Si vous vous y êtes déjà connecté et que rien n’est revenu, essayez un autre moyen.
try-another-way = Essayer un autre moyen
waiting-long-title = Toujours en attente
waiting-long = Cela fait 5 minutes. Vous pouvez continuer dans votre navigateur ou recommencer avec un nouveau lien.
waiting-expires = { $minutes ->
    [one] Le lien fonctionne encore une minute.
   *[other] Le lien fonctionne encore { $minutes } minutes.
}
waiting-expires-now = Le lien va cesser de fonctionner.
restart = Recommencer
cancel = Annuler
cancelled-here = Annulé. Si la page est encore ouverte dans votre navigateur, vous pouvez la fermer.

## Completing

completing-title = Bientôt fini
completing = { $provider } vous a laissé entrer. { $app } vérifie la réponse.

## Account

account-signed-in = Connecté : { $name }
account-verified = vérifiée
account-not-verified = non vérifiée
account-unverified = Non vérifié ({ $provider }) : rien de signé ne dit qui vous êtes.
account-no-email = Aucune adresse e-mail n’a été communiquée
account-provider = Fournisseur
account-issuer = Émetteur
account-allowed-title = Ce que vous avez autorisé
account-not-allowed = Non autorisé
account-nothing-allowed = { $provider } n’a pas dit ce qui a été autorisé.
ask-again = Redemander ce qui n’a pas été autorisé
connected-apps = Le voir et le changer chez { $provider }
account-session-title = Session
account-session = Accès
account-signed-in-at = Connecté
account-refreshed-at = Dernier renouvellement
account-kept = Gardé
session-renews = se renouvelle tout seul
session-renewing = en cours de renouvellement
session-open-ended = aucune fin indiquée
session-ended = terminée
session-expired = expirée
session-less-than-a-minute = encore moins d’une minute
session-minutes = { $count ->
    [one] encore { $count } minute
   *[other] encore { $count } minutes
}
session-hours = { $count ->
    [one] encore { $count } heure
   *[other] encore { $count } heures
}
session-days = { $count ->
    [one] encore { $count } jour
   *[other] encore { $count } jours
}
session-ended-title = Votre session est terminée
session-ended-text = { $provider } veut vous revoir avant que { $app } puisse continuer.
sign-in-again = Se reconnecter
sign-out = Se déconnecter…
sign-out-title = Déconnecter { $name } ?
sign-out-forget = { $app } oublie ce compte sur cet ordinateur.
sign-out-revoke = Prier { $provider } de reprendre ce qui a été donné
sign-out-revoke-text = Sinon cela vaut jusqu’à sa fin.
sign-out-browser = Se déconnecter aussi de { $provider } dans le navigateur
sign-out-browser-text = D’autres programmes et pages qui utilisent { $provider } dans ce navigateur seront peut-être déconnectés aussi.
confirm-sign-out = Se déconnecter
keep-signed-in = Rester connecté
signing-out = Déconnexion…

## What was allowed

scope-openid = Savoir que c’est vous, à chaque connexion
scope-profile = Votre nom et votre image
scope-email = Votre adresse e-mail
scope-address = Votre adresse postale
scope-phone = Votre numéro de téléphone
scope-offline_access = Rester connecté en votre absence

## Accounts

accounts-title = Comptes
account-of = { $name }, { $provider }
account-of-ended = { $name }, { $provider }, session terminée
add-account = Ajouter un compte
search-accounts = Rechercher
more-accounts = { $count } de plus : recherchez-les

## Signed out

signed-out-title = Déconnecté
signed-out-lead = Voici ce qui est arrivé au compte de { $name }.
report-forgotten = Oublié sur cet ordinateur.
report-not-forgotten = Il en reste quelque chose sur cet ordinateur. Essayez de vous déconnecter à nouveau.
report-key-deleted = C’était le dernier compte, donc la clé a été retirée du trousseau aussi.
report-revoked = { $provider } a confirmé que ce que { $app } avait reçu ne fonctionne plus.
report-unsupported = { $provider } n’a pas de moyen de le reprendre. Ce que { $app } avait reçu a été oublié ici et prend fin tout seul.
report-queued = { $provider } n’a pas pu être joint pour le reprendre. { $app } redemande tout seul, même après avoir été fermé.
report-refused = { $provider } a refusé de le reprendre. Ce que { $app } avait reçu a été oublié ici et fonctionne peut-être encore jusqu’à sa fin.
report-nothing-to-revoke = Il n’y avait plus rien à reprendre chez { $provider }.
report-not-revoked = { $provider } n’a pas été prié de le reprendre. Ce que { $app } avait reçu a été oublié ici et prend fin tout seul.
report-browser-asked = Votre navigateur a été envoyé chez { $provider } pour s’y déconnecter.
report-browser-unsupported = { $provider } n’a pas de page de déconnexion. Votre navigateur y reste connecté.
report-browser-unavailable = On n’a pas pu savoir où est la page de déconnexion de { $provider }. Votre navigateur y reste connecté.
report-browser-not-opened = Votre navigateur n’a pas pu être ouvert, il y reste donc connecté.
report-done = fait
report-attention = à noter
done = Terminé

## It did not work

their-words = { $provider } dit :
technical-detail = Détail technique
technical-kind = Genre
technical-what = Détail
technical-section = Norme
try-again = Réessayer
show-registration = Comment le configurer
go-back = Retour

## Not configured

not-configured-title = Configurer la connexion avec { $provider }
not-configured-lead = { $provider } veut connaître un programme avant qu’on puisse s’y connecter. Le développeur du programme le fait une fois.
not-configured-console = Enregistrer le programme ici
open-console = Ouvrir dans le navigateur
client-type-desktop = Type « Desktop app »
client-type-desktop-text = Donne un identifiant client et un secret client. Le secret de ce type n’en est pas un : { $provider } le dit. Rien à saisir pour le retour ; il utilise { $uri }.
client-type-ios = Type « iOS »
client-type-ios-text = Donne un identifiant client et pas de secret. Le retour est un lien fait de cet identifiant, il est donc fixé à la construction du programme, pas ici.
redirect-uris = À enregistrer comme retour (redirect URI)
drop-client-file = Ou déposez sur cette fenêtre le fichier client que vous y avez téléchargé.
client-id = Identifiant client
client-id-missing = Saisissez l’identifiant client.
client-secret = Secret client
client-secret-optional = Laissez vide si vous n’en avez pas reçu.
save-client = Enregistrer
saving-client = Enregistrement…
client-ready = { $provider } est configuré. Vous pouvez maintenant vous y connecter.

## The doctor

examine = Examiner cet ordinateur
doctor-title = Tout est-il en ordre ?
doctor-looking = Examen en cours…
doctor-found = { $count ->
    [0] Rien n’empêche une connexion.
    [one] Une chose empêche une connexion.
   *[other] { $count } choses empêchent une connexion.
}
doctor-ask-browser = Essayer dans votre navigateur
doctor-browser-waits = Appuyez sur le bouton de la page qui s’est ouverte dans votre navigateur.
examine-again = Regarder à nouveau
repaired = Réparé. Nouvel examen.

## How it happened

how-it-happened = Comment c’est arrivé
how-it-happens = Comment cela se passe
story-title = Comment c’est arrivé
story-sign-in = Connexion avec { $provider }.
story-refresh = Une session a été renouvelée : { $provider }.
story-sign-out = Déconnexion : { $provider }.
story-under-way = C’est en cours.
story-ended-well = { $seconds ->
    [one] Cela s’est bien passé, en une seconde.
   *[other] Cela s’est bien passé, en { $seconds } secondes.
}
story-level = Comment c’est raconté
in-plain-words = En mots simples
for-developers = Pour développeurs
story-parties = Qui participe
story-between = { $from } vers { $to }
story-checks = Ce qui a été vérifié
story-when = Quand
story-after = { $ms } ms après le début
story-took = a duré { $ms } ms
story-host = Hôte
story-status = État HTTP
story-not-shown = non montré
story-left-out = { $count ->
    [one] Une autre étape a été omise.
   *[other] { $count } autres étapes ont été omises.
}
story-none-title = On n’en sait plus rien
story-none = { $app } se souvient de ce qui s’est passé jusqu’à sa fermeture. Connectez-vous à nouveau pour le voir.
outcome-under-way = en cours
outcome-remembered = déjà connu
outcome-needless = rien à faire
outcome-put-off = plus tard
outcome-failed = arrêté ici
outcome-abandoned = abandonné
check-passed = Bon
check-failed = Pas bon
check-skipped = Non regardé
copy-report = Copier le rapport
report-copied = Rapport copié

story-why-discovery = Le fournisseur dit où sont ses portes, pour que { $app } n’ait pas à deviner et que personne ne puisse le mener ailleurs.
story-why-keys = Avec ces clés publiques, { $app } reconnaît que ce qui revient est bien signé par le fournisseur.
story-why-door-opened = La réponse doit revenir depuis votre navigateur : par un lien qui appartient à { $app }, ou vers une adresse que seul cet ordinateur atteint.
story-why-authorization-request = Le lien dit qui demande et quoi. Il porte l’empreinte d’un secret que { $app } garde pour lui (PKCE) : seul qui connaît le secret peut utiliser la réponse.
story-why-parked = { $app } peut être fermé pendant que vous êtes dans votre navigateur. Ce qu’il faut pour continuer est enfermé jusqu’à la réponse.
story-why-browser-opened = Vous vous connectez dans votre propre navigateur, où vous voyez l’adresse du fournisseur et où vos mots de passe sont chez eux. { $app } ne les voit jamais.
story-why-redirect-received = Ce qui revient est un code et non la clé elle-même : en passant par le navigateur, d’autres pourraient la voir. Seul, il n’ouvre rien, et il sert une fois.
story-why-code-exchange = { $app } remet lui-même le code, directement au fournisseur et non par le navigateur, avec le secret dont l’empreinte était dans le lien. Il est envoyé en POST, pour ne figurer dans aucun historique ni journal d’adresses.
story-why-id-token-verified = Chaque vérification empêche une façon de tricher : une réponse pour un autre programme, une ancienne, celle d’un autre fournisseur, ou une réponse échangée en chemin.
story-why-user-info = Le nom et l’image sont demandés avec ce qui vient d’être donné, et ne comptent que s’ils concernent la même personne.
story-why-account-stored = Ce qui a été donné est scellé avec une clé qui se trouve dans votre trousseau.

quiz-title = Testez-vous
quiz-right = Exact.
quiz-wrong = Pas tout à fait.
quiz-code = Pourquoi un code revient-il par le navigateur, et non la clé de votre compte ?
    .a = Un code est plus court et tient dans un lien.
    .a-why = Les clés y tiendraient aussi. La question est qui peut voir ce qui passe par le navigateur.
    .b = Ce qui passe par le navigateur peut être vu par d’autres ; un code seul n’ouvre rien.
    .b-why = Il sert une fois, pendant une minute ou deux, et seulement avec un secret qui n’a jamais été dans le navigateur.
    .c = { $provider } veut savoir quel navigateur vous utilisez.
    .c-why = Cela se sait de toute façon. Le code est pour le programme, pas pour le navigateur.
quiz-pkce = Un autre programme attrape le code avant celui-ci. Qu’est-ce qui l’empêche de s’en servir ?
    .a = Il ne connaît pas le secret dont l’empreinte était dans le lien.
    .a-why = C’est PKCE : le secret n’a jamais quitté ce programme, et { $provider } le demande avec le code.
    .b = Le code est chiffré.
    .b-why = Il ne l’est pas. Qui l’a peut le lire ; sans le secret, il ne sert à rien.
    .c = Il n’a pas de secret client.
    .c-why = Un secret client qui se trouve dans chaque copie d’un programme n’en est pas un.
quiz-secret = Que vaut le secret client d’un programme de bureau ?
    .a = Il prouve que le programme est le vrai ({ $provider }).
    .a-why = Qui a le programme a aussi le secret, et peut l’en sortir.
    .b = Il chiffre ce qui est envoyé.
    .b-why = C’est la liaison (TLS) qui le fait. Un secret client ne chiffre rien.
    .c = Peu : il se trouve dans chaque copie et ne prouve donc rien. C’est PKCE qui fait le travail.
    .c-why = Certains fournisseurs en veulent un quand même, et disent eux-mêmes que ce n’en est pas un.
quiz-state = Une réponse revient que ce programme n’a pas demandée. Que se passe-t-il ?
    .a = Elle est essayée, et si le code est bon, vous êtes connecté.
    .a-why = Alors quelqu’un pourrait vous connecter à son compte sans que vous le remarquiez.
    .b = Elle est écartée : son state n’appartient à aucune connexion commencée ici.
    .b-why = Chaque connexion a un numéro impossible à deviner, et seule une réponse avec ce numéro compte.
    .c = On demande si elle est juste : { $provider }.
    .c-why = { $provider } ne peut pas savoir ce que vous vouliez faire. Le programme doit se souvenir de ce qu’il a demandé.

## Settings

settings = Réglages
settings-title = Réglages
settings-theme = Couleurs
theme-system = Comme le système
theme-light = Clair
theme-dark = Sombre
settings-language = Langue
language-system = Comme le système
language-not-reviewed = Les langues autres que l’anglais n’ont pas encore été relues par des personnes qui les parlent depuis l’enfance.
settings-way = Comment vous revenez du navigateur
way-itself = Au mieux pour cet ordinateur
way-itself-text = Un lien vers { $app } là où les liens arrivent, sinon une adresse sur cet ordinateur.
way-scheme = Par un lien
way-scheme-text = Votre navigateur demandera peut-être s’il faut ouvrir { $app }.
way-loopback = Par une adresse sur cet ordinateur
way-loopback-text = Une page de votre navigateur dit quand vous pouvez la fermer.
remove-all-title = Supprimer toutes les données
remove-all-question = Supprimer toutes les données ?
remove-all-text = Chaque compte est déconnecté, chaque fournisseur est prié une fois de reprendre ce qu’il a donné, et tout ce que { $app } garde sur cet ordinateur est supprimé, avec la clé de votre trousseau. C’est irréversible.
remove-all = Supprimer toutes les données…
confirm-remove-all = Supprimer toutes les données
keep-all = Tout garder
removing-all = Suppression…
removed-title = Toutes les données ont été supprimées.
removed-accounts = { $count ->
    [0] Aucun compte n’était connecté.
    [one] Un compte a été déconnecté.
   *[other] { $count } comptes ont été déconnectés.
}
removed-undelivered = { $count ->
    [one] Un fournisseur n’a pas pu être prié de reprendre ce qu’il a donné ; cela vaut jusqu’à sa fin.
   *[other] { $count } fois, un fournisseur n’a pas pu être prié de reprendre ce qu’il a donné ; cela vaut jusqu’à sa fin.
}
removed-files = Il ne reste rien dans des fichiers.
removed-left = { $count ->
    [one] Un fichier n’a pas pu être supprimé.
   *[other] { $count } fichiers n’ont pas pu être supprimés.
}
removed-key = La clé a été retirée du trousseau.
removed-key-not = La clé n’a pas pu être retirée du trousseau, ou il n’y en avait pas.
