<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_US">
<context>
    <name>Access</name>
    <message>
        <source>everywhere</source>
        <translation>überall</translation>
    </message>
    <message>
        <source>Silence the horn</source>
        <translation>Hupe stumm schalten</translation>
    </message>
    <message>
        <source>Acknowledge alarms</source>
        <translation>Alarme quittieren</translation>
    </message>
    <message>
        <source>Reset latched alarms</source>
        <translation>Gehaltene Alarme zurücksetzen</translation>
    </message>
    <message>
        <source>Take control of an area</source>
        <translation>Einen Bereich übernehmen</translation>
    </message>
    <message>
        <source>Take control by force</source>
        <translation>Einen Bereich erzwingen</translation>
    </message>
    <message>
        <source>Make a backup</source>
        <translation>Sicherung erstellen</translation>
    </message>
    <message>
        <source>Read the audit trail</source>
        <translation>Prüfprotokoll lesen</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Fenster schließen</translation>
    </message>
    <message>
        <source>See and end sessions</source>
        <translation>Sitzungen sehen und beenden</translation>
    </message>
    <message>
        <source>Manage users</source>
        <translation>Benutzer verwalten</translation>
    </message>
    <message>
        <source>Change roles</source>
        <translation>Rollen ändern</translation>
    </message>
    <message>
        <source>Stops the sound of alarms; they stay in the list.</source>
        <translation>Schaltet den Ton der Alarme ab; sie bleiben in der Liste.</translation>
    </message>
    <message>
        <source>Confirms that somebody has seen an alarm and takes care of it.</source>
        <translation>Bestätigt, dass jemand einen Alarm gesehen hat und sich kümmert.</translation>
    </message>
    <message>
        <source>Lets an alarm go that stays after its cause has gone.</source>
        <translation>Lässt einen Alarm los, der nach dem Ende seiner Ursache stehen bleibt.</translation>
    </message>
    <message>
        <source>Makes a place the one from which an area is operated.</source>
        <translation>Macht einen Platz zu dem, von dem ein Bereich bedient wird.</translation>
    </message>
    <message>
        <source>Takes an area away from the place that has it, with a reason that is recorded.</source>
        <translation>Nimmt einem Platz den Bereich weg, mit einem Grund, der aufgezeichnet wird.</translation>
    </message>
    <message>
        <source>Writes a backup of the station now.</source>
        <translation>Schreibt jetzt eine Sicherung der Station.</translation>
    </message>
    <message>
        <source>Shows, verifies and exports who did what.</source>
        <translation>Zeigt, prüft und exportiert, wer was getan hat.</translation>
    </message>
    <message>
        <source>Ends the window where it fills the screen of a control room.</source>
        <translation>Beendet das Fenster, wo es den Bildschirm einer Warte füllt.</translation>
    </message>
    <message>
        <source>Shows who is signed in and signs others out.</source>
        <translation>Zeigt, wer angemeldet ist, und meldet andere ab.</translation>
    </message>
    <message>
        <source>Adds, changes and disables users, resets their passwords, seals the break-glass code.</source>
        <translation>Legt Benutzer an, ändert und sperrt sie, setzt Kennwörter zurück, versiegelt den Notfallcode.</translation>
    </message>
    <message>
        <source>Decides which role may do what, and what asks for a signature.</source>
        <translation>Legt fest, welche Rolle was darf und was eine Unterschrift verlangt.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>re-authentication</source>
        <translation>eigene</translation>
    </message>
    <message>
        <source>second person</source>
        <translation>zweite Person</translation>
    </message>
    <message>
        <source>password</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>badge</source>
        <translation>Ausweis</translation>
    </message>
    <message>
        <source>browser</source>
        <translation>Browser</translation>
    </message>
    <message>
        <source>break-glass code</source>
        <translation>Notfallcode</translation>
    </message>
    <message>
        <source>this station</source>
        <translation>diese Station</translation>
    </message>
    <message>
        <source>directory</source>
        <translation>Verzeichnis</translation>
    </message>
    <message>
        <source>identity provider</source>
        <translation>Identitätsanbieter</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%1 in %2</translation>
    </message>
</context>
<context>
    <name>Account</name>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Where, or why not</source>
        <translation>Wo, oder warum nicht</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Unterschrift</translation>
    </message>
    <message>
        <source>My account</source>
        <translation>Mein Konto</translation>
    </message>
    <message>
        <source>What I may do</source>
        <translation>Was ich darf</translation>
    </message>
    <message>
        <source>Change password…</source>
        <translation>Kennwort ändern…</translation>
    </message>
    <message>
        <source>Set PIN…</source>
        <translation>PIN setzen…</translation>
    </message>
    <message>
        <source>Second factor…</source>
        <translation>Zweiter Faktor…</translation>
    </message>
    <message>
        <source>Make a new code…</source>
        <translation>Neuen Code erstellen…</translation>
    </message>
    <message>
        <source>Break-glass code</source>
        <translation>Notfallcode</translation>
    </message>
    <message>
        <source>For the day when nobody who may is there, or the directory is down: one code, in a sealed envelope, that signs in once as administrator. Its use is recorded.</source>
        <translation>Für den Tag, an dem niemand Berechtigtes da ist oder das Verzeichnis nicht antwortet: ein Code im versiegelten Umschlag, der einmal als Administrator anmeldet. Sein Gebrauch wird aufgezeichnet.</translation>
    </message>
    <message>
        <source>%1 of %2 actions</source>
        <translation>%1 von %2 Aktionen</translation>
    </message>
    <message>
        <source>A code is sealed. A new one makes it void.</source>
        <translation>Ein Code ist versiegelt. Ein neuer macht ihn ungültig.</translation>
    </message>
    <message>
        <source>No code is sealed. Make one and put it where the shift lead finds it.</source>
        <translation>Es ist kein Code versiegelt. Erstellen Sie einen und legen Sie ihn dorthin, wo die Schichtleitung ihn findet.</translation>
    </message>
    <message>
        <source>Not needed yet: without users nobody is locked out.</source>
        <translation>Noch nicht nötig: Ohne Benutzer ist niemand ausgesperrt.</translation>
    </message>
    <message>
        <source>%1: %2. Signed in with %3 since %4.</source>
        <translation>%1: %2. Angemeldet mit %3 seit %4.</translation>
    </message>
    <message>
        <source>Nobody is signed in</source>
        <translation>Niemand ist angemeldet</translation>
    </message>
    <message>
        <source>What the table shows may be done without signing in.</source>
        <translation>Was die Tabelle zeigt, geht ohne Anmeldung.</translation>
    </message>
    <message>
        <source>No users exist on this station: everything may be done, and the records name this login of the operating system.</source>
        <translation>Auf dieser Station gibt es keine Benutzer: Alles ist erlaubt, und die Aufzeichnungen nennen diesen Benutzer des Betriebssystems.</translation>
    </message>
    <message>
        <source>Your password is changed.</source>
        <translation>Ihr Kennwort ist geändert.</translation>
    </message>
    <message>
        <source>Your PIN is changed.</source>
        <translation>Ihre PIN ist geändert.</translation>
    </message>
    <message>
        <source>Your second factor is on. The next sign-in asks for its six digits.</source>
        <translation>Ihr zweiter Faktor ist eingeschaltet. Die nächste Anmeldung fragt nach den sechs Ziffern.</translation>
    </message>
    <message>
        <source>A new break-glass code is in force; the one before is void.</source>
        <translation>Ein neuer Notfallcode gilt; der vorige ist ungültig.</translation>
    </message>
    <message>
        <source>Make the code</source>
        <translation>Code erstellen</translation>
    </message>
    <message>
        <source>The code is shown once and kept nowhere. Have an envelope ready; print it or write it down, seal it, and note who has it.</source>
        <translation>Der Code wird einmal gezeigt und nirgends aufbewahrt. Halten Sie einen Umschlag bereit; drucken oder schreiben Sie ihn ab, versiegeln Sie ihn und notieren Sie, wer ihn hat.</translation>
    </message>
    <message>
        <source>The code sealed before is void from then on.</source>
        <translation>Der zuvor versiegelte Code ist von da an ungültig.</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>Drucken…</translation>
    </message>
    <message>
        <source>Make a new break-glass code</source>
        <translation>Neuen Notfallcode erstellen</translation>
    </message>
    <message>
        <source>This is the only time the code is shown. It signs in once, as administrator.</source>
        <translation>Der Code wird nur dieses Mal gezeigt. Er meldet einmal an, als Administrator.</translation>
    </message>
    <message>
        <source>It is in the envelope</source>
        <translation>Er ist im Umschlag</translation>
    </message>
    <message>
        <source>Made on %1. It signs in once as administrator; its use is recorded.</source>
        <translation>Erstellt am %1. Er meldet einmal als Administrator an; sein Gebrauch wird aufgezeichnet.</translation>
    </message>
    <message>
        <source>Seal this sheet. After use make a new code: Administration, My account.</source>
        <translation>Versiegeln Sie dieses Blatt. Nach Gebrauch einen neuen Code erstellen: Verwaltung, Mein Konto.</translation>
    </message>
</context>
<context>
    <name>Administration</name>
    <message>
        <source>Sign in…</source>
        <translation>Anmelden…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>%1: sign in first</source>
        <translation>%1: Bitte zuerst anmelden</translation>
    </message>
    <message>
        <source>%1: locked</source>
        <translation>%1: gesperrt</translation>
    </message>
    <message>
        <source>%1: not with your role</source>
        <translation>%1: nicht mit Ihrer Rolle</translation>
    </message>
    <message>
        <source>Asking the station…</source>
        <translation>Frage die Station…</translation>
    </message>
    <message>
        <source>This shows as soon as it answers. Process and alarms are not affected.</source>
        <translation>Dies erscheint, sobald sie antwortet. Prozess und Alarme sind nicht betroffen.</translation>
    </message>
    <message>
        <source>%1 cannot be read</source>
        <translation>%1: nicht lesbar</translation>
    </message>
    <message>
        <source>%1 Values and alarms go on.</source>
        <translation>%1 Werte und Alarme laufen weiter.</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>Administration</source>
        <translation>Verwaltung</translation>
    </message>
    <message>
        <source>The station is silent for %1: this is what it said last. What you send waits until it answers.</source>
        <translation>Die Station ist seit %1 stumm: Dies hat sie zuletzt gesagt. Was Sie senden, wartet auf ihre Antwort.</translation>
    </message>
</context>
<context>
    <name>AlarmClass</name>
    <message>
        <source>safety</source>
        <translation>Sicherheit</translation>
    </message>
    <message>
        <source>environment</source>
        <translation>Umwelt</translation>
    </message>
    <message>
        <source>quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>diagnostic</source>
        <translation>Diagnose</translation>
    </message>
</context>
<context>
    <name>AlarmState</name>
    <message>
        <source>Shelved</source>
        <translation>Zurückgestellt</translation>
    </message>
    <message>
        <source>By design</source>
        <translation>Per Logik</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>Außer Betrieb</translation>
    </message>
    <message>
        <source>Unack</source>
        <translation>Unquittiert</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>Quittiert</translation>
    </message>
    <message>
        <source>Returned, unack</source>
        <translation>Gegangen, unquitt.</translation>
    </message>
    <message>
        <source>Latched, unack</source>
        <translation>Gehalten, unquitt.</translation>
    </message>
    <message>
        <source>Latched, cleared</source>
        <translation>Gehalten, gegangen</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
