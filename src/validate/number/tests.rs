use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};
use rust_decimal::Decimal;

use super::{Found, read, read_digits, write};
use crate::messages::{self, Language};
use crate::recipe::model::Locale;
use crate::validate::locale::numbers;

/// The number as digits, with the currency that stood there; or what a clerk is told.
fn reading(text: &str, locale: Locale) -> String {
    match read(text, &numbers(locale)) {
        Ok(Found { value, currency: None }) => value.to_string(),
        Ok(Found { value, currency: Some(currency) }) => match currency.code() {
            Ok(code) => format!("{value} {code}"),
            Err(_) => format!("{value} ?"),
        },
        Err(why) => messages::why(&why, Language::English),
    }
}

fn table(locale: Locale, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(reading(text, locale), *expected, "`{text}` in {locale:?}");
    }
}

#[test]
fn german_numbers_are_read() {
    table(
        Locale::De,
        &[
            ("1.234,56", "1234.56"),
            ("1234,56", "1234.56"),
            ("1234,5", "1234.5"),
            ("1.234", "1234"),
            ("1.234.567", "1234567"),
            ("0,50", "0.50"),
            ("007", "7"),
            ("00,5", "0.5"),
            ("+5", "5"),
            ("-1.234,56", "-1234.56"),
            ("−5", "-5"),
            ("- 5", "-5"),
            ("1.234,56-", "-1234.56"),
            ("12,00-", "-12.00"),
            ("(1.234,56)", "-1234.56"),
            ("1 234,56", "1234.56"),
            ("1\u{a0}234,56", "1234.56"),
            ("1\u{202f}234\u{202f}567,00", "1234567.00"),
            ("€ 1.234,56", "1234.56 EUR"),
            ("€1.234,56", "1234.56 EUR"),
            ("1.234,56 €", "1234.56 EUR"),
            ("1.234,56\u{a0}EUR", "1234.56 EUR"),
            ("EUR 1.234,56", "1234.56 EUR"),
            ("-€ 5", "-5 EUR"),
            ("€ -5", "-5 EUR"),
            ("5,00- €", "-5.00 EUR"),
            ("(5,00 €)", "-5.00 EUR"),
            ("12,- €", "12 EUR"),
            ("12,–", "12"),
            ("1.200,--", "1200"),
            ("-12,- €", "-12 EUR"),
            ("-0,00", "0.00"),
            ("9999999999999999999999999999", "9999999999999999999999999999"),
            ("$ 5", "5 ?"),
        ],
    );
}

#[test]
fn what_is_no_german_number_is_rejected_with_the_reason() {
    table(
        Locale::De,
        &[
            ("12.50", "looks like an English number; in German (de) write 12,50"),
            ("1.5", "looks like an English number; in German (de) write 1,5"),
            ("-1.5", "looks like an English number; in German (de) write -1,5"),
            ("0.123", "looks like an English number; in German (de) write 0,123"),
            ("12.5000", "looks like an English number; in German (de) write 12,5000"),
            ("1234.567", "looks like an English number; in German (de) write 1.234,567"),
            ("1,234.56", "has another country's marks; in de write 1.234,56"),
            ("1,234,567", "has the decimal mark `,` more than once"),
            ("1'234,50", "`'` has no meaning in numbers of de; the decimal mark is `,`"),
            ("1'234", "has another country's marks; in de write 1.234"),
            ("1.23,4", "after each `.` there must be exactly three digits, not 2"),
            ("1.2345,6", "after each `.` there must be exactly three digits, not 4"),
            ("1.23.456", "after each `.` there must be exactly three digits, not 2"),
            ("1234.567,89", "before the first `.` there must be one to three digits, not 4"),
            ("0.123,5", "a number with `.` must not begin with 0"),
            ("1 23,4", "after each blank there must be exactly three digits, not 2"),
            ("1.234 567", "groups its digits with two different marks"),
            ("1,5,-", "has the decimal mark `,` more than once"),
            ("1,2,3", "has the decimal mark `,` more than once"),
            ("1,234.5.6", "no `.` may follow the decimal mark"),
            (",50", "needs digits on both sides of the decimal mark: write 0,50"),
            ("12,", "needs digits on both sides of the decimal mark: write 12"),
            ("12a", "`a` has no place in a number; digits are 0 to 9"),
            ("１２", "`１` has no place in a number; digits are 0 to 9"),
            ("1\u{200b}2", "`U+200B` has no place in a number; digits are 0 to 9"),
            ("1e3", "`e` has no place in a number; digits are 0 to 9"),
            ("--5", "has more than one sign"),
            ("(-5)", "has more than one sign"),
            ("-5-", "has more than one sign"),
            ("(5", "has a bracket without its partner"),
            ("5)", "has a bracket without its partner"),
            ("19 %", "has a percent sign; write the number without it"),
            ("-", "is not a number: it has no digits"),
            ("€", "is not a number: it has no digits"),
            ("n/a", "`n` has no place in a number; digits are 0 to 9"),
            ("5 XYZ", "`XYZ` is no currency code of ISO 4217"),
            ("12345678901234567890123456789", "has more than 28 digits, which cannot be kept exactly"),
        ],
    );
}

