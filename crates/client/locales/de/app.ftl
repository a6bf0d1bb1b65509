# Not yet reviewed by a native reader.

instance-channel-unavailable = Ein anderes Programm hält den Weg zu dem Doorkey besetzt, das läuft, und antwortet nicht. Der Link wurde nicht übergeben, und nichts davon wurde behalten. Beginnen Sie die Anmeldung neu und kommen Sie ohne Link zurück.