</context>
<context>
    <name>Alarms</name>
    <message>
        <source>journal not read yet</source>
        <translation>Journal noch nicht gelesen</translation>
    </message>
    <message>
        <source>last 8 h: %1, average %2</source>
        <translation>letzte 8 h: %1, Mittel %2</translation>
    </message>
    <message>
        <source>flood</source>
        <translation>Alarmschwall</translation>
    </message>
    <message>
        <source>no flood</source>
        <translation>kein Alarmschwall</translation>
    </message>
    <message>
        <source>now %1, %2</source>
        <translation>jetzt %1, %2</translation>
    </message>
    <message>
        <source>flood above %1</source>
        <translation>Schwall ab %1</translation>
    </message>
    <message>
        <source>Comment (optional)</source>
        <translation>Bemerkung (freiwillig)</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Bemerkung</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>Quittieren</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Rücksetzen</translation>
    </message>
    <message>
        <source>Go to display</source>
        <translation>Zum Bild</translation>
    </message>
    <message>
        <source>Trend</source>
        <translation>Trend</translation>
    </message>
    <message>
        <source>No alarm selected</source>
        <translation>Kein Alarm gewählt</translation>
    </message>
    <message>
        <source>Select one to see what it means and what to do.</source>
        <translation>Wählen Sie einen, um Bedeutung und Maßnahme zu sehen.</translation>
    </message>
    <message>
        <source>class %1</source>
        <translation>Klasse %1</translation>
    </message>
    <message>
        <source>Done and recorded.</source>
        <translation>Erledigt und protokolliert.</translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation>Sende…</translation>
    </message>
    <message>
        <source>limit %1</source>
        <translation>Grenze %1</translation>
    </message>
    <message>
        <source>normal %1 – %2</source>
        <translation>normal %1 – %2</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Consequence</source>
        <translation>Folge</translation>
    </message>
    <message>
        <source>Do now</source>
        <translation>Jetzt tun</translation>
    </message>
    <message>
        <source>not written down yet</source>
        <translation>noch nicht festgelegt</translation>
    </message>
    <message>
        <source>Time to respond</source>
        <translation>Reaktionszeit</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>Ursache</translation>
    </message>
    <message>
        <source>First out</source>
        <translation>Erstmelder</translation>
    </message>
    <message>
        <source>%1 by %2 at %3</source>
        <translation>%1 von %2 um %3</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1, %2 left</source>
        <translation>%1, noch %2</translation>
    </message>
    <message>
        <source>%1, over for %2</source>
        <translation>%1, seit %2 überschritten</translation>
    </message>
    <message>
        <source>%1, then %2</source>
        <translation>%1, dann %2</translation>
    </message>
    <message>
        <source>Earlier times cannot be read: %1</source>
        <translation>Frühere Male nicht lesbar: %1</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>%1 times in %2 days</source>
        <translation>%1-mal in %2 Tagen</translation>
    </message>
    <message>
        <source>%1, median acknowledged after %2</source>
        <translation>%1, im Median nach %2 quittiert</translation>
    </message>
    <message>
        <source>by design</source>
        <translation>per Logik</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1, %2 alarms</source>
        <translation>%1, %2 Alarme</translation>
    </message>
    <message>
        <source>No alarm is shelved, suppressed or out of service.</source>
        <translation>Kein Alarm ist zurückgestellt, unterdrückt oder außer Betrieb.</translation>
    </message>
    <message>
        <source>and %1 more in the tabs above</source>
        <translation>und %1 weitere in den Reitern oben</translation>
    </message>
    <message>
        <source>Pr.</source>
        <translation>Pr.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Alarm</source>
        <translation>Alarm</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>Do</source>
        <translation>Maßnahme</translation>
    </message>
    <message>
        <source>Why, until</source>
        <translation>Warum, bis wann</translation>
    </message>
    <message>
        <source>FIRST</source>
        <translation>ERSTER</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Anstehend</translation>
    </message>
    <message>
        <source>Shelved</source>
        <translation>Zurückgestellt</translation>
    </message>
    <message>
        <source>Suppressed</source>
        <translation>Unterdrückt</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>Außer Betrieb</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Priority 1–2</source>
        <translation>Priorität 1–2</translation>
    </message>
    <message>
        <source>Annunciations per 10 min</source>
        <translation>Meldungen je 10 min</translation>
    </message>
    <message>
        <source>Hidden now</source>
        <translation>Zurzeit verborgen</translation>
    </message>
    <message>
        <source>Ack visible unacknowledged (%1)</source>
        <translation>Sichtbare quittieren (%1)</translation>
    </message>
    <message>
        <source>Ack visible (%1)</source>
        <translation>Sichtbare quitt. (%1)</translation>
    </message>
    <message>
        <source>No alarm fits the filter</source>
        <translation>Kein Alarm passt zum Filter</translation>
    </message>
    <message>
        <source>Clear the filter to see the whole list.</source>
        <translation>Löschen Sie den Filter, um die ganze Liste zu sehen.</translation>
    </message>
    <message>
        <source>No active alarms</source>
        <translation>Keine anstehenden Alarme</translation>
    </message>
    <message>
        <source>No shelved alarms</source>
        <translation>Keine zurückgestellten Alarme</translation>
    </message>
    <message>
        <source>No suppressed alarms</source>
        <translation>Keine unterdrückten Alarme</translation>
    </message>
    <message>
        <source>No alarm is out of service</source>
        <translation>Kein Alarm ist außer Betrieb</translation>
    </message>
    <message>
        <source>%1 alarms are hidden.</source>
        <translation>%1 Alarme sind verborgen.</translation>
    </message>
    <message>
        <source>%1 acknowledged.</source>
        <translation>%1 quittiert.</translation>
    </message>
    <message>
        <source>the journal cannot be read: %1</source>
        <translation>das Journal ist nicht lesbar: %1</translation>
    </message>
    <message>
        <source>1 alarm makes no sound</source>
        <translation>1 Alarm meldet sich nicht</translation>
    </message>
    <message>
        <source>%1 alarms make no sound</source>
        <translation>%1 Alarme melden sich nicht</translation>
    </message>
    <message>
        <source>%1 listed, %2 unacknowledged</source>
        <translation>%1 gelistet, %2 unquittiert</translation>
    </message>
    <message>
        <source>%1 listed</source>
        <translation>%1 gelistet</translation>
    </message>
    <message>
        <source>Order: unacknowledged, priority, newest. The list holds still while the pointer is on it.</source>
        <translation>Folge: unquittiert, Priorität, neueste. Die Liste steht still, solange der Zeiger auf ihr ist.</translation>
    </message>
    <message>
        <source>%1 newer above</source>
        <translation>%1 neuere darüber</translation>
    </message>
    <message>
        <source>select</source>
        <translation>wählen</translation>
    </message>
    <message>
        <source>acknowledge</source>
        <translation>quittieren</translation>
    </message>
    <message>
        <source>go to display</source>
        <translation>zum Bild</translation>
    </message>
    <message>
        <source>%1, limit %2</source>
        <translation>%1, Grenze %2</translation>
    </message>
</context>
<context>
    <name>Asking</name>
    <message>
        <source>%1: nothing is typed there yet.</source>
        <translation>%1: Hier ist noch nichts eingegeben.</translation>
    </message>
</context>
<context>
    <name>Audit</name>
    <message>
        <source>Audit trail</source>
        <translation>Prüfprotokoll</translation>
    </message>
    <message>
        <source>Since yesterday</source>
        <translation>Seit gestern</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 Tage</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>On what</source>
        <translation>Woran</translation>
    </message>
    <message>
        <source>What was done</source>
        <translation>Was getan wurde</translation>
    </message>
    <message>
        <source>Anywhere in the row</source>
        <translation>Irgendwo in der Zeile</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Export CSV…</source>
        <translation>CSV exportieren…</translation>
    </message>
    <message>
        <source>The audit trail cannot be read</source>
        <translation>Das Prüfprotokoll ist nicht lesbar</translation>
    </message>
    <message>
        <source>The rest cannot be read: %1</source>
        <translation>Der Rest ist nicht lesbar: %1</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Lese…</translation>
    </message>
    <message>
        <source>No row fits. Take a longer time or clear the filters.</source>
        <translation>Keine Zeile passt. Wählen Sie eine längere Zeit oder löschen Sie die Filter.</translation>
    </message>
    <message>
        <source>%1 rows, newest first</source>
        <translation>%1 Zeilen, neueste zuerst</translation>
    </message>
    <message>
        <source>older ones follow when you scroll</source>
        <translation>ältere folgen beim Blättern</translation>
    </message>
    <message>
        <source>Not verified: %1</source>
        <translation>Nicht geprüft: %1</translation>
    </message>
    <message>
        <source>Verifying every row for %1 s; a million rows take about a minute.</source>
        <translation>Prüfe jede Zeile seit %1 s; eine Million Zeilen dauern etwa eine Minute.</translation>
    </message>
    <message>
        <source>Export the audit trail</source>
        <translation>Prüfprotokoll exportieren</translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation>CSV-Dateien (*.csv)</translation>
    </message>
    <message>
        <source>Asking for the rows…</source>
        <translation>Frage nach den Zeilen…</translation>
    </message>
    <message>
        <source>Writing %1 rows…</source>
        <translation>Schreibe %1 Zeilen…</translation>
    </message>
    <message>
        <source>%1 rows written to %2. The export is recorded in the trail.</source>
        <translation>%1 Zeilen in %2 geschrieben. Der Export steht im Protokoll.</translation>
    </message>
    <message>
        <source>%1 rows written to %2: that is the most at once. Export the rest by time.</source>
        <translation>%1 Zeilen in %2 geschrieben: Mehr geht nicht auf einmal. Exportieren Sie den Rest nach Zeit.</translation>
    </message>
    <message>
        <source>Not exported: %1</source>
        <translation>Nicht exportiert: %1</translation>
    </message>
    <message>
        <source>What it contains; * and ? stand for anything</source>
        <translation>Was enthalten ist; * und ? stehen für Beliebiges</translation>
    </message>
    <message>
        <source>All fields of the row</source>
        <translation>Alle Felder der Zeile</translation>
    </message>
    <message>
        <source>No row selected</source>
        <translation>Keine Zeile gewählt</translation>
    </message>
    <message>
        <source>Only this person</source>
        <translation>Nur diese Person</translation>
    </message>
    <message>
        <source>Only %1</source>
        <translation>Nur %1</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>UTC</source>
        <translation>UTC</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Woran</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Old</source>
        <translation>Alt</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Read back</source>
        <translation>Rückgelesen</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Approved by</source>
        <translation>Freigegeben von</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Unterschrift</translation>
    </message>
    <message>
        <source>Seal</source>
        <translation>Siegel</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Station</source>
        <translation>Station</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Hash</source>
        <translation>Hash</translation>
    </message>
    <message>
        <source>Hash before</source>
        <translation>Hash davor</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Old → new</source>
        <translation>Alt → neu</translation>
    </message>
    <message>
        <source>signed in</source>
        <translation>angemeldet</translation>
    </message>
    <message>
        <source>sign-in failed</source>
        <translation>Anmeldung gescheitert</translation>
    </message>
    <message>
        <source>signed out</source>
        <translation>abgemeldet</translation>
    </message>
    <message>
        <source>session ended</source>
        <translation>Sitzung beendet</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>unlocked</source>
        <translation>entsperrt</translation>
    </message>
    <message>
        <source>denied</source>
        <translation>verweigert</translation>
    </message>
    <message>
        <source>user added</source>
        <translation>Benutzer angelegt</translation>
    </message>
    <message>
        <source>user changed</source>
        <translation>Benutzer geändert</translation>
    </message>
    <message>
        <source>user unlocked</source>
        <translation>Benutzer entsperrt</translation>
    </message>
    <message>
        <source>password changed</source>
        <translation>Kennwort geändert</translation>
    </message>
    <message>
        <source>password reset</source>
        <translation>Kennwort zurückgesetzt</translation>
    </message>
    <message>
        <source>PIN changed</source>
        <translation>PIN geändert</translation>
    </message>
    <message>
        <source>badge changed</source>
        <translation>Ausweis geändert</translation>
    </message>
    <message>
        <source>second factor on</source>
        <translation>zweiter Faktor ein</translation>
    </message>
    <message>
        <source>second factor off</source>
        <translation>zweiter Faktor aus</translation>
    </message>
    <message>
        <source>role changed</source>
        <translation>Rolle geändert</translation>
    </message>
    <message>
        <source>break-glass code sealed</source>
        <translation>Notfallcode versiegelt</translation>
    </message>
    <message>
        <source>break-glass code used</source>
        <translation>Notfallcode benutzt</translation>
    </message>
    <message>
        <source>control taken</source>
        <translation>Bereich übernommen</translation>
    </message>
    <message>
        <source>control taken by force</source>
        <translation>Bereich erzwungen</translation>
    </message>
    <message>
        <source>control asked for</source>
        <translation>Bereich erbeten</translation>
    </message>
    <message>
        <source>control handed over</source>
        <translation>Bereich übergeben</translation>
    </message>
    <message>
        <source>alarm acknowledged</source>
        <translation>Alarm quittiert</translation>
    </message>
    <message>
        <source>alarm reset</source>
        <translation>Alarm zurückgesetzt</translation>
    </message>
    <message>
        <source>alarm shelved</source>
        <translation>Alarm zurückgestellt</translation>
    </message>
    <message>
        <source>alarm unshelved</source>
        <translation>Alarm zurückgeholt</translation>
    </message>
    <message>
        <source>horn silenced</source>
        <translation>Hupe stumm</translation>
    </message>
    <message>
        <source>alarm commented</source>
        <translation>Alarm kommentiert</translation>
    </message>
    <message>
        <source>audit exported</source>
        <translation>Protokoll exportiert</translation>
    </message>
    <message>
        <source>old audit rows removed</source>
        <translation>alte Protokollzeilen entfernt</translation>
    </message>
    <message>
        <source>audit could not be stored</source>
        <translation>Protokoll nicht speicherbar</translation>
    </message>
    <message>
        <source>new witness of the trail</source>
        <translation>neuer Zeuge des Protokolls</translation>
    </message>
    <message>
        <source>backup made</source>
        <translation>Sicherung erstellt</translation>
    </message>
    <message>
        <source>backup restored</source>
        <translation>Sicherung zurückgespielt</translation>
    </message>
    <message>
        <source>certificate changed</source>
        <translation>Zertifikat gewechselt</translation>
    </message>
    <message>
        <source>configuration changed</source>
        <translation>Konfiguration geändert</translation>
    </message>
    <message>
        <source>database decrypted</source>
        <translation>Datenbank entschlüsselt</translation>
    </message>
    <message>
        <source>database encrypted</source>
        <translation>Datenbank verschlüsselt</translation>
    </message>
    <message>
        <source>station started</source>
        <translation>Station gestartet</translation>
    </message>
    <message>
        <source>station stopped</source>
        <translation>Station beendet</translation>
    </message>
    <message>
        <source>clock changed</source>
        <translation>Uhr verstellt</translation>
    </message>
    <message>
        <source>All actions</source>
        <translation>Alle Aktionen</translation>
    </message>
    <message>
        <source>signing in and out</source>
        <translation>An- und Abmelden</translation>
    </message>
    <message>
        <source>alarms</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <source>users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>passwords</source>
        <translation>Kennwörter</translation>
    </message>
    <message>
        <source>control places</source>
        <translation>Bedienplätze</translation>
    </message>
    <message>
        <source>break-glass</source>
        <translation>Notfallcode</translation>
    </message>
    <message>
        <source>audit trail</source>
        <translation>Prüfprotokoll</translation>
    </message>
    <message>
        <source>%1, approved by %2</source>
        <translation>%1, freigegeben von %2</translation>
    </message>
    <message>
        <source>not signed: the action asked for no signature</source>
        <translation>nicht unterschrieben: Die Aktion verlangte keine Unterschrift</translation>
    </message>
    <message>
        <source>signed by %1, approved by %2</source>
        <translation>unterschrieben von %1, freigegeben von %2</translation>
    </message>
    <message>
        <source>signed by %1</source>
        <translation>unterschrieben von %1</translation>
    </message>
    <message>
        <source>The trail is not whole, checked at %1: %2</source>
        <translation>Das Protokoll ist nicht vollständig, geprüft um %1: %2</translation>
    </message>
    <message>
        <source>Row %1 is not as it was written: %2. Checked at %3; rows before it are sound.</source>
        <translation>Zeile %1 ist nicht, wie sie geschrieben wurde: %2. Geprüft um %3; die Zeilen davor sind in Ordnung.</translation>
    </message>
    <message>
        <source>Chain verified to %1, %2 rows, held against the central server&apos;s witness</source>
        <translation>Kette geprüft bis %1, %2 Zeilen, verglichen mit dem Zeugen des Zentralservers</translation>
    </message>
    <message>
        <source>Chain verified to %1, %2 rows, held against this station&apos;s witness only</source>
        <translation>Kette geprüft bis %1, %2 Zeilen, verglichen nur mit dem Zeugen dieser Station</translation>
    </message>
    <message>
        <source>Chain verified to %1, %2 rows; no witness yet, so a cut tail would not show</source>
        <translation>Kette geprüft bis %1, %2 Zeilen; noch kein Zeuge, ein abgeschnittenes Ende fiele nicht auf</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>ALARMS NOT RUNNING</source>
        <translation>ALARME LAUFEN NICHT</translation>
    </message>
    <message>
        <source>alarm counts not known</source>
        <translation>Alarmzahlen unbekannt</translation>
    </message>
    <message>
        <source>alarm counts are old</source>
        <translation>Alarmzahlen sind alt</translation>
    </message>
    <message>
        <source>%1 unacknowledged, %2 shelved</source>
        <translation>%1 unquittiert, %2 zurückgestellt</translation>
    </message>
    <message>
        <source>no evaluation for %1; new alarms cannot appear here. Watch the plant.</source>
        <translation>seit %1 keine Auswertung; neue Alarme können hier nicht erscheinen. Anlage beobachten.</translation>
    </message>
    <message>
        <source>No unacknowledged alarms</source>
        <translation>Keine unquittierten Alarme</translation>
    </message>
    <message>
        <source>No unacknowledged alarms, last %1</source>
        <translation>Keine unquittierten Alarme, letzter %1</translation>
    </message>
    <message>
        <source>Alarms not read yet</source>
        <translation>Alarme noch nicht gelesen</translation>
    </message>
    <message>
        <source>Ack page</source>
        <translation>Quittieren</translation>
    </message>
    <message>
        <source>Acknowledge the alarms shown in this banner</source>
        <translation>Die in dieser Leiste gezeigten Alarme quittieren</translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation>Sende…</translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>Hupe aus</translation>
    </message>
    <message>
        <source>Silence the horn</source>
        <translation>Hupe ausschalten</translation>
    </message>
    <message>
        <source>Silence the horn (M). Everybody may; the alarms stay unacknowledged.</source>
        <translation>Hupe ausschalten (M). Das darf jeder; die Alarme bleiben unquittiert.</translation>
    </message>
    <message>
        <source>Nothing sounds</source>
        <translation>Es tönt nichts</translation>
    </message>
    <message>
        <source>%1 acknowledged.</source>
        <translation>%1 quittiert.</translation>
    </message>
