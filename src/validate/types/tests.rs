use proptest::prelude::{prop_assert, proptest};

use super::Reading;
use crate::messages::{self, Language};
use crate::recipe::model::{Constraints, Locale, Type};
use crate::record::Value;

fn reading(kind: Type, locale: Locale, constraints: &Constraints, text: &str) -> String {
    match Reading::new(kind, &[], constraints, locale).text(text) {
        Ok(value) => value.to_string(),
        Err(why) => messages::why(&why, Language::English),
    }
}

fn table(kind: Type, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(reading(kind, Locale::De, &Constraints::default(), text), *expected, "`{text}` as {kind:?}");
    }
}

#[test]
fn money_needs_a_currency_and_only_one() {
    let stated = |currency: Option<&str>, text: &str| {
        let constraints = Constraints { currency: currency.map(str::to_owned), ..Constraints::default() };
        reading(Type::Money, Locale::De, &constraints, text)
    };
    assert_eq!(stated(None, "1.234,50 €"), "1234.50 EUR");
    assert_eq!(stated(Some("EUR"), "12"), "12 EUR");
    assert_eq!(stated(Some("USD"), "$ 12"), "12 USD");
    assert_eq!(
        stated(None, "12"),
        "has no currency; write it beside the amount (12 EUR), or state `currency:` in the recipe"
    );
    assert_eq!(stated(None, "$ 12"), "`$` may mean several currencies; write one of USD, CAD, AUD");
    assert_eq!(stated(Some("EUR"), "12 CHF"), "is in CHF, but must be in EUR");
    let constraints = Constraints { currency: Some("EUR".to_owned()), ..Constraints::default() };
    assert_eq!(reading(Type::Decimal, Locale::De, &constraints, "12 CHF"), "is in CHF, but must be in EUR");
    table(Type::Decimal, &[("12,50 CHF", "12.50")]);
}

#[test]
fn whole_numbers_have_no_fraction_and_no_currency() {
    table(
        Type::Integer,
        &[
            ("1.234", "1234"),
            ("12,00", "12"),
            ("12,5", "must be a whole number"),
            ("12 €", "has a currency, but must be a plain number"),
        ],
    );
}

#[test]
fn yes_and_no_are_a_closed_list() {
    let listed = "neither yes nor no; write one of ja/nein, j/n, wahr/falsch, true/false, 1/0, x";
    table(
        Type::Bool,
        &[("Ja", "true"), ("NEIN", "false"), ("x", "true"), ("0", "false"), ("yes", listed), ("2", listed)],
    );
}

#[test]
fn addresses_and_urls() {
    let email = "not an e-mail address, such as name@example.com";
    table(
        Type::Email,
        &[
            ("anna.huber@example.com", "anna.huber@example.com"),
            ("a+b@sub.example.at", "a+b@sub.example.at"),
            ("anna", email),
            ("anna@localhost", email),
            ("anna@@example.com", email),
            ("Anna <anna@example.com>", email),
            ("\"a b\"@example.com", email),
            ("a@example.com, b@example.com", email),
            ("anna@[127.0.0.1]", email),
        ],
    );
    let url = "not a web address, such as https://example.com/page";
    table(
        Type::Url,
        &[
            ("https://example.com/a?b=c", "https://example.com/a?b=c"),
            ("www.example.com", url),
            ("ftp://example.com", url),
            ("http:example.com", url),
            ("https://exa mple.com", url),
            ("javascript:alert(1)", url),
        ],
    );
}

#[test]
fn ibans_say_what_is_wrong_with_them() {
    table(
        Type::Iban,
        &[
            ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
            ("at611904300234573201", "AT611904300234573201"),
            ("CH93 0076 2011 6238 5295 7", "CH9300762011623852957"),
            ("MU17BOMM0101101030300200000MUR", "MU17BOMM0101101030300200000MUR"),
            ("DE89 3704 0044 0532 0130 01", "the check digits do not fit; a digit is wrong, or two are swapped"),
            ("DE98370400440532013000", "the check digits do not fit; a digit is wrong, or two are swapped"),
            ("DE8937040044053201300", "an IBAN of DE has 22 characters, this one has 21"),
            ("DE893704004405320130001111111111111111111", "an IBAN of DE has 22 characters, this one has 41"),
            ("DE893704004405320130AB", "is not built like an IBAN of DE"),
            ("ZZ89370400440532013000", "there are no IBANs of the country `ZZ`"),
            ("37040044", "is not an IBAN, such as DE89 3704 0044 0532 0130 00"),
            ("DE", "is not an IBAN, such as DE89 3704 0044 0532 0130 00"),
            ("DE89-3704", "is not an IBAN, such as DE89 3704 0044 0532 0130 00"),
        ],
    );
}

#[test]
fn bics_have_a_country() {
    let not =
        "not a BIC: four letters for the bank, two for the country, two or five letters or digits, such as COBADEFFXXX";
    table(
        Type::Bic,
        &[
            ("COBADEFFXXX", "COBADEFFXXX"),
            ("giba at ww", "GIBAATWW"),
            ("COBADEF", not),
            ("COBAXXFF", not),
            ("COB4DEFF", not),
            ("CÖBADEFF", not),
        ],
    );
}

