# Not yet reviewed by a native reader.

instance-channel-unavailable = Un autre programme occupe le chemin vers le Doorkey en cours et ne répond pas. Le lien n’a pas été transmis et rien n’en a été gardé. Recommencez la connexion et choisissez de revenir sans lien.