</context>
<context>
    <name>Buffer</name>
    <message>
        <source>full</source>
        <translation>voll</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>almost empty</source>
        <translation>fast leer</translation>
    </message>
    <message>
        <source>full in about %1 min</source>
        <translation>voll in etwa %1 min</translation>
    </message>
    <message>
        <source>empty in about %1 min</source>
        <translation>leer in etwa %1 min</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>It is recorded and the other place sees it.</source>
        <translation>Er wird aufgezeichnet, und der andere Platz sieht ihn.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>The reason is empty. Say why, so that the others understand it later.</source>
        <translation>Der Grund ist leer. Sagen Sie, warum, damit die anderen es später verstehen.</translation>
    </message>
</context>
<context>
    <name>Control</name>
    <message>
        <source>Control places</source>
        <translation>Bedienplätze</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>One place controls an area at a time. The others see everything and act on nothing.</source>
        <translation>Ein Bereich wird immer nur von einem Platz bedient. Die anderen sehen alles und bedienen nichts.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Needed to take an area from another place by force.</source>
        <translation>Nötig, um einem anderen Platz einen Bereich zu nehmen.</translation>
    </message>
    <message>
        <source>free</source>
        <translation>frei</translation>
    </message>
    <message>
        <source>this place since %1, %2</source>
        <translation>dieser Platz seit %1, %2</translation>
    </message>
    <message>
        <source>%3 since %1, %2</source>
        <translation>%3 seit %1, %2</translation>
    </message>
    <message>
        <source>%1 (%2) asks for it</source>
        <translation>%1 (%2) bittet darum</translation>
    </message>
    <message>
        <source>Hand over…</source>
        <translation>Übergeben…</translation>
    </message>
    <message>
        <source>Take control</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Ask for it</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>Take by force</source>
        <translation>Erzwingen</translation>
    </message>
    <message>
        <source>Say why the area is taken from the other place.</source>
        <translation>Sagen Sie, warum dem anderen Platz der Bereich genommen wird.</translation>
    </message>
    <message>
        <source>Nobody: set it free</source>
        <translation>Niemandem: freigeben</translation>
    </message>
    <message>
        <source>%1 was asked to hand it over.</source>
        <translation>%1 wurde um die Übergabe gebeten.</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Controlled from</source>
        <translation>Bedient von</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Durch</translation>
    </message>
    <message>
        <source>Asked for by</source>
        <translation>Angefragt von</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>May</source>
        <translation>Darf</translation>
    </message>
    <message>
        <source>Signed in there</source>
        <translation>Dort angemeldet</translation>
    </message>
    <message>
        <source>%1 (here)</source>
        <translation>%1 (hier)</translation>
    </message>
    <message>
        <source>view only</source>
        <translation>nur ansehen</translation>
    </message>
    <message>
        <source>operate</source>
        <translation>bedienen</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>niemand</translation>
    </message>
    <message>
        <source>Areas and who controls them</source>
        <translation>Bereiche und wer sie bedient</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>Plätze</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Set free</source>
        <translation>Freigeben</translation>
    </message>
    <message>
        <source>Take by force…</source>
        <translation>Erzwingen…</translation>
    </message>
    <message>
        <source>Who controls what</source>
        <translation>Wer bedient was</translation>
    </message>
    <message>
        <source>this window is for viewing only</source>
        <translation>dieses Fenster ist nur zum Ansehen</translation>
    </message>
    <message>
        <source>this window is at: %1</source>
        <translation>dieses Fenster steht am Platz: %1</translation>
    </message>
    <message>
        <source>this window is at no control place</source>
        <translation>dieses Fenster steht an keinem Bedienplatz</translation>
    </message>
    <message>
        <source>One place controls everything</source>
        <translation>Ein Platz bedient alles</translation>
    </message>
    <message>
        <source>Control places decide from where an area is operated when there are several screens. Name them in station.yaml under access: place and places; each gets a title and may be for viewing only.</source>
        <translation>Bedienplätze legen fest, von wo ein Bereich bedient wird, wenn es mehrere Bildschirme gibt. Nennen Sie sie in station.yaml unter access: place und places; jeder bekommt einen Titel und kann nur zum Ansehen sein.</translation>
    </message>
    <message>
        <source>%1 is controlled from here.</source>
        <translation>%1 wird von hier bedient.</translation>
    </message>
    <message>
        <source>%1 is controlled from: %2. Taking it asks that place.</source>
        <translation>%1 wird bedient von: %2. Der Platz wird um Übergabe gebeten.</translation>
    </message>
    <message>
        <source>%1 is free: the first place that takes it has it.</source>
        <translation>%1 ist frei: Der erste Platz, der übernimmt, hat ihn.</translation>
    </message>
    <message>
        <source>This window is at no control place.</source>
        <translation>Dieses Fenster steht an keinem Bedienplatz.</translation>
    </message>
    <message>
        <source>%1 is taken away from: %2. Call them first: somebody may be at work there.</source>
        <translation>%1 wird weggenommen von: %2. Rufen Sie vorher dort an: Jemand könnte daran arbeiten.</translation>
    </message>
    <message>
        <source>Hand over: %1</source>
        <translation>Übergeben: %1</translation>
    </message>
    <message>
        <source>To</source>
        <translation>An</translation>
    </message>
    <message>
        <source>Hand over</source>
        <translation>Übergeben</translation>
    </message>
    <message>
        <source>From then on this place cannot operate the area.</source>
        <translation>Von da an kann dieser Platz den Bereich nicht bedienen.</translation>
    </message>
    <message>
        <source>%1 is controlled from here now.</source>
        <translation>%1 wird jetzt von hier bedient.</translation>
    </message>
    <message>
        <source>%1 was asked for; %2 has to hand it over.</source>
        <translation>%1 ist angefragt; %2 muss übergeben.</translation>
    </message>
    <message>
        <source>%1 is free now.</source>
        <translation>%1 ist jetzt frei.</translation>
    </message>
    <message>
        <source>%1 was handed over to: %2.</source>
        <translation>%1 ist übergeben an: %2.</translation>
    </message>
