//! The German words.

use super::super::Language;
use super::super::balance::{number_text, total_name};
use super::{letter, row, ticked};
use crate::record::{CurrencyFault, DateFault, IbanFault, NumberFault, PhoneFault, VatFault, Why};

pub(super) fn why(why: &Why) -> String {
    match why {
        Why::Unreadable { title, help } => {
            let help = help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            format!("die Datei ist nicht lesbar: {title}{help}")
        }
        Why::TooManyCells { expected, found } => format!(
            "die Zeile hat {found} Zellen, die Kopfzeile aber {expected} Spalten; fehlen Anführungszeichen um ein Trennzeichen?"
        ),
        Why::TooFewCells { expected, found } => {
            format!("die Zeile hat {found} Zellen, die Kopfzeile aber {expected} Spalten; ist die Zeile abgeschnitten?")
        }
        Why::Required => "ist ein Pflichtfeld, aber leer".to_owned(),
        Why::Check { check, message: Some(message) } => format!("{message} (`{check}`)"),
        Why::Check { check, message: None } => format!("`{check}` trifft nicht zu"),
        Why::Expression { expression, message, help, .. } => {
            let help = help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            format!("`{expression}` hat keinen Wert: {message}{help}")
        }
        Why::ColumnMissing { wanted, near } => {
            let near = meant(near.as_deref());
            match wanted.as_slice() {
                [one] => format!("die Datei hat keine Spalte `{one}`{near}"),
                several => format!("die Datei hat keine der Spalten {}{near}", ticked(several)),
            }
        }
        Why::ColumnTwice { column, at } => {
            format!("die Spalte `{column}` gibt es {}-mal ({}); alle bis auf eine umbenennen", at.len(), columns(at))
        }
        Why::CaptionMissing { caption, near } => {
            format!("das Blatt hat keine Zelle `{caption}`{}", meant(near.as_deref()))
        }
        Why::CaptionTwice { caption, times } => {
            format!("die Beschriftung `{caption}` steht {times}-mal im Blatt; welche Zelle gemeint ist, ist unklar")
        }
        Why::LostLetters { found } => {
            format!("Zeichen sind verloren, weil sie nicht zu der Kodierung passen, die die Mail angibt, oder sie keine angibt: `{found}`")
        }
        Why::NoAttachment { wanted, found } if found.is_empty() => {
            format!("die Mail hat keinen Anhang; erwartet wird {}", ticked(wanted))
        }
        Why::NoAttachment { wanted, found } => {
            format!("die Mail hat keinen Anhang {}; angehängt ist {}", ticked(wanted), ticked(found))
        }
        Why::DamagedAttachment { why } => {
            format!("der Anhang ist nicht zu gebrauchen ({why}); bitte neu anfordern")
        }
        Why::MailCutOff => {
            "die Mail endet, bevor ihr letzter Teil geschlossen ist: sie ist abgeschnitten; bitte neu anfordern".to_owned()
        }
        Why::DamagedText => {
            "der Text der Mail ist nicht zu gebrauchen: sein Base64-Code ist beschädigt; bitte neu anfordern".to_owned()
        }
        Why::ClosedArchive { name } => format!(
            "`{name}` lässt sich nicht öffnen, also ist unbekannt, was darin ist: beschädigt, zu tief verschachtelt oder kein \
             Zip-Archiv; bitte als Zip neu anfordern"
        ),
        Why::ControlLetter { found } => {
            let code = found.chars().find(|letter| letter.is_ascii_control()).map(letter).unwrap_or_default();
            format!("im Text steht das Steuerzeichen `{code}`, das in keinem Wert vorkommt")
        }
        Why::NoRows => "hat keine Zeilen: unter der Kopfzeile steht nichts".to_owned(),
        Why::MailTable { columns, times: 0 } => {
            format!("die Mail hat keine Tabelle mit den Spalten {}", ticked(columns))
        }
        Why::MailTable { columns, times } => {
            format!("die Mail hat {times} Tabellen mit den Spalten {}; welche gemeint ist, ist unklar", ticked(columns))
        }
        Why::PathTwice { path, times } => format!(
            "`{path}` führt zu {times} Stellen; welche gilt, ist unklar; `first: true` angeben oder genauer fassen"
        ),
        Why::PathKind { path, found } => {
            let found = match *found {
                "elements" => "einem Element, das weitere enthält",
                "object" => "einem Objekt",
                _ => "einer Liste",
            };
            format!("`{path}` führt zu {found} und damit zu keinem Wert")
        }
        Why::TextTwice { wanted, found } => {
            format!("`{wanted}` findet verschiedene Werte: {}", ticked(&found[..found.len().min(5)]))
        }
        Why::NoText => "das PDF enthält keinen lesbaren Text; es ist ein Scan oder verbirgt seine Buchstaben und muss von Hand erfasst werden".to_owned(),
        Why::NoInvoice => "das PDF enthält keine E-Rechnung (weder ZUGFeRD noch Factur-X)".to_owned(),
        Why::NoLines => "die Rechnung hat keine Positionen, aber jede Position soll ein Datensatz werden".to_owned(),
        Why::InvoiceSum { rule, expected, found } => {
            let what = match rule {
                10 => "die Summe der Positionen (BT-106) ist {found}, die Positionen ergeben aber {expected}",
                11 => "die Summe der Nachlässe (BT-107) ist {found}, die Nachlässe ergeben aber {expected}",
                12 => "die Summe der Zuschläge (BT-108) ist {found}, die Zuschläge ergeben aber {expected}",
                13 => {
                    "der Nettobetrag (BT-109) ist {found}, Positionen, Nachlässe und Zuschläge ergeben aber {expected}"
                }
                14 => "der Steuerbetrag (BT-110) ist {found}, die Steueraufschlüsselung ergibt aber {expected}",
                15 => "der Bruttobetrag (BT-112) ist {found}, Netto und Steuer ergeben aber {expected}",
                _ => "der Zahlbetrag (BT-115) ist {found}, Brutto, Anzahlung und Rundung ergeben aber {expected}",
            };
            let what = what
                .replace("{found}", &number_text(found, Language::German))
                .replace("{expected}", &number_text(expected, Language::German));
            format!("{what} (BR-CO-{rule}); bitte eine richtige Rechnung anfordern")
        }
        Why::InvoiceAmount { term, value } => format!("der Betrag {term} ist `{value}` und damit keine Zahl"),
        Why::InvoiceCurrency { term, found, currency } => format!(
            "der Betrag {term} ist in `{found}`, die Rechnung aber in `{currency}` (BT-5); bitte eine richtige Rechnung anfordern"
        ),
        Why::CellError => "die Zelle enthält einen Fehler; bitte die Formel richtigstellen".to_owned(),
        Why::CellKind { found, wanted } => {
            format!("die Zelle enthält {}, das Feld ist aber vom Typ `{wanted}`", cell(found))
        }
        Why::ShownOtherwise { digits } => format!(
            "die Zelle enthält die Zahl {digits}, zeigt sie aber anders an; die Spalte als Text oder als `0` formatieren"
        ),
        Why::NotCalculated => {
            "die Formel ist noch nicht berechnet; die Datei im Tabellenprogramm öffnen und speichern".to_owned()
        }
        Why::Rounded { digits } => format!(
            "die Zelle enthält die Zahl {digits}, von der Tabellenprogramme nur die ersten 15 Stellen behalten; die Spalte \
             als Text formatieren und neu eingeben"
        ),
        Why::CodeFraction => {
            "ein Code kann keine Zahl mit Nachkommastellen sein; die Spalte als Text formatieren".to_owned()
        }
        Why::Number(fault) => number(fault),
        Why::Currency(fault) => currency(fault),
        Why::Date(fault) => moment(fault, "kein Datum", "nur ein Datum"),
        Why::Time(fault) => moment(fault, "keine Uhrzeit", "nur eine Uhrzeit"),
        Why::DateTime(fault) => moment(fault, "kein Datum mit Uhrzeit", "ein Datum mit Uhrzeit"),
        Why::Bool { words } => format!("ist weder ja noch nein; erlaubt sind {words}"),
        Why::Email => "ist keine E-Mail-Adresse wie name@example.com".to_owned(),
        Why::Phone(fault) => phone(fault),
        Why::Url => "ist keine Webadresse wie https://example.com/seite".to_owned(),
        Why::Iban(fault) => iban(fault),
        Why::Bic => "ist kein BIC: vier Buchstaben für die Bank, zwei für das Land, zwei oder fünf Buchstaben oder \
                     Ziffern, etwa COBADEFFXXX"
            .to_owned(),
        Why::Vat(fault) => vat(fault),
        Why::Postcode { country, form } => {
            format!("ist keine Postleitzahl von {country}; sie sieht so aus: {form} (9 Ziffer, A Buchstabe)")
        }
        Why::PostcodeCountry { country: Some(country) } => {
            format!("für Postleitzahlen von {country} gibt es keine Regel; Typ `text` mit `pattern` verwenden")
        }
        Why::PostcodeCountry { country: None } => "das Land ist nicht bekannt; im Rezept `country:` angeben".to_owned(),
        Why::Extract { pattern } => format!("passt nicht zu `{pattern}`, darum lässt sich nichts herausnehmen"),
        Why::NotInMap { table, near } => format!("steht nicht in der Tabelle {table}{}", meant(near.as_deref())),
        Why::Pattern { pattern } => format!("passt nicht zum Muster `{pattern}`"),
        Why::Minimum { limit } => format!("ist kleiner als {}", number_text(limit, Language::German)),
        Why::Maximum { limit } => format!("ist größer als {}", number_text(limit, Language::German)),
        Why::MinLength { limit, found } => format!("hat {found} Zeichen, mindestens {limit} sind nötig"),
        Why::MaxLength { limit, found } => format!("hat {found} Zeichen, höchstens {limit} sind erlaubt"),
        Why::Decimals { limit, found } => format!("hat {found} Nachkommastellen, höchstens {limit} sind erlaubt"),
        Why::OneOf { allowed, more, near } => {
            let more = if *more > 0 { format!(" und {more} weitere") } else { String::new() };
            format!("ist nicht erlaubt; erlaubt: {}{more}{}", ticked(allowed), meant(near.as_deref()))
        }
        Why::Unique { first } => format!("darf nur einmal vorkommen, steht aber schon in {}", row(first, "Zeile")),
        Why::Computed { found, wanted } => {
            format!("der berechnete Wert ist von der Art {found}, das Feld aber vom Typ `{wanted}`")
        }
        Why::LineKeyEmpty => {
            "unterscheidet eine Zeile von den anderen ihres Datensatzes und darf nicht leer sein".to_owned()
        }
        Why::LineTwice { by, first: Some(first) } => format!(
            "`{by}` unterscheidet eine Zeile von den anderen ihres Datensatzes, ist aber gleich in {}",
            row(first, "Zeile")
        ),
        Why::LineTwice { first: None, .. } => "steht zweimal in der Liste, und jeder Wert ist ein eigener Eintrag".to_owned(),
        Why::KeyEmpty => "gehört zum Schlüssel des Datensatzes und darf nicht leer sein".to_owned(),
        Why::NotSame { first, at } => {
            let first = if first.is_empty() { "leer".to_owned() } else { format!("`{first}`") };
            format!("muss in allen Zeilen des Datensatzes gleich sein, ist aber in {} {first}", row(at, "Zeile"))
        }
        Why::NotAdjacent { record } => format!(
            "die Zeilen von {record} stehen nicht beieinander; die Datei sortieren oder `scattered: true` angeben"
        ),
        Why::Unassigned { at } => format!(
            "{} könnte zu diesem Datensatz gehören, lässt sich aber nicht zuordnen; bitte zuerst berichtigen",
            row(at, "Zeile")
        ),
        Why::FooterMissing { caption } => format!("die Kontrollsumme in der Zeile `{caption}` fehlt"),
        Why::FooterTwice { caption } => format!("die Zeile `{caption}` mit der Kontrollsumme gibt es mehrfach"),
        Why::Control { name, expected, found, unread } => {
            let unread = match unread {
                0 => String::new(),
                1 => "; 1 Zeile war nicht lesbar und fehlt darin".to_owned(),
                many => format!("; {many} Zeilen waren nicht lesbar und fehlen darin"),
            };
            let (expected, found) = (number_text(expected, Language::German), number_text(found, Language::German));
            format!("{} soll {expected} sein, die Zeilen ergeben {found}{unread}", total_name(name, Language::German))
        }
        Why::ControlOverflow { name } => format!("{} hat mehr als 28 Stellen", total_name(name, Language::German)),
    }
}

