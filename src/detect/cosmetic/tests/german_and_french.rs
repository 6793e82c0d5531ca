//! The same for German and French, which platforms serve to European readers.

use super::{Case, hold, judged};

const DE: &str = "# Gemeinschaftsregeln
Zuletzt aktualisiert: 3. März 2026
Diese Regeln gelten für alle, die auf Clipnet Clips, Kommentare oder Livestreams veröffentlichen.
## Was nicht erlaubt ist
Du darfst keine Inhalte veröffentlichen, die den Verkauf von Tabak, Alkohol oder Waffen an Kinder zeigen.
- Spam und sich wiederholende Kommentare
- Gewaltandrohungen gegen Personen oder Gruppen
- Clips, die anderen gestohlen wurden
## Livestreams
Du musst mindestens 16 Jahre alt sein, um einen Livestream zu starten, und 18 Jahre, um Geschenke zu erhalten.
Ein Livestream kann bis zu 60 Minuten dauern. Nach drei Verwarnungen in 90 Tagen sperren wir dein Konto.
## Einspruch
Wenn wir deinen Clip irrtümlich entfernt haben, kannst du innerhalb von 30 Tagen Einspruch einlegen.
Weitere Informationen zum Einspruch findest du in unserer Hilfe.";

const FR: &str = "# Règles de la communauté
Dernière mise à jour : 3 mars 2026
Ces règles s'appliquent à toute personne qui publie des clips, des commentaires ou des directs sur Clipnet.
## Ce qui est interdit
Vous ne devez pas publier de contenu montrant la vente de tabac, d'alcool ou d'armes à des mineurs.
- Spam et commentaires répétitifs
- Menaces de violence contre une personne ou un groupe
- Clips volés à d'autres créateurs
## Directs
Vous devez avoir au moins 16 ans pour lancer un direct et 18 ans pour recevoir des cadeaux.
Un direct dure 60 minutes au maximum. Après trois avertissements en 90 jours, nous suspendons votre compte.
## Recours
Si nous avons supprimé votre clip par erreur, vous pouvez faire appel dans un délai de 30 jours.
En savoir plus sur les recours dans notre centre d'aide.";

#[test]
fn noise_in_german_is_not_told() {
    let cases: &[Case] = &[
        (
            "spacing",
            "Clips, Kommentare oder",
            "Clips,  Kommentare\u{a0}oder",
        ),
        ("date stamp", "3. März 2026", "17. März 2026"),
        ("date format", "3. März 2026", "03.03.2026"),
        ("spelling", "irrtümlich", "irrtuemlich"),
        (
            "word order",
            "Spam und sich wiederholende Kommentare",
            "Sich wiederholende Kommentare und Spam",
        ),
        (
            "small words",
            "Gewaltandrohungen gegen Personen",
            "Gewaltandrohungen gegen die Personen",
        ),
        (
            "another word",
            "Wenn wir deinen Clip irrtümlich",
            "Wenn wir deinen Clip versehentlich",
        ),
        (
            "another noun",
            "gegen Personen oder Gruppen",
            "gegen Menschen oder Gruppen",
        ),
        ("survey", "", "War dieser Artikel hilfreich?\nJa\nNein"),
        (
            "related",
            "",
            "## Ähnliche Artikel\n- Livestream starten\n- Geschenke senden",
        ),
        (
            "related, as a line",
            "",
            "Das könnte dich auch interessieren\n- Livestream starten\n- Geschenke senden",
        ),
        (
            "cookies",
            "",
            "Wir verwenden Cookies, um dir passende Inhalte zu zeigen.\nAlle akzeptieren",
        ),
        ("login", "", "Melde dich an, um Clips zu kommentieren"),
        (
            "pointer",
            "findest du in unserer Hilfe.",
            "findest du auf unseren Hilfeseiten.",
        ),
        ("menu", "", "Startseite\nImpressum\nDatenschutz"),
        ("credit", "", "© 2026 Clipnet. Alle Rechte vorbehalten."),
    ];
    hold("de", DE, cases, false);
}