</context>
<context>
    <name>Devices</name>
    <message>
        <source>recording</source>
        <translation>Aufzeichnung</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Verbindet</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>Keine Antwort</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>Abgeschaltet</translation>
    </message>
    <message>
        <source>The device is disabled in the configuration; nothing is asked of it.</source>
        <translation>Das Gerät ist in der Konfiguration abgeschaltet; es wird nicht abgefragt.</translation>
    </message>
    <message>
        <source>The device has just answered again; the next answers decide.</source>
        <translation>Das Gerät antwortet gerade wieder; die nächsten Antworten entscheiden.</translation>
    </message>
    <message>
        <source>The device answers, but %1 of its values are not good.</source>
        <translation>Das Gerät antwortet, aber %1 seiner Werte sind nicht gut.</translation>
    </message>
    <message>
        <source>The device answers, but so slowly that scans may be skipped.</source>
        <translation>Das Gerät antwortet, aber so langsam, dass Abfragen ausfallen können.</translation>
    </message>
    <message>
        <source>The device answers in time and every value is good.</source>
        <translation>Das Gerät antwortet rechtzeitig und alle Werte sind gut.</translation>
    </message>
    <message>
        <source>The link is being opened.</source>
        <translation>Die Verbindung wird aufgebaut.</translation>
    </message>
    <message>
        <source>The device does not answer.</source>
        <translation>Das Gerät antwortet nicht.</translation>
    </message>
    <message>
        <source>Look at the bad values on the Tags page: each says why.</source>
        <translation>Die schlechten Werte auf der Seite Werte ansehen: jeder nennt den Grund.</translation>
    </message>
    <message>
        <source>Is the PLC in RUN? Look at its front.</source>
        <translation>Ist die SPS in RUN? Auf ihre Front sehen.</translation>
    </message>
    <message>
        <source>The host answers but the port is closed: is the server in the PLC switched on?</source>
        <translation>Der Rechner antwortet, aber der Port ist zu: Ist der Server in der SPS eingeschaltet?</translation>
    </message>
    <message>
        <source>Count its clients: small PLCs take 1 to 4.</source>
        <translation>Teilnehmer zählen: kleine SPS erlauben 1 bis 4.</translation>
    </message>
    <message>
        <source>Trust the station&apos;s certificate in the server, and the server&apos;s here.</source>
        <translation>Dem Zertifikat der Station im Server vertrauen und umgekehrt.</translation>
    </message>
    <message>
        <source>Compare the clocks of both.</source>
        <translation>Die Uhren beider vergleichen.</translation>
    </message>
    <message>
        <source>Renew the user name and password of the device.</source>
        <translation>Benutzer und Kennwort des Geräts erneuern.</translation>
    </message>
    <message>
        <source>Check the bus: cable, termination, unit number, baud rate.</source>
        <translation>Bus prüfen: Kabel, Abschluss, Teilnehmernummer, Baudrate.</translation>
    </message>
    <message>
        <source>Check the network: cable, switch, address.</source>
        <translation>Netz prüfen: Kabel, Switch, Adresse.</translation>
    </message>
    <message>
        <source>Does something else hold the connection? Small PLCs take 1 to 4 clients.</source>
        <translation>Hält etwas anderes die Verbindung? Kleine SPS erlauben 1 bis 4 Teilnehmer.</translation>
    </message>
    <message>
        <source>Restart the PLC only with the line stopped.</source>
        <translation>Die SPS nur bei stehender Linie neu starten.</translation>
    </message>
    <message>
        <source>no answer in time</source>
        <translation>nicht rechtzeitig geantwortet</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>connection lost</source>
        <translation>Verbindung verloren</translation>
    </message>
    <message>
        <source>wrong answer</source>
        <translation>falsche Antwort</translation>
    </message>
    <message>
        <source>refused by the device</source>
        <translation>vom Gerät abgelehnt</translation>
    </message>
    <message>
        <source>damaged frame</source>
        <translation>beschädigtes Telegramm</translation>
    </message>
    <message>
        <source>cannot be decoded</source>
        <translation>nicht dekodierbar</translation>
    </message>
    <message>
        <source>security</source>
        <translation>Sicherheit</translation>
    </message>
    <message>
        <source>Not read yet</source>
        <translation>Noch nicht gelesen</translation>
    </message>
    <message>
        <source>history cannot be read: %1</source>
        <translation>Historie nicht lesbar: %1</translation>
    </message>
    <message>
        <source>last 8 h</source>
        <translation>letzte 8 h</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Scan</source>
        <translation>Takt</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Last 60 min</source>
        <translation>Letzte 60 min</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Good values</source>
        <translation>Gute Werte</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>%1 configured, %2 connected, %3 values</source>
        <translation>%1 konfiguriert, %2 verbunden, %3 Werte</translation>
    </message>
    <message>
        <source>Show its values</source>
        <translation>Werte zeigen</translation>
    </message>
    <message>
        <source>Trend of answer time</source>
        <translation>Trend der Antwortzeit</translation>
    </message>
    <message>
        <source>Manual</source>
        <translation>Handbuch</translation>
    </message>
    <message>
        <source>No device selected</source>
        <translation>Kein Gerät gewählt</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>Last good answer</source>
        <translation>Letzte gute Antwort</translation>
    </message>
    <message>
        <source>Alarm raised, %1 values not good</source>
        <translation>Alarm ausgelöst, %1 Werte nicht gut</translation>
    </message>
    <message>
        <source>Last error: %1</source>
        <translation>Letzter Fehler: %1</translation>
    </message>
    <message>
        <source>%1, oldest about %2 min</source>
        <translation>%1, ältester etwa %2 min</translation>
    </message>
    <message>
        <source>Values not good</source>
        <translation>Nicht gute Werte</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <source>%1 raised, %2 suppressed by design</source>
        <translation>%1 ausgelöst, %2 per Logik unterdrückt</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historie</translation>
    </message>
    <message>
        <source>gap since %1, cause: device</source>
        <translation>Lücke seit %1, Ursache: Gerät</translation>
    </message>
    <message>
        <source>%1 ms median</source>
        <translation>%1 ms Median</translation>
    </message>
    <message>
        <source>%1, %2 ms at 99 %</source>
        <translation>%1, %2 ms bei 99 %</translation>
    </message>
    <message>
        <source>asked %1 ms, achieved %2 ms</source>
        <translation>gefordert %1 ms, erreicht %2 ms</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>Skipped scans</source>
        <translation>Ausgefallene Takte</translation>
    </message>
    <message>
        <source>Errors since start</source>
        <translation>Fehler seit Start</translation>
    </message>
    <message>
        <source>open: one try per waiting time</source>
        <translation>offen: ein Versuch je Wartezeit</translation>
    </message>
    <message>
        <source>half open: trying</source>
        <translation>halb offen: versucht es</translation>
    </message>
    <message>
        <source>Breaker</source>
        <translation>Sperre</translation>
    </message>
    <message>
        <source>answering</source>
        <translation>antwortet</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>keine Antwort</translation>
    </message>
</context>
<context>
    <name>Dialog</name>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>Events</name>
    <message>
        <source>cleared</source>
        <translation>gegangen</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>quittiert</translation>
    </message>
    <message>
        <source>reset</source>
        <translation>rückgesetzt</translation>
    </message>
    <message>
        <source>shelved</source>
        <translation>zurückgestellt</translation>
    </message>
    <message>
        <source>unshelved</source>
        <translation>zurückgeholt</translation>
    </message>
    <message>
        <source>alarm</source>
        <translation>Alarm</translation>
    </message>
    <message>
        <source>state</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>no events</source>
        <translation>keine Ereignisse</translation>
    </message>
    <message>
        <source>Nothing happened in this time.</source>
        <translation>In dieser Zeit ist nichts geschehen.</translation>
    </message>
</context>
<context>
    <name>Find</name>
    <message>
        <source>page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>alarm</source>
        <translation>Alarm</translation>
    </message>
    <message>
        <source>tag</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>page, machine, device, alarm, tag</source>
        <translation>Seite, Maschine, Gerät, Alarm, Wert</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>Was suchen Sie?</translation>
    </message>
    <message>
        <source>Search words</source>
        <translation>Suchwörter</translation>
    </message>
</context>
<context>
    <name>FirstAdmin</name>
    <message>
        <source>First administrator</source>
        <translation>Erster Administrator</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Anlegen</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>No users exist on this station: everybody at this computer may do everything, recorded as %1. With the first administrator, sign-in and the table of roles come into force.</source>
        <translation>Auf dieser Station gibt es keine Benutzer: Jeder an diesem Rechner darf alles, aufgezeichnet als %1. Mit dem ersten Administrator gelten Anmeldung und Rollentabelle.</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Short, such as a-weber. It is never given to another person.</source>
        <translation>Kurz, zum Beispiel a-weber. Er wird nie an eine andere Person vergeben.</translation>
    </message>
    <message>
        <source>Full name</source>
        <translation>Voller Name</translation>
    </message>
    <message>
        <source>At least %1 characters.</source>
        <translation>Mindestens %1 Zeichen.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Later: in the menu of the user area at the top right.</source>
        <translation>Später: im Menü des Benutzerfelds oben rechts.</translation>
    </message>
    <message>
        <source>Type a user name.</source>
        <translation>Geben Sie einen Benutzernamen ein.</translation>
    </message>
    <message>
        <source>The password has %1 characters; it needs at least %2.</source>
        <translation>Das Passwort hat %1 Zeichen; nötig sind mindestens %2.</translation>
    </message>
    <message>
        <source>The two passwords differ. Type the same one twice.</source>
        <translation>Die beiden Passwörter sind verschieden. Geben Sie zweimal dasselbe ein.</translation>
    </message>
    <message>
        <source>Creating the account…</source>
        <translation>Lege das Konto an…</translation>
    </message>
</context>
<context>
    <name>FirstStart</name>
    <message>
        <source>No station is configured here yet</source>
        <translation>Hier ist noch keine Station konfiguriert</translation>
    </message>
    <message>
        <source>The configuration would be in %1.</source>
        <translation>Die Konfiguration läge in %1.</translation>
    </message>
    <message>
        <source>Try the demo plant</source>
        <translation>Demoanlage ausprobieren</translation>
    </message>
    <message>
        <source>Open a configuration…</source>
        <translation>Konfiguration öffnen…</translation>
    </message>
    <message>
        <source>Start empty</source>
        <translation>Leer beginnen</translation>
    </message>
    <message>
        <source>A simulated bottling line with alarms and history. Nothing real is touched.</source>
        <translation>Eine simulierte Abfülllinie mit Alarmen und Historie. Nichts Echtes wird berührt.</translation>
    </message>
    <message>
        <source>A folder with station.yaml, plant.yaml, tags.csv and alarms.csv.</source>
        <translation>Ein Ordner mit station.yaml, plant.yaml, tags.csv und alarms.csv.</translation>
    </message>
    <message>
        <source>Copies a small configuration to begin with and opens its folder and the manual.</source>
        <translation>Legt eine kleine Konfiguration zum Anfangen an und öffnet ihren Ordner und das Handbuch.</translation>
    </message>
    <message>
        <source>A small configuration to begin with is now in %1. Put your devices, tags and alarms into its files: there are no dialogs for that yet. Check them with “plant-hmi check” and start again. The manual page “%2” tells how.</source>
        <translation>In %1 liegt jetzt eine kleine Konfiguration zum Anfangen. Tragen Sie Ihre Geräte, Variablen und Alarme in ihre Dateien ein: Dialoge dafür gibt es noch nicht. Prüfen Sie sie mit „plant-hmi check“ und starten Sie neu. Wie es geht, steht im Handbuch auf der Seite „%2“.</translation>
    </message>
    <message>
        <source>Folder of the configuration</source>
        <translation>Ordner der Konfiguration</translation>
    </message>
    <message>
        <source>%1 holds no configuration: %2 is missing.</source>
        <translation>%1 enthält keine Konfiguration: %2 fehlt.</translation>
    </message>
    <message>
        <source>%1 cannot be used yet:</source>
        <translation>%1 kann noch nicht verwendet werden:</translation>
    </message>
    <message>
        <source>and %1 more; “plant-hmi check” lists them all.</source>
        <translation>und %1 weitere; „plant-hmi check“ nennt alle.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be made: %2</source>
        <translation>Der Ordner %1 kann nicht angelegt werden: %2</translation>
    </message>
    <message>
        <source>The folder could not be opened for you.</source>
        <translation>Der Ordner konnte nicht für Sie geöffnet werden.</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Sending…</source>
        <translation>Sende…</translation>
    </message>
    <message>
        <source>next problem</source>
        <translation>nächstes Problem</translation>
    </message>
    <message>
        <source>1 problem: %1</source>
        <translation>1 Problem: %1</translation>
    </message>
    <message>
        <source>%1 problems</source>
        <translation>%1 Probleme</translation>
    </message>
</context>
<context>
    <name>Frame</name>
    <message>
        <source>Overview (Home)</source>
        <translation>Übersicht (Pos1)</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Manual</source>
        <translation>Handbuch</translation>
    </message>
    <message>
        <source>Back to the page read before</source>
        <translation>Zurück zur vorher gelesenen Seite</translation>
    </message>
    <message>
        <source>Forward again</source>
        <translation>Wieder vor</translation>
    </message>
    <message>
        <source>Search the manual</source>
        <translation>Handbuch durchsuchen</translation>
    </message>
    <message>
        <source>Pages of the manual</source>
        <translation>Seiten des Handbuchs</translation>
    </message>
    <message>
        <source>Manual text</source>
        <translation>Handbuchtext</translation>
    </message>
    <message>
        <source>The manual is missing in this installation.</source>
        <translation>In dieser Installation fehlt das Handbuch.</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 Seiten</translation>
    </message>
</context>
<context>
    <name>Journal</name>
    <message>
        <source>came</source>
        <translation>gekommen</translation>
    </message>
    <message>
        <source>went</source>
        <translation>gegangen</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>quittiert</translation>
    </message>
    <message>
        <source>reset</source>
        <translation>rückgesetzt</translation>
    </message>
    <message>
        <source>shelved</source>
        <translation>zurückgestellt</translation>
    </message>
    <message>
        <source>unshelved</source>
        <translation>zurückgeholt</translation>
    </message>
    <message>
        <source>shelving over</source>
        <translation>Zurückstellung abgelaufen</translation>
    </message>
    <message>
        <source>suppressed</source>
        <translation>unterdrückt</translation>
    </message>
    <message>
        <source>shown again</source>
        <translation>wieder gezeigt</translation>
    </message>
    <message>
        <source>out of service</source>
        <translation>außer Betrieb</translation>
    </message>
    <message>
        <source>in service</source>
        <translation>in Betrieb</translation>
    </message>
    <message>
        <source>came again</source>
        <translation>erneut gekommen</translation>
    </message>
    <message>
        <source>after restart</source>
        <translation>nach Neustart</translation>
    </message>
    <message>
        <source>silenced</source>
        <translation>stumm geschaltet</translation>
    </message>
    <message>
        <source>quality bad</source>
        <translation>Qualität schlecht</translation>
    </message>
    <message>
        <source>quality good</source>
        <translation>Qualität gut</translation>
    </message>
    <message>
        <source>comment</source>
        <translation>Bemerkung</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation>abgelehnt: %1</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Bemerkung</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 h</translation>
    </message>
    <message>
        <source>8 h</source>
        <translation>8 h</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 d</translation>
    </message>
    <message>
        <source>30 d</source>
        <translation>30 d</translation>
    </message>
    <message>
        <source>All events</source>
        <translation>Alle Ereignisse</translation>
    </message>
    <message>
        <source>refused commands</source>
        <translation>abgelehnte Befehle</translation>
    </message>
    <message>
        <source>The journal cannot be read: %1</source>
        <translation>Das Journal ist nicht lesbar: %1</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Lese…</translation>
    </message>
    <message>
        <source>older ones follow when you scroll</source>
        <translation>ältere folgen beim Blättern</translation>
    </message>
    <message>
        <source>%1 rows, newest first</source>
        <translation>%1 Zeilen, neueste zuerst</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>Close the window?</source>
        <translation>Fenster schließen?</translation>
    </message>
    <message>
        <source>Closing the window stops the station behind it: nothing is read, recorded or alarmed on this computer until it is started again.</source>
        <translation>Mit dem Fenster endet die Station dahinter: Auf diesem Rechner wird nichts gelesen, aufgezeichnet oder alarmiert, bis sie wieder gestartet wird.</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>Anmelden…</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Fenster schließen</translation>
    </message>