fn number(fault: &NumberFault) -> String {
    match fault {
        NumberFault::DecimalMark { locale, write } if locale.starts_with("de") && *locale != "de-CH" => {
            format!("sieht wie eine englische Zahl aus; auf Deutsch ({locale}): {write}")
        }
        NumberFault::DecimalMark { locale, write } => {
            format!("hat das Dezimalzeichen eines anderen Landes; in {locale}: {write}")
        }
        NumberFault::Swapped { locale, write } => {
            format!("hat die Trennzeichen eines anderen Landes; in {locale}: {write}")
        }
        NumberFault::ForeignMark { locale, mark, decimal } => {
            format!("`{mark}` hat in Zahlen von {locale} keine Bedeutung; das Dezimalzeichen ist `{decimal}`")
        }
        NumberFault::Group { mark, digits } => {
            format!("nach jedem {} müssen genau drei Ziffern stehen, nicht {digits}", group(*mark))
        }
        NumberFault::FirstGroup { mark, digits: 1..=3 } => {
            format!("eine Zahl mit {} darf nicht mit 0 beginnen", group(*mark))
        }
        NumberFault::FirstGroup { mark, digits } => {
            format!("vor dem ersten {} müssen ein bis drei Ziffern stehen, nicht {digits}", group(*mark))
        }
        NumberFault::GroupAfterDecimal { mark } => format!("nach dem Dezimalzeichen darf kein {} stehen", group(*mark)),
        NumberFault::MixedGroups => "gliedert die Ziffern mit zwei verschiedenen Zeichen".to_owned(),
        NumberFault::TwoDecimalMarks { mark } => format!("hat das Dezimalzeichen `{mark}` mehrfach"),
        NumberFault::BareMark { write } => {
            format!("braucht Ziffern auf beiden Seiten des Dezimalzeichens: {write}")
        }
        NumberFault::Character { found } => {
            format!("`{}` gehört nicht in eine Zahl; Ziffern sind 0 bis 9", letter(*found))
        }
        NumberFault::TwoSigns => "hat mehr als ein Vorzeichen".to_owned(),
        NumberFault::Bracket => "hat eine Klammer ohne Gegenstück".to_owned(),
        NumberFault::Percent => "hat ein Prozentzeichen; die Zahl ohne dieses schreiben".to_owned(),
        NumberFault::NoDigits => "ist keine Zahl: es stehen keine Ziffern darin".to_owned(),
        NumberFault::TooLong => "hat mehr als 28 Stellen und lässt sich nicht genau speichern".to_owned(),
        NumberFault::NotWhole => "muss eine ganze Zahl sein".to_owned(),
    }
}