#[test]
fn vat_numbers_are_checked_by_country() {
    let checksum = "the check digit does not fit; a digit is wrong, or two are swapped";
    table(
        Type::VatId,
        &[
            ("DE 136 695 976", "DE136695976"),
            ("DE136695978", checksum),
            ("ATU13585627", "ATU13585627"),
            ("ATU13585626", checksum),
            ("CHE-116.281.710 MWST", "CHE116281710MWST"),
            ("CHE-116.281.711", checksum),
            ("NL123456789B01", "NL123456789B01"),
            ("DE12345678", "a VAT number of DE looks like DE999999999 (9 a digit, A a letter, X either)"),
            ("123456789", "does not begin with the country of a VAT number, such as DE or ATU"),
        ],
    );
}

#[test]
fn postcodes_are_those_of_the_country() {
    table(
        Type::Postcode,
        &[("01067", "01067"), ("1067", "not a postcode of DE, which looks like 99999 (9 a digit, A a letter)")],
    );
    assert_eq!(reading(Type::Postcode, Locale::DeAt, &Constraints::default(), "8010"), "8010");
    assert_eq!(
        reading(Type::Postcode, Locale::DeAt, &Constraints::default(), "0810"),
        "not a postcode of AT, which looks like 9999 (9 a digit, A a letter)"
    );
    assert_eq!(
        reading(Type::Postcode, Locale::Iso, &Constraints::default(), "8010"),
        "of which country is not known; state `country:` in the recipe"
    );
    let british = Constraints { country: Some("GB".to_owned()), ..Constraints::default() };
    assert_eq!(reading(Type::Postcode, Locale::De, &british, "sw1a 1aa"), "SW1A 1AA");
}

#[test]
fn telephone_numbers_become_international() {
    table(
        Type::Phone,
        &[
            ("030 1234567", "+49301234567"),
            ("(030) 1234567", "+49301234567"),
            ("030/1234-567", "+49301234567"),
            ("(0)30 1234567", "+49301234567"),
            ("+49 30 1234567", "+49301234567"),
            ("+49 (0)30 1234567", "+49301234567"),
            ("0049 (0) 30 1234567", "+49301234567"),
            ("+49 30 (0) 1234567", "`(` has no place there in a telephone number"),
            ("0049 (0)30 1234567", "+49301234567"),
            ("0043 1 5880", "+4315880"),
            ("+43 1 58858", "+43158858"),
            ("30 1234567", "the area code is missing: begin with 0 or with +49"),
            ("+49 030 1234567", "no 0 follows +49; leave it out or put it into brackets: +49 (0)"),
            ("030 1234567 ext. 12", "has words in it; write an extension as digits only"),
            ("110", "the area code is missing: begin with 0 or with +49"),
            ("+49 1234567890123456", "has 18 digits with the country's code; 7 to 15 are right"),
            ("030 1234*567", "`*` has no place there in a telephone number"),
            ("030 (1234", "`(` has no place there in a telephone number"),
        ],
    );
    assert_eq!(reading(Type::Phone, Locale::DeAt, &Constraints::default(), "01 58858"), "+43158858");
    assert_eq!(reading(Type::Phone, Locale::EnUs, &Constraints::default(), "(212) 555-0123"), "+12125550123");
    assert_eq!(
        reading(Type::Phone, Locale::Iso, &Constraints::default(), "030 1234567"),
        "of which country is not known; begin with + and the country's code"
    );
}

#[test]
fn lists_are_split_and_trimmed() {
    let list = |separator: Option<&str>, text: &str| {
        let constraints = Constraints { separator: separator.map(str::to_owned), ..Constraints::default() };
        reading(Type::List, Locale::De, &constraints, text)
    };
    assert_eq!(list(None, "a; b,c\nd;"), r#"["a","b","c","d"]"#);
    assert_eq!(list(Some("|"), "a;b | c"), r#"["a;b","c"]"#);
}

proptest! {
    #[test]
    fn no_text_makes_a_type_panic(text in ".{0,40}", like in "[A-Z0-9 +().@/-]{0,45}") {
        for kind in [
            Type::Text, Type::Code, Type::Integer, Type::Decimal, Type::Money, Type::Bool, Type::Email, Type::Phone, Type::Url,
            Type::Iban, Type::Bic, Type::VatId, Type::Postcode, Type::List,
        ] {
            let reading = Reading::new(kind, &[], &Constraints::default(), Locale::De);
            let _ = reading.text(&text);
            let _ = reading.text(&like);
        }
    }

    /// An international number is read as itself, so reading is stable.
    #[test]
    fn a_number_read_once_reads_the_same_again(text in "[+0(]{0,2}[0-9 ()/-]{5,18}") {
        let reading = Reading::new(Type::Phone, &[], &Constraints::default(), Locale::De);
        if let Ok(Value::Text(first)) = reading.text(&text) {
            prop_assert!(reading.text(&first) == Ok(Value::Text(first.clone())), "{} {}", text, first);
        }
    }
}