</context>
<context>
    <name>LinePage</name>
    <message>
        <source>newest first, minor stops left out</source>
        <translation>neueste zuerst, ohne Kurzstillstände</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>Stillstände</translation>
    </message>
    <message>
        <source>The configuration names no line; add lines and machines to plant.yaml.</source>
        <translation>Die Konfiguration nennt keine Linie; tragen Sie Linien und Maschinen in plant.yaml ein.</translation>
    </message>
    <message>
        <source>No lines</source>
        <translation>Keine Linien</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Linie</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>Betrieb</translation>
    </message>
    <message>
        <source>States</source>
        <translation>Zustände</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>%1, newest first</source>
        <translation>%1, neueste zuerst</translation>
    </message>
    <message>
        <source>8 h</source>
        <translation>8 h</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>k. A.</translation>
    </message>
    <message>
        <source> of %1</source>
        <translation> von %1</translation>
    </message>
    <message>
        <source>Good &lt;b&gt;%1&lt;/b&gt;</source>
        <translation>Gut &lt;b&gt;%1&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Behind &lt;b&gt;%1&lt;/b&gt;</source>
        <translation>Rückstand &lt;b&gt;%1&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Ahead &lt;b&gt;%1&lt;/b&gt;</source>
        <translation>Vorsprung &lt;b&gt;%1&lt;/b&gt;</translation>
    </message>
</context>
<context>
    <name>LinePlate</name>
    <message>
        <source>OEE, %1</source>
        <translation>OEE, %1</translation>
    </message>
    <message>
        <source>OEE</source>
        <translation>OEE</translation>
    </message>
    <message>
        <source>OEE this shift, at %1</source>
        <translation>OEE dieser Schicht, an %1</translation>
    </message>
    <message>
        <source>OEE, %1, ended %2</source>
        <translation>OEE, %1, beendet %2</translation>
    </message>
</context>
<context>
    <name>LossPlate</name>
    <message>
        <source>Losses</source>
        <translation>Verluste</translation>
    </message>
    <message>
        <source>Losses this shift</source>
        <translation>Verluste dieser Schicht</translation>
    </message>
    <message>
        <source>%1 min of %2</source>
        <translation>%1 min von %2</translation>
    </message>
</context>
<context>
    <name>Losses</name>
    <message>
        <source>Above ideal rate</source>
        <translation>Über Idealrate</translation>
    </message>
    <message>
        <source>Breakdown</source>
        <translation>Störung</translation>
    </message>
    <message>
        <source>Starved / blocked</source>
        <translation>Mangel / Stau</translation>
    </message>
    <message>
        <source>Other stops</source>
        <translation>Andere Stillstände</translation>
    </message>
    <message>
        <source>Setup</source>
        <translation>Rüsten</translation>
    </message>
    <message>
        <source>no figures for this time</source>
        <translation>keine Zahlen für diese Zeit</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>Reduced speed</source>
        <translation>Minderleistung</translation>
    </message>
    <message>
        <source>Minor stops</source>
        <translation>Kurzstillstände</translation>
    </message>
    <message>
        <source>Rejects</source>
        <translation>Ausschuss</translation>
    </message>
    <message>
        <source>no losses so far</source>
        <translation>bisher keine Verluste</translation>
    </message>
</context>
<context>
    <name>Machine</name>
    <message>
        <source>speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>PLC is switched off in the configuration</source>
        <translation>SPS ist in der Konfiguration abgeschaltet</translation>
    </message>
    <message>
        <source>PLC does not answer</source>
        <translation>SPS antwortet nicht</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>for %1</source>
        <translation>seit %1</translation>
    </message>
    <message>
        <source>no value</source>
        <translation>kein Wert</translation>
    </message>
    <message>
        <source>setpoint %1</source>
        <translation>Sollwert %1</translation>
    </message>
    <message>
        <source>ideal %1</source>
        <translation>ideal %1</translation>
    </message>
    <message>
        <source>Last known</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Gesamt</translation>
    </message>
    <message>
        <source>Rejects</source>
        <translation>Ausschuss</translation>
    </message>
    <message>
        <source>%1 · %2 min</source>
        <translation>%1 · %2 min</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>Stillstände</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 um %2</translation>
    </message>
</context>
<context>
    <name>MachineGroup</name>
    <message>
        <source>%1, switched off</source>
        <translation>%1, abgeschaltet</translation>
    </message>
    <message>
        <source>%1, silent since %2</source>
        <translation>%1, stumm seit %2</translation>
    </message>
</context>
<context>
    <name>Oee</name>
    <message>
        <source>Availability</source>
        <translation>Verfügbarkeit</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>Leistung</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>no figures for this time</source>
        <translation>keine Zahlen für diese Zeit</translation>
    </message>
    <message>
        <source>coverage %1 · as of %2</source>
        <translation>Abdeckung %1 · Stand %2</translation>
    </message>
    <message>
        <source>Performance above 100 %: the ideal rate is too low or the count is wrong.</source>
        <translation>Leistung über 100 %: Der Idealwert ist zu klein oder die Zählung falsch.</translation>
    </message>
    <message>
        <source>Too little was observed: between %1 and %2 %.</source>
        <translation>Zu wenig beobachtet: zwischen %1 und %2 %.</translation>
    </message>
</context>
<context>
    <name>OeeFigure</name>
    <message>
        <source>n/a</source>
        <translation>k. A.</translation>
    </message>
    <message>
        <source>target %1</source>
        <translation>Ziel %1</translation>
    </message>
    <message>
        <source>%1 points</source>
        <translation>%1 Punkte</translation>
    </message>
</context>
<context>
    <name>OeePage</name>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>No line has OEE rules; add them to a line or machine in plant.yaml.</source>
        <translation>Keine Linie hat OEE-Regeln; tragen Sie sie bei einer Linie oder Maschine in plant.yaml ein.</translation>
    </message>
    <message>
        <source>No OEE figures</source>
        <translation>Keine OEE-Zahlen</translation>
    </message>
    <message>
        <source>Where the time went</source>
        <translation>Wo die Zeit blieb</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Linie</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Last shift</source>
        <translation>Letzte Schicht</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>Minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>Punkte</translation>
    </message>
    <message>
        <source>No figures for this time</source>
        <translation>Keine Zahlen für diese Zeit</translation>
    </message>
    <message>
        <source>No shift was planned or nothing is known.</source>
        <translation>Keine Schicht war geplant oder nichts ist bekannt.</translation>
    </message>
    <message>
        <source>Losses</source>
        <translation>Verluste</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>Stillstände</translation>
    </message>
    <message>
        <source>newest first, minor stops left out</source>
        <translation>neueste zuerst, ohne Kurzstillstände</translation>
    </message>
    <message>
        <source>%1 min of %2</source>
        <translation>%1 min von %2</translation>
    </message>
    <message>
        <source>minutes; 1 point of OEE = %1 min</source>
        <translation>Minuten; 1 Punkt OEE = %1 min</translation>
    </message>
    <message>
        <source>points of OEE</source>
        <translation>Punkte OEE</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Good / total, %1</source>
        <translation>Gut / gesamt, %1</translation>
    </message>
    <message>
        <source>Ideal rate</source>
        <translation>Idealleistung</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>k. A.</translation>
    </message>
    <message>
        <source>Observed</source>
        <translation>Beobachtet</translation>
    </message>
    <message>
        <source>Unknown as down – run</source>
        <translation>Unbekannt als Stillstand – Lauf</translation>
    </message>
    <message>
        <source>TEEP</source>
        <translation>TEEP</translation>
    </message>
    <message>
        <source>Counted during gaps</source>
        <translation>In Lücken gezählt</translation>
    </message>
    <message>
        <source>Quarantined</source>
        <translation>In Quarantäne</translation>
    </message>
</context>
<context>
    <name>OverviewPage</name>
    <message>
        <source>No lines and no measured units</source>
        <translation>Keine Linien und keine gemessenen Einheiten</translation>
    </message>
    <message>
        <source>The configuration names neither a line with machines nor a tag with a normal range.</source>
        <translation>Die Konfiguration nennt weder eine Linie mit Maschinen noch einen Wert mit Normalbereich.</translation>
    </message>
    <message>
        <source>The station has not told its configuration yet.</source>
        <translation>Die Station hat ihre Konfiguration noch nicht genannt.</translation>
    </message>
</context>
<context>
    <name>Own</name>
    <message>
        <source>Present password</source>
        <translation>Jetziges Passwort</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>Passwort ändern</translation>
    </message>
    <message>
        <source>At least %1 characters.</source>
        <translation>Mindestens %1 Zeichen.</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>Neues Passwort</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>The two new passwords differ. Type the same one twice.</source>
        <translation>Die beiden neuen Passwörter sind verschieden. Geben Sie zweimal dasselbe ein.</translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation>Sende…</translation>
    </message>
    <message>
        <source>Set PIN</source>
        <translation>PIN setzen</translation>
    </message>
    <message>
        <source>For fast switching at this station. Digits only; leave it empty to take the PIN away.</source>
        <translation>Für den schnellen Wechsel an dieser Station. Nur Ziffern; leer nimmt die PIN weg.</translation>
    </message>
    <message>
        <source>New PIN</source>
        <translation>Neue PIN</translation>
    </message>
    <message>
        <source>The two PINs differ. Type the same one twice.</source>
        <translation>Die beiden PINs sind verschieden. Geben Sie zweimal dieselbe ein.</translation>
    </message>
    <message>
        <source>A PIN has at least %1 digits.</source>
        <translation>Eine PIN hat mindestens %1 Ziffern.</translation>
    </message>
    <message>
        <source>QR code for the authenticator app</source>
        <translation>QR-Code für die Authenticator-App</translation>
    </message>
    <message>
        <source>Second factor</source>
        <translation>Zweiter Faktor</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>An authenticator app on a phone gives a new code every 30 s, asked after the password.</source>
        <translation>Eine Authenticator-App auf dem Telefon gibt alle 30 s einen neuen Code, der nach dem Passwort gefragt wird.</translation>
    </message>
    <message>
        <source>Code from the app</source>
        <translation>Code aus der App</translation>
    </message>
    <message>
        <source>1. Scan this with the app, or type the key below into it.
2. Type the code it shows.</source>
        <translation>1. Mit der App scannen oder den Schlüssel unten eingeben.
2. Den angezeigten Code eingeben.</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Turn on</source>
        <translation>Einschalten</translation>
    </message>
</context>
<context>
    <name>People</name>
    <message>
        <source>This is a view-only station. Act at the place that controls the area.</source>
        <translation>Diese Station ist nur zum Ansehen. Handeln Sie am Platz, der den Bereich bedient.</translation>
    </message>
    <message>
        <source>Locked. %1 unlocks it; others switch the user.</source>
        <translation>Gesperrt. %1 entsperrt; andere wechseln den Benutzer.</translation>
    </message>
    <message>
        <source>Needs %1.</source>
        <translation>Braucht %1.</translation>
    </message>
    <message>
        <source>Nobody is signed in.</source>
        <translation>Niemand ist angemeldet.</translation>
    </message>
    <message>
        <source>Signed in: %1 (%2).</source>
        <translation>Angemeldet: %1 (%2).</translation>
    </message>
    <message>
        <source>View only</source>
        <translation>Nur Ansicht</translation>
    </message>
    <message>
        <source>%1 controls</source>
        <translation>%1 bedient</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>Gesperrt</translation>
    </message>
    <message>
        <source>Not in this area</source>
        <translation>Nicht in diesem Bereich</translation>
    </message>
    <message>
        <source>Other area</source>
        <translation>Anderer Bereich</translation>
    </message>
    <message>
        <source>Needs %1</source>
        <translation>Ab %1</translation>
    </message>
    <message>
        <source>%1 is controlled by %2. Take control of it first.</source>
        <translation>%1 wird von %2 bedient. Übernehmen Sie zuerst.</translation>
    </message>
    <message>
        <source>%1 or %2</source>
        <translation>%1 oder %2</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%1 in %2</translation>
    </message>
</context>
<context>
    <name>Production</name>
    <message>
        <source>%1 shift</source>
        <translation>%1schicht</translation>
    </message>
    <message>
        <source>items</source>
        <translation>Stück</translation>
    </message>
    <message>
        <source>Production</source>
        <translation>Produktion</translation>
    </message>
    <message>
        <source>good %1</source>
        <translation>gute %1</translation>
    </message>
    <message>
        <source>Target by now</source>
        <translation>Soll bis jetzt</translation>
    </message>
    <message>
        <source>Behind</source>
        <translation>Rückstand</translation>
    </message>
    <message>
        <source>Ahead</source>
        <translation>Vorsprung</translation>
    </message>
    <message>
        <source>Shift target, %1</source>
        <translation>Schichtziel, %1</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Gesamt</translation>
    </message>
    <message>
        <source>Rejects</source>
        <translation>Ausschuss</translation>
    </message>
    <message>
        <source>Counted during gaps</source>
        <translation>In Lücken gezählt</translation>
    </message>
    <message>
        <source>Quarantined</source>
        <translation>In Quarantäne</translation>
    </message>
</context>
<context>
    <name>Quality</name>
    <message>
        <source>good</source>
        <translation>gut</translation>
    </message>
    <message>
        <source>uncertain</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>schlecht</translation>
    </message>
    <message>
        <source>stale</source>
        <translation>veraltet</translation>
    </message>
    <message>
        <source>never read</source>
        <translation>nie gelesen</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Linie</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>Trends</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <source>OEE</source>
        <translation>OEE</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>Admin</source>
        <translation>Admin</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
