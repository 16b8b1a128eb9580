//! What can be wrong with the writing of one value, type by type, as facts: the reader finds them, the catalogue of
//! messages has the words. Each carries what its message needs, such as the right way to write the value.

/// What is wrong with a number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberFault {
    /// Another language's decimal mark: `12.50` where a comma is the decimal mark.
    DecimalMark {
        /// The code of the locale that it was read in: `de`.
        locale: &'static str,
        /// The same number as this locale writes it: `12,50`.
        write: String,
    },
    /// Both marks are there, used the other way round: `1,234.56` where `1.234,56` is right.
    Swapped {
        /// The code of the locale that it was read in.
        locale: &'static str,
        /// The same number as this locale writes it.
        write: String,
    },
    /// A mark that this locale does not know, in a place where it may mean two things: `1,234` where a point is the
    /// decimal mark.
    ForeignMark {
        /// The code of the locale that it was read in.
        locale: &'static str,
        /// The mark.
        mark: char,
        /// The decimal mark of the locale.
        decimal: char,
    },
    /// A group of thousands that has not exactly three digits: `1.23,4`.
    Group {
        /// The mark that groups.
        mark: char,
        /// How many digits the wrong group has.
        digits: usize,
    },
    /// A group of thousands before the first mark that is empty or longer than three digits: `1234.567,00`.
    FirstGroup {
        /// The mark that groups.
        mark: char,
        /// How many digits stand before the first mark.
        digits: usize,
    },
    /// A grouping mark after the decimal mark: `1,234.5` in a locale whose decimal mark is the comma.
    GroupAfterDecimal {
        /// The mark that groups.
        mark: char,
    },
    /// Two different grouping marks: `1.234 567`.
    MixedGroups,
    /// The decimal mark stands there more than once: `1,2,3`.
    TwoDecimalMarks {
        /// The decimal mark.
        mark: char,
    },
    /// No digit on one side of the decimal mark: `,50` or `12,`.
    BareMark {
        /// The number as it should be written.
        write: String,
    },
    /// A character that has no place in a number.
    Character {
        /// The character.
        found: char,
    },
    /// More than one sign: `--5`, `-5-`, `(-5)`.
    TwoSigns,
    /// A bracket without its partner: `(5`.
    Bracket,
    /// A percent sign.
    Percent,
    /// No digit at all.
    NoDigits,
    /// More than 28 digits, which cannot be kept exactly.
    TooLong,
    /// A fraction where a whole number is wanted.
    NotWhole,
}

/// What is wrong with a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CurrencyFault {
    /// The value names none, and the recipe states none.
    Missing,
    /// A sign that several currencies share: `$`, `¥`, `kr`.
    Ambiguous {
        /// The sign.
        sign: String,
        /// Codes of currencies that use it.
        codes: &'static str,
    },
    /// Three letters that are no code of ISO 4217.
    Unknown {
        /// The letters.
        code: String,
    },
    /// Not the currency that the recipe states.
    Other {
        /// The currency found.
        found: String,
        /// The only one allowed.
        wanted: String,
    },
    /// A currency where a plain number is wanted.
    Unwanted,
}

/// What is wrong with a date, a time of day, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateFault {
    /// It is not written in any of the formats.
    Format {
        /// The formats as the recipe or the locale states them: `d.M.yyyy`.
        formats: Vec<String>,
        /// An example written in the first of them: `31.12.2026`.
        example: String,
    },
    /// The month has fewer days.
    NoSuchDay {
        /// The year.
        year: i16,
        /// The month, 1 to 12.
        month: i8,
        /// How many days this month has.
        days: i8,
    },
    /// There is no such month.
    NoSuchMonth {
        /// The number found.
        month: i64,
        /// The format that it was read in.
        format: String,
    },
    /// The year has two digits, and the format wants four.
    TwoDigitYear,
    /// The year is not within 1000 to 9999.
    Year,
    /// An hour, minute or second that does not exist: `24:00`, `10:60`.
    NoSuchTime,
    /// A date with a time of day where a day alone is wanted.
    HasTime,
    /// A number where a date is wanted; only date cells are dates.
    NumberCell,
    /// The format of the recipe cannot be used.
    BadFormat {
        /// The format.
        format: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// What is wrong with a telephone number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PhoneFault {
    /// A character that has no place in a number.
    Character {
        /// The character.
        found: char,
    },
    /// Neither `+` nor the leading digit of a national number (`0`).
    NoPrefix {
        /// An example with the country's code: `+49 …`.
        code: String,
    },
    /// The national `0` after the country's code: `+49 030 …`.
    ZeroAfterCode {
        /// The country's code with its plus: `+49`.
        code: String,
    },
    /// Too few or too many digits (ITU-T E.164 allows 15).
    Length {
        /// How many digits there are, the country's code among them.
        digits: usize,
    },
    /// An extension in words (`ext. 12`, `Durchwahl 12`).
    Extension,
    /// A national number, and neither recipe nor locale says of which country.
    NoCountry,
}

/// What is wrong with an IBAN (ISO 13616).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IbanFault {
    /// It does not begin with a country and two check digits, or has other characters than letters and digits.
    Form,
    /// The country has no IBAN.
    Country {
        /// The two letters.
        country: String,
    },
    /// It has another length than the country's IBANs.
    Length {
        /// The country.
        country: String,
        /// How long an IBAN of this country is.
        expected: usize,
        /// How long this one is.
        found: usize,
    },
    /// Length and check digits are right, but letters stand where digits should, or the other way round.
    Structure {
        /// The country.
        country: String,
    },
    /// The check digits do not fit: a digit is wrong or two are swapped.
    Checksum,
}

/// What is wrong with a VAT identification number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VatFault {
    /// It begins with no country that gives out such numbers.
    Country,
    /// Not as this country writes them.
    Form {
        /// The country's prefix.
        country: String,
        /// How they look: `DE999999999`.
        form: String,
    },
    /// The check digit does not fit.
    Checksum,
}
