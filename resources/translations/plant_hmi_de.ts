<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_US">
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
        <source>Help</source>
        <translation>Hilfe</translation>
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