fn currency(fault: &CurrencyFault) -> String {
    match fault {
        CurrencyFault::Missing => {
            "hat keine Währung; sie neben den Betrag schreiben (12 EUR) oder im Rezept `currency:` angeben".to_owned()
        }
        CurrencyFault::Ambiguous { sign, codes } => {
            format!("`{sign}` kann mehrere Währungen bedeuten; eine davon schreiben: {codes}")
        }
        CurrencyFault::Unknown { code } => format!("`{code}` ist kein Währungscode nach ISO 4217"),
        CurrencyFault::Other { found, wanted } => format!("ist in {found}, muss aber in {wanted} sein"),
        CurrencyFault::Unwanted => "hat eine Währung, muss aber eine reine Zahl sein".to_owned(),
    }
}

fn moment(fault: &DateFault, no: &str, only: &str) -> String {
    match fault {
        DateFault::Format { formats, example } => {
            format!("ist {no} in der Form {}, etwa {example}", ticked(formats))
        }
        DateFault::NoSuchDay { year, month, days } => format!("der {} {year} hat {days} Tage", month_name(*month)),
        DateFault::NoSuchMonth { month, format } => format!("den Monat {month} gibt es nicht (gelesen als `{format}`)"),
        DateFault::TwoDigitYear => "das Jahr hat nur zwei Stellen; alle vier schreiben".to_owned(),
        DateFault::Year => "das Jahr muss zwischen 1000 und 9999 liegen".to_owned(),
        DateFault::NoSuchTime => "diese Uhrzeit gibt es nicht".to_owned(),
        DateFault::HasTime => format!("hat eine Uhrzeit, soll aber {only} sein"),
        DateFault::NumberCell => {
            "die Zelle enthält eine Zahl und kein Datum; die Spalte als Datum formatieren".to_owned()
        }
        DateFault::BadFormat { format, reason } => {
            format!("das Format `{format}` des Rezepts ist nicht verwendbar: {reason}")
        }
    }
}