#[test]
fn real_changes_in_german_are_told() {
    let cases: &[Case] = &[
        ("age", "mindestens 16 Jahre", "mindestens 18 Jahre"),
        ("length", "bis zu 60 Minuten", "bis zu 90 Minuten"),
        (
            "number in words",
            "Nach drei Verwarnungen",
            "Nach zwei Verwarnungen",
        ),
        ("span", "innerhalb von 30 Tagen", "innerhalb von 14 Tagen"),
        (
            "new item",
            "- Clips, die",
            "- Werbung für Glücksspiele und Wetten\n- Clips, die",
        ),
        (
            "item gone",
            "- Gewaltandrohungen gegen Personen oder Gruppen\n",
            "",
        ),
        (
            "ban",
            "",
            "Ab dem 1. Mai 2026 ist Werbung für Kryptowährungen nicht mehr erlaubt.",
        ),
        (
            "permission",
            "kannst du innerhalb von 30 Tagen Einspruch einlegen.",
            "ist kein Einspruch möglich.",
        ),
        (
            "new section",
            "## Einspruch",
            "## Bezahlte Partnerschaften\nBezahlte Beiträge müssen als Werbung gekennzeichnet werden.\n## Einspruch",
        ),
        (
            "duty",
            "",
            "Wer KI-generierte Inhalte veröffentlicht, muss sie deutlich kennzeichnen.",
        ),
    ];
    hold("de", DE, cases, true);
}

#[test]
fn noise_in_french_is_not_told() {
    let cases: &[Case] = &[
        ("apostrophes", "s'appliquent", "s’appliquent"),
        ("date stamp", "3 mars 2026", "17 mars 2026"),
        ("date format", "3 mars 2026", "03/03/2026"),
        ("accents", "répétitifs", "repetitifs"),
        ("another word", "par erreur", "à tort"),
        (
            "survey",
            "",
            "Cette page vous a-t-elle été utile ?\nOui\nNon",
        ),
        (
            "related",
            "",
            "## Articles associés\n- Lancer un direct\n- Envoyer un cadeau",
        ),
        (
            "cookies",
            "",
            "Nous utilisons des cookies pour améliorer votre expérience.\nTout accepter",
        ),
        (
            "pointer",
            "dans notre centre d'aide.",
            "sur nos pages d'aide.",
        ),
        ("credit", "", "© 2026 Clipnet. Tous droits réservés."),
    ];
    hold("fr", FR, cases, false);
}

#[test]
fn real_changes_in_french_are_told() {
    let cases: &[Case] = &[
        ("age", "au moins 16 ans", "au moins 18 ans"),
        ("length", "60 minutes", "90 minutes"),
        (
            "number in words",
            "trois avertissements",
            "deux avertissements",
        ),
        ("span", "30 jours", "14 jours"),
        (
            "new item",
            "- Clips volés",
            "- Publicité pour les jeux d'argent et les paris\n- Clips volés",
        ),
        (
            "item gone",
            "- Menaces de violence contre une personne ou un groupe\n",
            "",
        ),
        (
            "ban",
            "",
            "À compter du 1er mai 2026, la publicité pour les cryptomonnaies n'est plus autorisée.",
        ),
        (
            "duty",
            "",
            "Vous devez signaler clairement les contenus générés par l'IA.",
        ),
        (
            "permission gone",
            "vous pouvez faire appel dans un délai de 30 jours.",
            "vous ne pouvez pas faire appel.",
        ),
    ];
    hold("fr", FR, cases, true);
}

#[test]
fn walls_in_german_and_french_are_not_told() {
    let wall_de = "Melde dich an, um fortzufahren\nPasswort vergessen?\nNeues Konto erstellen";
    let wall_fr = "Connectez-vous pour continuer\nMot de passe oublié ?\nCréer un compte";
    for (language, base, wall) in [("de", DE, wall_de), ("fr", FR, wall_fr)] {
        assert!(judged(language, base, wall).is_err(), "{language}");
    }
    assert!(judged("de", DE, FR).is_err(), "another language");
}
