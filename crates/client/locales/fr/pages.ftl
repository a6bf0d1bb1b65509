# Not yet reviewed by a native reader.

page-return = Vous pouvez fermer cet onglet et revenir à { $app }.
page-open-app = Ouvrir { $app }

page-signed-in-title = Vous êtes connecté
page-signed-in-text = { $app } a ce qu’il lui faut.

page-refused-title = Vous n’êtes pas connecté
page-refused-text = La connexion a été refusée, donc rien n’a été communiqué à { $app }.

page-failed-title = La connexion n’a pas abouti
page-failed-text = { $app } dit pourquoi et vous laisse réessayer.

page-used-title = Cette connexion a déjà servi
page-used-text = Chaque connexion sert une fois. Pour vous reconnecter, recommencez dans { $app }.

page-expired-title = Cette connexion a expiré
page-expired-text = Elle a attendu trop longtemps. Recommencez dans { $app }.

page-cancelled-title = Cette connexion a été annulée
page-cancelled-text = Elle a été annulée dans { $app } avant d’être terminée.

page-signed-out-title = Vous êtes déconnecté
page-signed-out-text = Le fournisseur a mis fin à votre session dans ce navigateur.

page-unknown-title = Il ne s’est rien passé
page-unknown-text = { $app } ne connaît pas cette connexion. Celle qui attend encore continue d’attendre.