fn phone(fault: &PhoneFault) -> String {
    match fault {
        PhoneFault::Character { found } => {
            format!("`{}` gehört dort nicht in eine Telefonnummer", letter(*found))
        }
        PhoneFault::NoPrefix { code } => format!("die Vorwahl fehlt: mit 0 oder mit {code} beginnen"),
        PhoneFault::ZeroAfterCode { code } => {
            format!("nach {code} folgt keine 0; weglassen oder in Klammern setzen: {code} (0)")
        }
        PhoneFault::Length { digits } => format!("hat mit der Landesvorwahl {digits} Ziffern; richtig sind 7 bis 15"),
        PhoneFault::Extension => "enthält Wörter; eine Durchwahl nur mit Ziffern schreiben".to_owned(),
        PhoneFault::NoCountry => "das Land ist nicht bekannt; mit + und der Landesvorwahl beginnen".to_owned(),
    }
}

fn iban(fault: &IbanFault) -> String {
    match fault {
        IbanFault::Form => "ist keine IBAN wie DE89 3704 0044 0532 0130 00".to_owned(),
        IbanFault::Country { country } => format!("für das Land `{country}` gibt es keine IBAN"),
        IbanFault::Length { country, expected, found } => {
            format!("eine IBAN von {country} hat {expected} Stellen, diese hat {found}")
        }
        IbanFault::Structure { country } => format!("ist nicht wie eine IBAN von {country} aufgebaut"),
        IbanFault::Checksum => {
            "die Prüfziffer stimmt nicht; eine Ziffer ist falsch oder zwei sind vertauscht".to_owned()
        }
    }
}