</context>
<context>
    <name>Role</name>
    <message>
        <source>nobody</source>
        <translation>niemand</translation>
    </message>
    <message>
        <source>viewer</source>
        <translation>Betrachter</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>Bediener</translation>
    </message>
    <message>
        <source>maintenance</source>
        <translation>Instandhalter</translation>
    </message>
    <message>
        <source>supervisor</source>
        <translation>Schichtleiter</translation>
    </message>
    <message>
        <source>engineer</source>
        <translation>Ingenieur</translation>
    </message>
    <message>
        <source>administrator</source>
        <translation>Administrator</translation>
    </message>
</context>
<context>
    <name>Roles</name>
    <message>
        <source>Roles</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>Who may do what</source>
        <translation>Wer darf was</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>The table cannot be read anew: %1</source>
        <translation>Die Tabelle ist nicht neu lesbar: %1</translation>
    </message>
    <message>
        <source>Space or a click turns a cell; nothing changes before Apply</source>
        <translation>Leertaste oder Klick schaltet eine Zelle; erst Anwenden ändert etwas</translation>
    </message>
    <message>
        <source>Nothing changed</source>
        <translation>Nichts geändert</translation>
    </message>
    <message>
        <source>1 change, not applied yet</source>
        <translation>1 Änderung, noch nicht angewendet</translation>
    </message>
    <message>
        <source>%1 changes, not applied yet</source>
        <translation>%1 Änderungen, noch nicht angewendet</translation>
    </message>
    <message>
        <source>Applied: %1.</source>
        <translation>Angewendet: %1.</translation>
    </message>
    <message>
        <source>Change who may do this: %1</source>
        <translation>Ändern, wer dies darf: %1</translation>
    </message>
    <message>
        <source>Not signed, so this and what follows was not applied.</source>
        <translation>Nicht unterschrieben, daher nicht angewendet, auch das Folgende nicht.</translation>
    </message>
    <message>
        <source>not as on a new station</source>
        <translation>anders als bei einer neuen Station</translation>
    </message>
    <message>
        <source>changed here, not applied</source>
        <translation>hier geändert, nicht angewendet</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Unterschrift</translation>
    </message>
    <message>
        <source>%1, %2: yes</source>
        <translation>%1, %2: ja</translation>
    </message>
    <message>
        <source>%1, %2: no</source>
        <translation>%1, %2: nein</translation>
    </message>
    <message>
        <source>Not as on a new station</source>
        <translation>Anders als bei einer neuen Station</translation>
    </message>
    <message>
        <source>signature: %1 → %2</source>
        <translation>Unterschrift: %1 → %2</translation>
    </message>
</context>
<context>
    <name>Sessions</name>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Full name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>Signed in with</source>
        <translation>Angemeldet mit</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Ends at the latest</source>
        <translation>Endet spätestens</translation>
    </message>
    <message>
        <source>Idle for</source>
        <translation>Untätig seit</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>%1, directory offline</source>
        <translation>%1, Verzeichnis fehlt</translation>
    </message>
    <message>
        <source>this window</source>
        <translation>dieses Fenster</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>active</source>
        <translation>aktiv</translation>
    </message>
    <message>
        <source>no place</source>
        <translation>kein Platz</translation>
    </message>
    <message>
        <source>Sessions</source>
        <translation>Sitzungen</translation>
    </message>
    <message>
        <source>End session…</source>
        <translation>Sitzung beenden…</translation>
    </message>
    <message>
        <source>Ending a session signs the person out there. Process and alarms stay in view.</source>
        <translation>Das Beenden meldet die Person dort ab. Prozess und Alarme bleiben sichtbar.</translation>
    </message>
    <message>
        <source>%1 signed in, %2 of them locked</source>
        <translation>%1 angemeldet, %2 davon gesperrt</translation>
    </message>
    <message>
        <source>There are no users yet, so nobody signs in. Add the first one under Users.</source>
        <translation>Es gibt noch keine Benutzer, daher meldet sich niemand an. Legen Sie den ersten unter Benutzer an.</translation>
    </message>
    <message>
        <source>A session appears here when somebody signs in.</source>
        <translation>Eine Sitzung erscheint hier, wenn sich jemand anmeldet.</translation>
    </message>
    <message>
        <source>Nobody is signed in</source>
        <translation>Niemand ist angemeldet</translation>
    </message>
    <message>
        <source>Sessions cannot be read anew: %1</source>
        <translation>Sitzungen sind nicht neu lesbar: %1</translation>
    </message>
    <message>
        <source>%1 is signed out at: %2. What was not applied there is lost.</source>
        <translation>%1 wird abgemeldet: %2. Was dort nicht angewendet ist, geht verloren.</translation>
    </message>
    <message>
        <source>This is your own session, %1 at: %2. You are signed out.</source>
        <translation>Dies ist Ihre eigene Sitzung, %1: %2. Sie werden abgemeldet.</translation>
    </message>
    <message>
        <source>End session</source>
        <translation>Sitzung beenden</translation>
    </message>
    <message>
        <source>The session of %1 has ended.</source>
        <translation>Die Sitzung von %1 ist beendet.</translation>
    </message>
</context>
<context>
    <name>Shift</name>
    <message>
        <source>early</source>
        <translation>Früh</translation>
    </message>
    <message>
        <source>late</source>
        <translation>Spät</translation>
    </message>
    <message>
        <source>night</source>
        <translation>Nacht</translation>
    </message>
    <message>
        <source>day</source>
        <translation>Tag</translation>
    </message>
</context>
<context>
    <name>Sign</name>
    <message>
        <source>Acknowledge: %1</source>
        <translation>Quittieren: %1</translation>
    </message>
    <message>
        <source>Reset: %1</source>
        <translation>Rücksetzen: %1</translation>
    </message>
    <message>
        <source>needs a signature of its own; choose it on the Alarms page</source>
        <translation>braucht eine eigene Unterschrift; wählen Sie ihn auf der Seite Alarme</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Unterschrift</translation>
    </message>
    <message>
        <source>Sign</source>
        <translation>Unterschreiben</translation>
    </message>
    <message>
        <source>Your name, the time and the reason are recorded with the action and cannot be changed.</source>
        <translation>Ihr Name, die Zeit und der Grund werden mit der Handlung aufgezeichnet und sind nicht änderbar.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Password of %1</source>
        <translation>Passwort von %1</translation>
    </message>
    <message>
        <source>Second factor</source>
        <translation>Zweiter Faktor</translation>
    </message>
    <message>
        <source>Only if your account has one.</source>
        <translation>Nur wenn Ihr Konto einen hat.</translation>
    </message>
    <message>
        <source>Second person</source>
        <translation>Zweite Person</translation>
    </message>
    <message>
        <source>Somebody else who may do this.</source>
        <translation>Jemand anders, der das auch darf.</translation>
    </message>
    <message>
        <source>Password, second person</source>
        <translation>Passwort, zweite Person</translation>
    </message>
    <message>
        <source>Second factor, second person</source>
        <translation>Zweiter Faktor, zweite Person</translation>
    </message>
    <message>
        <source>Say why: the reason is part of the signature.</source>
        <translation>Sagen Sie, warum: Der Grund gehört zur Unterschrift.</translation>
    </message>
    <message>
        <source>Checking the signature…</source>
        <translation>Prüfe die Unterschrift…</translation>
    </message>
</context>
<context>
    <name>SignIn</name>
    <message>
        <source>Address for another browser</source>
        <translation>Adresse für einen anderen Browser</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Or open this address in another browser:</source>
        <translation>Oder öffnen Sie diese Adresse in einem anderen Browser:</translation>
    </message>
    <message>
        <source>Asking the identity provider…</source>
        <translation>Frage den Anmeldedienst…</translation>
    </message>
    <message>
        <source>Sign in at the identity provider in the browser.</source>
        <translation>Melden Sie sich im Browser beim Anmeldedienst an.</translation>
    </message>
    <message>
        <source>Waiting for the sign-in in the browser…</source>
        <translation>Warte auf die Anmeldung im Browser…</translation>
    </message>
    <message>
        <source>No browser could be opened on this computer.</source>
        <translation>Auf diesem Rechner ließ sich kein Browser öffnen.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Switch user</source>
        <translation>Benutzer wechseln</translation>
    </message>
    <message>
        <source>Emergency…</source>
        <translation>Notfall…</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>Badge</source>
        <translation>Ausweis</translation>
    </message>
    <message>
        <source>Hold the badge to the reader.</source>
        <translation>Halten Sie den Ausweis an den Leser.</translation>
    </message>
    <message>
        <source>Emergency code</source>
        <translation>Notfallcode</translation>
    </message>
    <message>
        <source>It works once, and its use is recorded.</source>
        <translation>Er gilt einmal, und seine Verwendung wird aufgezeichnet.</translation>
    </message>
    <message>
        <source>Second factor</source>
        <translation>Zweiter Faktor</translation>
    </message>
    <message>
        <source>Six digits from the authenticator app.</source>
        <translation>Sechs Ziffern aus der Authenticator-App.</translation>
    </message>
    <message>
        <source>At least %1 characters.</source>
        <translation>Mindestens %1 Zeichen.</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>Neues Passwort</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Sign in as %1</source>
        <translation>Als %1 anmelden</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Browser</source>
        <translation>Browser</translation>
    </message>
    <message>
        <source>Open the browser</source>
        <translation>Browser öffnen</translation>
    </message>
    <message>
        <source>When the directory was last asked: %1</source>
        <translation>Als das Verzeichnis zuletzt gefragt wurde: %1</translation>
    </message>
    <message>
        <source>Type the user name, or choose one.</source>
        <translation>Geben Sie den Benutzernamen ein oder wählen Sie einen.</translation>
    </message>
    <message>
        <source>The two new passwords differ. Type the same one twice.</source>
        <translation>Die beiden neuen Passwörter sind verschieden. Geben Sie zweimal dasselbe ein.</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Prüfe…</translation>
    </message>
    <message>
        <source>Your role needs a second factor: set it up now.</source>
        <translation>Ihre Rolle braucht einen zweiten Faktor: jetzt einrichten.</translation>
    </message>
</context>
<context>
    <name>SpeedPlate</name>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>Double-click or T opens these speeds on Trends</source>
        <translation>Doppelklick oder T öffnet diese Geschwindigkeiten in Trends</translation>
    </message>
    <message>
        <source>%1, last 60 min</source>
        <translation>%1, letzte 60 min</translation>
    </message>
    <message>
        <source>last 60 min</source>
        <translation>letzte 60 min</translation>
    </message>
    <message>
        <source>Setpoint</source>
        <translation>Sollwert</translation>
    </message>
</context>
<context>
    <name>StateClass</name>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Breakdown</source>
        <translation>Störung</translation>
    </message>
    <message>
        <source>Setup</source>
        <translation>Rüsten</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Planned stop</source>
        <translation>Geplanter Halt</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Starved</source>
        <translation>Mangel</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Stau</translation>
    </message>
    <message>
        <source>Order complete</source>
        <translation>Auftrag fertig</translation>
    </message>
    <message>
        <source>Minor stop</source>
        <translation>Kurzstillstand</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>Unknown, no data</source>
        <translation>Unbekannt, keine Daten</translation>
    </message>
</context>
<context>
    <name>StatePlate</name>
    <message>
        <source>Machine states</source>
        <translation>Maschinenzustände</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>No station configured</source>
        <translation>Keine Station konfiguriert</translation>
    </message>
    <message>
        <source>Waiting for the station</source>
        <translation>Warte auf die Station</translation>
    </message>
    <message>
        <source>Simulated plant</source>
        <translation>Simulierte Anlage</translation>
    </message>
    <message>
        <source>all values stale</source>
        <translation>alle Werte veraltet</translation>
    </message>
    <message>
        <source>Window behind by %1 s</source>
        <translation>Fenster hinkt %1 s nach</translation>
    </message>
    <message>
        <source>No device answers</source>
        <translation>Kein Gerät antwortet</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>oldest value %1 s</source>
        <translation>ältester Wert %1 s</translation>
    </message>
    <message>
        <source>Station silent for %1 s</source>
        <translation>Station stumm seit %1 s</translation>
    </message>
    <message>
        <source>Emergency sign-in active</source>
        <translation>Notfallanmeldung aktiv</translation>
    </message>
    <message>
        <source>Directory did not answer</source>
        <translation>Verzeichnis hat nicht geantwortet</translation>
    </message>
    <message>
        <source>signed in by its earlier answer</source>
        <translation>angemeldet nach seiner früheren Antwort</translation>
    </message>
    <message>
        <source>%1 of %2 devices</source>
        <translation>%1 von %2 Geräten</translation>
    </message>
    <message>
        <source>%1 silent for %2</source>
        <translation>%1 stumm seit %2</translation>
    </message>
    <message>
        <source>%1 and %2 more silent, longest %3</source>
        <translation>%1 und %2 weitere stumm, längstens %3</translation>
    </message>
    <message>
        <source>good</source>
        <translation>gut</translation>
    </message>
    <message>
        <source>uncertain</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>schlecht</translation>
    </message>
    <message>
        <source>%1 stale</source>
        <translation>%1 veraltet</translation>
    </message>
    <message>
        <source>History not written yet</source>
        <translation>Historie noch nicht geschrieben</translation>
    </message>
    <message>
        <source>History written %1 s ago</source>
        <translation>Historie vor %1 s geschrieben</translation>
    </message>
    <message>
        <source>No central server</source>
        <translation>Kein Zentralserver</translation>
    </message>
    <message>
        <source>To central: %1 waiting</source>
        <translation>An Zentrale: %1 wartend</translation>
    </message>
    <message>
        <source>Central unreachable</source>
        <translation>Zentrale nicht erreichbar</translation>
    </message>
    <message>
        <source>No verified backup</source>
        <translation>Keine geprüfte Sicherung</translation>
    </message>
    <message>
        <source>Backup %1 verified</source>
        <translation>Sicherung %1 geprüft</translation>
    </message>
    <message>
        <source>station %1</source>
        <translation>Station %1</translation>
    </message>
    <message>
        <source>Starting station…</source>
        <translation>Station startet…</translation>
    </message>
    <message>
        <source>No sound on this computer</source>
        <translation>Kein Ton auf diesem Rechner</translation>
    </message>