#[test]
fn other_locales_have_their_own_marks() {
    table(
        Locale::DeCh,
        &[
            ("CHF 1'234.50", "1234.50 CHF"),
            ("1’234.50", "1234.50"),
            ("Fr. 12.–", "12 CHF"),
            ("12.-", "12"),
            ("1.5", "1.5"),
            ("1,5", "has another country's decimal mark; in de-CH write 1.5"),
            ("1.234,56", "has another country's marks; in de-CH write 1'234.56"),
            ("1,234", "`,` has no meaning in numbers of de-CH; the decimal mark is `.`"),
        ],
    );
    table(
        Locale::EnGb,
        &[
            ("1,234.56", "1234.56"),
            ("£1,234", "1234 GBP"),
            ("12,50", "has another country's decimal mark; in en-GB write 12.50"),
            ("1.234,56", "has another country's marks; in en-GB write 1,234.56"),
            ("12.-", "needs digits on both sides of the decimal mark: write 12"),
        ],
    );
    table(
        Locale::Iso,
        &[
            ("1234.56", "1234.56"),
            ("-0.5", "-0.5"),
            ("1,5", "has another country's decimal mark; in iso write 1.5"),
            ("1,234", "`,` has no meaning in numbers of iso; the decimal mark is `.`"),
            ("1 234", "has another country's marks; in iso write 1234"),
        ],
    );
    table(
        Locale::DeAt,
        &[("1 234 567,89", "1234567.89"), ("1.5", "looks like an English number; in German (de-AT) write 1,5")],
    );
}

#[test]
fn digits_of_number_cells_are_exact() {
    assert_eq!(read_digits("-12.50").map(|value| value.to_string()), Ok("-12.50".to_owned()));
    assert!(read_digits("1,5").is_err());
    assert!(read_digits("1E+20").is_err());
    assert!(read_digits("").is_err());
}

const LOCALES: [Locale; 6] = [Locale::De, Locale::DeAt, Locale::DeCh, Locale::EnGb, Locale::EnUs, Locale::Iso];

fn decimals() -> impl Strategy<Value = Decimal> {
    (-9_999_999_999_999_999_999_999_999_999_i128..=9_999_999_999_999_999_999_999_999_999, 0_u32..=28)
        .prop_map(|(digits, scale)| Decimal::from_i128_with_scale(digits, scale))
}

proptest! {
    #[test]
    fn a_number_written_in_a_locale_reads_back_equal(value in decimals()) {
        for locale in LOCALES {
            let text = write(value, &numbers(locale));
            let read = read(&text, &numbers(locale)).map(|found| found.value);
            prop_assert_eq!(read.clone(), Ok(value), "{} in {:?}", text, locale);
            prop_assert_eq!(read.map(|read| read.scale()), Ok(value.scale()));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,40}") {
        for locale in LOCALES {
            let _ = read(&text, &numbers(locale));
        }
        let _ = read_digits(&text);
    }

    #[test]
    fn no_text_of_marks_and_digits_makes_it_panic(text in "[-+0-9.,' ()€%−–a]{0,40}") {
        for locale in LOCALES {
            let _ = read(&text, &numbers(locale));
        }
    }

    /// The plain digits of a text, read by the decimal library, are what the locale's reader finds; and what has a mark
    /// at a wrong place is found to be no number.
    #[test]
    fn digits_are_read_as_the_decimal_library_reads_them(whole in "0|[1-9][0-9]{0,27}", fraction in "[0-9]{0,27}", sign in "-?") {
        for locale in LOCALES {
            let rules = numbers(locale);
            let mark = if fraction.is_empty() { String::new() } else { rules.decimal.to_string() };
            let exact = Decimal::from_str_exact(&format!("{sign}{whole}{}{fraction}", if mark.is_empty() { "" } else { "." }));
            let text = format!("{sign}{whole}{mark}{fraction}");
            let read = read(&text, &rules).map(|found| found.value);
            let digits = format!("{whole}{fraction}").trim_start_matches('0').len();
            if digits <= 28 {
                prop_assert_eq!(read.ok().map(|read| (read, read.scale())), exact.ok().map(|exact| (exact, exact.scale())), "{} in {:?}", text, locale);
            } else {
                prop_assert!(read.is_err(), "{} in {:?}", text, locale);
            }
        }
    }

    #[test]
    fn a_group_of_other_than_three_digits_is_refused(first in "[1-9][0-9]{0,2}", groups in proptest::collection::vec("[0-9]{1,5}", 1..4)) {
        for (locale, mark) in [(Locale::De, '.'), (Locale::DeAt, ' '), (Locale::DeCh, '\''), (Locale::DeCh, '’'), (Locale::EnGb, ',')] {
            let text = groups.iter().fold(first.clone(), |text, group| format!("{text}{mark}{group}"));
            let right = groups.iter().all(|group| group.len() == 3);
            prop_assert_eq!(read(&text, &numbers(locale)).is_ok(), right, "{} in {:?}", text, locale);
        }
    }

    /// What German and English read from the same text is never two different numbers, except for the one case that the
    /// stated locale alone decides: a single mark with exactly three digits behind it.
    #[test]
    fn a_german_number_is_never_read_as_another(text in "[0-9]{1,5}([.,][0-9]{1,5}){0,3}") {
        let german = read(&text, &numbers(Locale::De)).map(|found| found.value);
        let english = read(&text, &numbers(Locale::EnGb)).map(|found| found.value);
        if let (Ok(german), Ok(english)) = (german, english) && german != english {
            let mark = text.find(['.', ',']).expect("without a mark both read the same");
            prop_assert!(mark <= 3 && text.len() - mark == 4 && !text.starts_with('0'), "{}", text);
        }
    }

    /// Grouped digits are the digits without their marks: grouping never moves the decimal mark.
    #[test]
    fn grouping_changes_no_value(text in "[1-9][0-9]{0,2}(\\.[0-9]{3}){1,5}(,[0-9]{1,4})?") {
        let plain = text.replace('.', "").replace(',', ".");
        let read = read(&text, &numbers(Locale::De)).map(|found| found.value.to_string());
        prop_assert_eq!(read, Ok(plain));
    }
}