fn vat(fault: &VatFault) -> String {
    match fault {
        VatFault::Country => "beginnt nicht mit dem Land einer USt-IdNr., etwa DE oder ATU".to_owned(),
        VatFault::Form { country, form } => {
            format!("eine USt-IdNr. von {country} sieht so aus: {form} (9 Ziffer, A Buchstabe, X beides)")
        }
        VatFault::Checksum => {
            "die Prüfziffer stimmt nicht; eine Ziffer ist falsch oder zwei sind vertauscht".to_owned()
        }
    }
}

fn meant(near: Option<&str>) -> String {
    near.map(|near| format!("; ist `{near}` gemeint?")).unwrap_or_default()
}

fn cell(found: &str) -> &str {
    match found {
        "number" => "eine Zahl",
        "bool" => "WAHR oder FALSCH",
        "date" => "ein Datum",
        "time" => "eine Uhrzeit",
        "duration" => "eine Zeitdauer",
        other => other,
    }
}

fn group(mark: char) -> String {
    if mark.is_whitespace() { "Leerzeichen".to_owned() } else { format!("`{mark}`") }
}

fn columns(at: &[usize]) -> String {
    at.iter().map(|at| format!("Spalte {at}")).collect::<Vec<_>>().join(", ")
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    usize::try_from(month - 1).ok().and_then(|at| NAMES.get(at)).copied().unwrap_or("Monat")
}