</context>
<context>
    <name>Stops</name>
    <message>
        <source>no stops</source>
        <translation>keine Stillstände</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>No stops in this time.</source>
        <translation>Keine Stillstände in dieser Zeit.</translation>
    </message>
    <message>
        <source>(still)</source>
        <translation>(noch)</translation>
    </message>
</context>
<context>
    <name>Tags</name>
    <message>
        <source>Trend</source>
        <translation>Trend</translation>
    </message>
    <message>
        <source>Its alarm</source>
        <translation>Sein Alarm</translation>
    </message>
    <message>
        <source>No tag selected</source>
        <translation>Kein Wert gewählt</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Status code</source>
        <translation>Statuscode</translation>
    </message>
    <message>
        <source>Source time</source>
        <translation>Quellzeit</translation>
    </message>
    <message>
        <source>%1, %2 ago</source>
        <translation>%1, vor %2</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>as the server says</source>
        <translation>wie der Server sagt</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Messbereich</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>Zugriff</translation>
    </message>
    <message>
        <source>Used by</source>
        <translation>Verwendet von</translation>
    </message>
    <message>
        <source>calculated: %1</source>
        <translation>berechnet: %1</translation>
    </message>
    <message>
        <source>OEE of %1</source>
        <translation>OEE von %1</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>every sample</source>
        <translation>jeder Messwert</translation>
    </message>
    <message>
        <source>each change</source>
        <translation>jede Änderung</translation>
    </message>
    <message>
        <source>changes of %1 and more</source>
        <translation>Änderungen ab %1</translation>
    </message>
    <message>
        <source>swinging door %1</source>
        <translation>Swinging Door %1</translation>
    </message>
    <message>
        <source>not stored</source>
        <translation>nicht gespeichert</translation>
    </message>
    <message>
        <source>read</source>
        <translation>lesen</translation>
    </message>
    <message>
        <source>read and write</source>
        <translation>lesen und schreiben</translation>
    </message>
    <message>
        <source>write only</source>
        <translation>nur schreiben</translation>
    </message>
    <message>
        <source>momentary</source>
        <translation>tastend</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>Scan</source>
        <translation>Takt</translation>
    </message>
    <message>
        <source>Plant</source>
        <translation>Anlage</translation>
    </message>
    <message>
        <source>Plant tree</source>
        <translation>Anlagenbaum</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Not good</source>
        <translation>Nicht gut</translation>
    </message>
    <message>
        <source>Stale</source>
        <translation>Veraltet</translation>
    </message>
    <message>
        <source>Search path, address, text</source>
        <translation>Pfad, Adresse, Text suchen</translation>
    </message>
    <message>
        <source>No tag fits</source>
        <translation>Kein Wert passt</translation>
    </message>
    <message>
        <source>Clear the search or choose another folder.</source>
        <translation>Löschen Sie die Suche oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Whole plant  %1</source>
        <translation>Ganze Anlage  %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>of device %1</source>
        <translation>des Geräts %1</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Minor stop</source>
        <translation>Kurzstillstand</translation>
    </message>
    <message>
        <source>Breakdown</source>
        <translation>Störung</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Starved / blocked</source>
        <translation>Mangel / Stau</translation>
    </message>
    <message>
        <source>Setup</source>
        <translation>Rüsten</translation>
    </message>
    <message>
        <source>Planned</source>
        <translation>Geplant</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
</context>
<context>
    <name>Trend</name>
    <message>
        <source>Alarms</source>
        <translation>Alarme</translation>
    </message>
</context>
<context>
    <name>TrendPane</name>
    <message>
        <source>Trend</source>
        <translation>Trend</translation>
    </message>
</context>
<context>
    <name>Trends</name>
    <message>
        <source>%1: no answer</source>
        <translation>%1: keine Antwort</translation>
    </message>
    <message>
        <source>device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>station stopped</source>
        <translation>Station angehalten</translation>
    </message>
    <message>
        <source>disk full, recording paused</source>
        <translation>Platte voll, Aufzeichnung pausiert</translation>
    </message>
    <message>
        <source>too much at once, samples lost</source>
        <translation>zu viel auf einmal, Messwerte verloren</translation>
    </message>
    <message>
        <source>clock was set</source>
        <translation>Uhr wurde gestellt</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>recording paused</source>
        <translation>Aufzeichnung pausiert</translation>
    </message>
    <message>
        <source>%1 since %2</source>
        <translation>%1 seit %2</translation>
    </message>
    <message>
        <source>history not read</source>
        <translation>Historie nicht gelesen</translation>
    </message>
    <message>
        <source>station does not answer</source>
        <translation>Station antwortet nicht</translation>
    </message>
    <message>
        <source>no values</source>
        <translation>keine Werte</translation>
    </message>
    <message>
        <source>Setpoint</source>
        <translation>Sollwert</translation>
    </message>
    <message>
        <source>limits of %1</source>
        <translation>Grenzen von %1</translation>
    </message>
    <message>
        <source>normal range of %1</source>
        <translation>Normalbereich von %1</translation>
    </message>
    <message>
        <source>Trend</source>
        <translation>Trend</translation>
    </message>
    <message>
        <source>10 min</source>
        <translation>10 min</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 h</translation>
    </message>
    <message>
        <source>8 h</source>
        <translation>8 h</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 h</translation>
    </message>
    <message>
        <source>7 d</source>
        <translation>7 d</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>Halt</translation>
    </message>
    <message>
        <source>Longer time (−)</source>
        <translation>Längere Zeit (−)</translation>
    </message>
    <message>
        <source>Shorter time (+)</source>
        <translation>Kürzere Zeit (+)</translation>
    </message>
    <message>
        <source>Cursors</source>
        <translation>Cursor</translation>
    </message>
    <message>
        <source>Set or clear cursors A and B (C)</source>
        <translation>Cursor A und B setzen oder löschen (C)</translation>
    </message>
    <message>
        <source>No pen is chosen</source>
        <translation>Kein Stift gewählt</translation>
    </message>
    <message>
        <source>Choose up to eight tags. Any page also opens its value here with T.</source>
        <translation>Wählen Sie bis zu acht Werte. Jede Seite öffnet ihren Wert hier auch mit T.</translation>
    </message>
    <message>
        <source>Choose pens</source>
        <translation>Stifte wählen</translation>
    </message>
    <message>
        <source>move cursor</source>
        <translation>Cursor bewegen</translation>
    </message>
    <message>
        <source>zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>hold</source>
        <translation>Halt</translation>
    </message>
    <message>
        <source>limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>fit scale</source>
        <translation>Skala anpassen</translation>
    </message>
    <message>
        <source>cursors</source>
        <translation>Cursor</translation>
    </message>
    <message>
        <source>Pens</source>
        <translation>Stifte</translation>
    </message>
    <message>
        <source>tags by path</source>
        <translation>Werte nach Pfad</translation>
    </message>
    <message>
        <source>Search tags</source>
        <translation>Werte suchen</translation>
    </message>
    <message>
        <source>Tags by path</source>
        <translation>Werte nach Pfad</translation>
    </message>
    <message>
        <source>without group</source>
        <translation>ohne Gruppe</translation>
    </message>
    <message>
        <source>All %1 pens are in use. Take one away first.</source>
        <translation>Alle %1 Stifte sind in Gebrauch. Erst einen entfernen.</translation>
    </message>
    <message>
        <source>%1 of %2 pens</source>
        <translation>%1 von %2 Stiften</translation>
    </message>
    <message>
        <source>%1 of %2 hits shown, type more letters</source>
        <translation>%1 von %2 Treffern gezeigt, mehr Buchstaben tippen</translation>
    </message>
    <message>
        <source>no tag fits</source>
        <translation>kein Wert passt</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>State of %1:</source>
        <translation>Zustand von %1:</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Wählen</translation>
    </message>
    <message>
        <source>Take the selected pen away (Delete)</source>
        <translation>Gewählten Stift entfernen (Entf)</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>min/max of %1, no spike hidden</source>
        <translation>Min/Max je %1, keine Spitze verborgen</translation>
    </message>
    <message>
        <source>up to %1 raw samples per pen, no spike hidden</source>
        <translation>bis zu %1 Rohwerte je Stift, keine Spitze verborgen</translation>
    </message>
    <message>
        <source>History cannot be read: %1 Live values go on.</source>
        <translation>Historie nicht lesbar: %1 Live-Werte laufen weiter.</translation>
    </message>
    <message>
        <source>History does not answer yet. Live values go on.</source>
        <translation>Historie antwortet noch nicht. Live-Werte laufen weiter.</translation>
    </message>
    <message>
        <source>The alarm journal is not read, so the alarm line is empty.</source>
        <translation>Das Alarmjournal ist nicht gelesen, daher ist die Alarmzeile leer.</translation>
    </message>
    <message>
        <source>Machine states are not read.</source>
        <translation>Maschinenzustände sind nicht gelesen.</translation>
    </message>
    <message>
        <source>The alarm line shows the newest %1 alarms only.</source>
        <translation>Die Alarmzeile zeigt nur die neuesten %1 Alarme.</translation>
    </message>
</context>
<context>
    <name>Unit</name>
    <message>
        <source>first out %1</source>
        <translation>Erstmelder %1</translation>
    </message>
</context>
<context>
    <name>User</name>
    <message>
        <source>no sign-in configured</source>
        <translation>keine Anmeldung</translation>
    </message>
    <message>
        <source>no sign-in</source>
        <translation>ohne Login</translation>
    </message>
    <message>
        <source>Operating system user %1. No users exist on this station yet, so nobody signs in.</source>
        <translation>Benutzer des Betriebssystems: %1. Auf dieser Station gibt es noch keine Benutzer, daher meldet sich niemand an.</translation>
    </message>
    <message>
        <source>stands still for %1</source>
        <translation>steht seit %1</translation>
    </message>
    <message>
        <source>%1 shift</source>
        <translation>%1schicht</translation>
    </message>
    <message>
        <source>Opens the menu for signing in, locking and switching the user</source>
        <translation>Öffnet das Menü zum Anmelden, Sperren und Wechseln des Benutzers</translation>
    </message>
    <message>
        <source>The station has not said yet whether people sign in here.</source>
        <translation>Die Station hat noch nicht gesagt, ob man sich hier anmeldet.</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>noch nicht bekannt</translation>
    </message>
    <message>
        <source>View only</source>
        <translation>Nur Ansicht</translation>
    </message>
    <message>
        <source>view-only station</source>
        <translation>Station nur zum Ansehen</translation>
    </message>
    <message>
        <source>Nobody is signed in. Process and alarms stay live; actions are locked.</source>
        <translation>Niemand ist angemeldet. Prozess und Alarme bleiben live; Handlungen sind gesperrt.</translation>
    </message>
    <message>
        <source>Locked, %1</source>
        <translation>Gesperrt, %1</translation>
    </message>
    <message>
        <source>%1 unlocks it; others switch the user. Anybody may silence the horn.</source>
        <translation>%1 entsperrt; andere wechseln den Benutzer. Die Hupe darf jeder ausschalten.</translation>
    </message>
    <message>
        <source>unlock or switch user</source>
        <translation>entsperren, wechseln</translation>
    </message>
    <message>
        <source>Signed in: %1 (%2), as %3</source>
        <translation>Angemeldet: %1 (%2), als %3</translation>
    </message>
    <message>
        <source>The directory did not answer at this sign-in; the roles are the earlier ones.</source>
        <translation>Das Verzeichnis hat bei dieser Anmeldung nicht geantwortet; es gelten die früheren Rollen.</translation>
    </message>
    <message>
        <source>emergency sign-in</source>
        <translation>Notfallanmeldung</translation>
    </message>
    <message>
        <source>signed in offline</source>
        <translation>offline angemeldet</translation>
    </message>
    <message>
        <source>may silence only</source>
        <translation>darf nur Hupe aus</translation>
    </message>
    <message>
        <source>may look only</source>
        <translation>darf nur ansehen</translation>
    </message>
    <message>
        <source>%1 actions without sign-in</source>
        <translation>%1 Handlungen frei</translation>
    </message>
    <message>
        <source>View-only station</source>
        <translation>Station nur zum Ansehen</translation>
    </message>
    <message>
        <source>%1 controls %2</source>
        <translation>%1 bedient %2</translation>
    </message>
    <message>
        <source>%1 controls nothing</source>
        <translation>%1 bedient nichts</translation>
    </message>
    <message>
        <source>%1 controlled by %2</source>
        <translation>%1 bedient von %2</translation>
    </message>
    <message>
        <source>%1 asks for %2</source>
        <translation>%1 bittet um %2</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>Create first administrator…</source>
        <translation>Ersten Administrator anlegen…</translation>
    </message>
    <message>
        <source>Control places…</source>
        <translation>Bedienplätze…</translation>
    </message>
    <message>
        <source>Unlock…</source>
        <translation>Entsperren…</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>Anmelden…</translation>
    </message>
    <message>
        <source>Switch user…</source>
        <translation>Benutzer wechseln…</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Abmelden</translation>
    </message>
    <message>
        <source>Change password…</source>
        <translation>Passwort ändern…</translation>
    </message>
    <message>
        <source>Set PIN…</source>
        <translation>PIN setzen…</translation>
    </message>
    <message>
        <source>Second factor…</source>
        <translation>Zweiter Faktor…</translation>
    </message>
    <message>
        <source>The password is changed.</source>
        <translation>Das Passwort ist geändert.</translation>
    </message>
    <message>
        <source>The PIN is stored.</source>
        <translation>Die PIN ist gespeichert.</translation>
    </message>
    <message>
        <source>The second factor is on: the next sign-in asks for it.</source>
        <translation>Der zweite Faktor ist an: Die nächste Anmeldung fragt danach.</translation>
    </message>
</context>
<context>
    <name>Users</name>
    <message>
        <source>Add a role</source>
        <translation>Rolle hinzufügen</translation>
    </message>
    <message>
        <source>Without a role this person can only look. Give at least viewer.</source>
        <translation>Ohne Rolle kann diese Person nur zusehen. Geben Sie mindestens Betrachter.</translation>
    </message>
    <message>
        <source>The same role stands here twice for the same area. Take one away.</source>
        <translation>Dieselbe Rolle steht hier zweimal für denselben Bereich. Nehmen Sie eine weg.</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>%1 (not in the plant)</source>
        <translation>%1 (nicht in der Anlage)</translation>
    </message>
    <message>
        <source>Take this role away</source>
        <translation>Diese Rolle wegnehmen</translation>
    </message>
    <message>
        <source>The password is empty.</source>
        <translation>Das Kennwort ist leer.</translation>
    </message>
    <message>
        <source>%1 characters; at least %2 are needed.</source>
        <translation>%1 Zeichen; mindestens %2 sind nötig.</translation>
    </message>
    <message>
        <source>%1 digits; a PIN has %2 to %3.</source>
        <translation>%1 Ziffern; eine PIN hat %2 bis %3.</translation>
    </message>
    <message>
        <source>This is not the same as above.</source>
        <translation>Das ist nicht dasselbe wie oben.</translation>
    </message>
    <message>
        <source>Reset password</source>
        <translation>Kennwort zurücksetzen</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>At least %1 characters. Tell it in person, not by mail.</source>
        <translation>Mindestens %1 Zeichen. Sagen Sie es persönlich, nicht per E-Mail.</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>Neues Kennwort</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>It has to be changed at the next sign-in, so that only this person knows it.</source>
        <translation>Es muss bei der nächsten Anmeldung geändert werden, damit nur diese Person es kennt.</translation>
    </message>
    <message>
        <source>Set PIN</source>
        <translation>PIN setzen</translation>
    </message>
    <message>
        <source>%1 to %2 digits, for fast switching at this station.</source>
        <translation>%1 bis %2 Ziffern, zum schnellen Wechsel an dieser Station.</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>Set badge</source>
        <translation>Ausweis setzen</translation>
    </message>
    <message>
        <source>Badge</source>
        <translation>Ausweis</translation>
    </message>
    <message>
        <source>Hold the badge to the reader, or type its number.</source>
        <translation>Halten Sie den Ausweis an den Leser oder tippen Sie seine Nummer.</translation>
    </message>
    <message>
        <source>No badge was read yet.</source>
        <translation>Es wurde noch kein Ausweis gelesen.</translation>
    </message>
    <message>
        <source>Full name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Angelegt</translation>
    </message>
    <message>
        <source>Last sign-in</source>
        <translation>Letzte Anmeldung</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Bestätigt</translation>
    </message>
    <message>
        <source>Ways to sign in</source>
        <translation>Wege zur Anmeldung</translation>
    </message>
    <message>
        <source>Reset…</source>
        <translation>Zurücksetzen…</translation>
    </message>
    <message>
        <source>Set…</source>
        <translation>Setzen…</translation>
    </message>
    <message>
        <source>Take away</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>Second factor</source>
        <translation>Zweiter Faktor</translation>
    </message>
    <message>
        <source>The PIN of %1 is gone.</source>
        <translation>Die PIN von %1 ist weg.</translation>
    </message>
    <message>
        <source>The badge of %1 does not sign in any more.</source>
        <translation>Der Ausweis von %1 meldet nicht mehr an.</translation>
    </message>
    <message>
        <source>%1 signs in without second factor now.</source>
        <translation>%1 meldet sich jetzt ohne zweiten Faktor an.</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Abschalten</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>%1 may try to sign in again.</source>
        <translation>%1 darf sich wieder anmelden.</translation>
    </message>
    <message>
        <source>No user selected</source>
        <translation>Kein Benutzer gewählt</translation>
    </message>
    <message>
        <source>Name and roles come from the directory at each sign-in; change them there.</source>
        <translation>Name und Rollen kommen bei jeder Anmeldung aus dem Verzeichnis; ändern Sie sie dort.</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>set</source>
        <translation>gesetzt</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>set, has to be changed at the next sign-in</source>
        <translation>gesetzt, bei der nächsten Anmeldung zu ändern</translation>
    </message>
    <message>
        <source>kept by the directory</source>
        <translation>führt das Verzeichnis</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Einschalten</translation>
    </message>
    <message>
        <source>Locked after too many failures, %1 left. Alarms and values are open to all.</source>
        <translation>Gesperrt nach zu vielen Fehlversuchen, noch %1. Alarme und Werte sehen alle.</translation>
    </message>
    <message>
        <source>The full name is empty. It stands in records beside the user name.</source>
        <translation>Der Name ist leer. Er steht in Aufzeichnungen neben dem Benutzernamen.</translation>
    </message>
    <message>
        <source>Applied to %1.</source>
        <translation>Auf %1 angewendet.</translation>
    </message>
    <message>
        <source>%1 may sign in.</source>
        <translation>%1 darf sich anmelden.</translation>
    </message>
    <message>
        <source>%1 cannot sign in any more.</source>
        <translation>%1 kann sich nicht mehr anmelden.</translation>
    </message>
    <message>
        <source>Change the user %1</source>
        <translation>Den Benutzer %1 ändern</translation>
    </message>
    <message>
        <source>%1 has a new password, to be changed at the next sign-in.</source>
        <translation>%1 hat ein neues Kennwort, bei der nächsten Anmeldung zu ändern.</translation>
    </message>
    <message>
        <source>%1 has a new PIN.</source>
        <translation>%1 hat eine neue PIN.</translation>
    </message>
    <message>
        <source>%1 has a new badge.</source>
        <translation>%1 hat einen neuen Ausweis.</translation>
    </message>
    <message>
        <source>Add user</source>
        <translation>Benutzer anlegen</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>For signing in, e.g. ana or j.lindner. It stays this person&apos;s for ever.</source>
        <translation>Zum Anmelden, z. B. ana oder j.lindner. Er gehört dieser Person für immer.</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>At least %1 characters.</source>
        <translation>Mindestens %1 Zeichen.</translation>
    </message>
    <message>
        <source>It has to be changed at the first sign-in.</source>
        <translation>Es muss bei der ersten Anmeldung geändert werden.</translation>
    </message>
    <message>
        <source>What this person may do</source>
        <translation>Was diese Person darf</translation>
    </message>
    <message>
        <source>The user name is empty.</source>
        <translation>Der Benutzername ist leer.</translation>
    </message>
    <message>
        <source>“%1” cannot be a user name: small letters, digits, hyphen, underscore, e.g. ana.</source>
        <translation>„%1“ kann kein Benutzername sein: Kleinbuchstaben, Ziffern, Bindestrich, Unterstrich, z. B. ana.</translation>
    </message>
    <message>
        <source>Add the user %1</source>
        <translation>Den Benutzer %1 anlegen</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>PIN, badge</source>
        <translation>PIN, Ausweis</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>disabled</source>
        <translation>abgeschaltet</translation>
    </message>
    <message>
        <source>locked, %1 left</source>
        <translation>gesperrt, %1</translation>
    </message>
    <message>
        <source>new password due</source>
        <translation>neues Kennwort fällig</translation>
    </message>
    <message>
        <source>enabled</source>
        <translation>eingeschaltet</translation>
    </message>
    <message>
        <source>badge</source>
        <translation>Ausweis</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>A user is never deleted: the name stands in the records and is never given to somebody else. Disable who has left.</source>
        <translation>Ein Benutzer wird nie gelöscht: Der Name steht in den Aufzeichnungen und wird nie neu vergeben. Schalten Sie ab, wer gegangen ist.</translation>
    </message>
    <message>
        <source>No users yet</source>
        <translation>Noch keine Benutzer</translation>
    </message>
    <message>
        <source>Everybody at this station may do everything, and the records name the login of the operating system. With the first user this ends: from then on people sign in. The first one is an administrator.</source>
        <translation>An dieser Station dürfen alle alles, und die Aufzeichnungen nennen den Benutzer des Betriebssystems. Mit dem ersten Benutzer endet das: Von da an meldet man sich an. Der erste ist Administrator.</translation>
    </message>
    <message>
        <source>Create first administrator…</source>
        <translation>Ersten Administrator anlegen…</translation>
    </message>
    <message>
        <source>cannot be read anew: %1</source>
        <translation>nicht neu lesbar: %1</translation>
    </message>
    <message>
        <source>%1 users, %2 disabled</source>
        <translation>%1 Benutzer, %2 abgeschaltet</translation>
    </message>
    <message>
        <source>%1 of %2 users</source>
        <translation>%1 von %2 Benutzern</translation>
    </message>
</context>
<context>
    <name>Value</name>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>source %1</source>
        <translation>Quelle %1</translation>
    </message>
    <message>
        <source>received %1</source>
        <translation>empfangen %1</translation>
    </message>
</context>
<context>
    <name>Waterfall</name>
    <message>
        <source>Planned busy</source>
        <translation>Planbelegung</translation>
    </message>
    <message>
        <source>Run time</source>
        <translation>Laufzeit</translation>
    </message>
    <message>
        <source>Net run</source>
        <translation>Nettolaufzeit</translation>
    </message>
    <message>
        <source>Fully productive</source>
        <translation>Voll produktiv</translation>
    </message>
    <message>
        <source>target %1</source>
        <translation>Ziel %1</translation>
    </message>
    <message>
        <source>%1 points</source>
        <translation>%1 Punkte</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>The station cannot start.
%1</source>
        <translation>Die Station kann nicht starten.
%1</translation>
    </message>
    <message>
        <source>The station cannot start because of a defect.
The log says more: logs/station.log</source>
        <translation>Die Station kann wegen eines Fehlers im Programm nicht starten.
Mehr steht im Protokoll: logs/station.log</translation>
    </message>
</context>
<context>
    <name>figures</name>
    <message>
        <source>d</source>
        <translation>d</translation>
    </message>
</context>
<context>
    <name>spoken</name>
    <message>
        <source>not available</source>
        <translation>nicht verfügbar</translation>
    </message>
    <message>
        <source>target %1 %</source>
        <translation>Ziel %1 %</translation>
    </message>
    <message>
        <source>not enough is known</source>
        <translation>zu wenig bekannt</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>machine states</source>
        <translation>Maschinenzustände</translation>
    </message>
    <message>
        <source>critical alarm</source>
        <translation>kritischer Alarm</translation>
    </message>
    <message>
        <source>high alarm</source>
        <translation>hoher Alarm</translation>
    </message>
    <message>
        <source>medium alarm</source>
        <translation>mittlerer Alarm</translation>
    </message>
    <message>
        <source>low alarm</source>
        <translation>niedriger Alarm</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>quittiert</translation>
    </message>
    <message>
        <source>unacknowledged</source>
        <translation>unquittiert</translation>
    </message>
    <message>
        <source>latched</source>
        <translation>gehalten</translation>
    </message>
    <message>
        <source>returned to normal</source>
        <translation>gegangen</translation>
    </message>
    <message>
        <source>out of service</source>
        <translation>außer Betrieb</translation>
    </message>
    <message>
        <source>uncertain</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>schlecht</translation>
    </message>
    <message>
        <source>no value yet</source>
        <translation>noch kein Wert</translation>
    </message>
    <message>
        <source>stale</source>
        <translation>veraltet</translation>
    </message>
    <message>
        <source>alarm shelved</source>
        <translation>Alarm zurückgestellt</translation>
    </message>
    <message>
        <source>alarm suppressed by design</source>
        <translation>Alarm per Logik unterdrückt</translation>
    </message>
    <message>
        <source>simulated</source>
        <translation>simuliert</translation>
    </message>
    <message>
        <source>forced</source>
        <translation>erzwungen</translation>
    </message>
    <message>
        <source>history</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>no history</source>
        <translation>kein Verlauf</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
</context>
</TS>
