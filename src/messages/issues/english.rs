//! The English words.

use super::{letter, row, ticked};
use crate::record::{CurrencyFault, DateFault, IbanFault, NumberFault, PhoneFault, VatFault, Why};

pub(super) fn why(why: &Why) -> String {
    match why {
        Why::Unreadable { title, help } => {
            let help = help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            format!("the file cannot be read: {title}{help}")
        }
        Why::TooManyCells { expected, found } => {
            format!("the row has {found} cells, but the header has {expected} columns; is a separator not quoted?")
        }
        Why::TooFewCells { expected, found } => {
            format!("the row has {found} cells, but the header has {expected} columns; is the row cut off?")
        }
        Why::Required => "is required, but empty".to_owned(),
        Why::Check { check, message: Some(message) } => format!("{message} (`{check}`)"),
        Why::Check { check, message: None } => format!("`{check}` is not so"),
        Why::Expression { expression, message, help, .. } => {
            let help = help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            format!("`{expression}` has no value: {message}{help}")
        }
        Why::ColumnMissing { wanted, near } => {
            let near = near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            match wanted.as_slice() {
                [one] => format!("the file has no column `{one}`{near}"),
                several => format!("the file has none of the columns {}{near}", ticked(several)),
            }
        }
        Why::ColumnTwice { column, at } => {
            format!("the column `{column}` stands there {} times ({}); rename all but one", at.len(), columns(at))
        }
        Why::CaptionMissing { caption, near } => {
            let near = near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            format!("the sheet has no cell `{caption}`{near}")
        }
        Why::CaptionTwice { caption, times } => {
            format!("the caption `{caption}` stands in the sheet {times} times, so the cell beside it is not clear")
        }
        Why::LostLetters { found } => {
            format!(
                "letters are lost, since they do not fit the encoding that the mail states, or it states none: `{found}`"
            )
        }
        Why::NoAttachment { wanted, found } if found.is_empty() => {
            format!("the mail has no attachment; {} is expected", ticked(wanted))
        }
        Why::NoAttachment { wanted, found } => {
            format!("the mail has no attachment {}; attached is {}", ticked(wanted), ticked(found))
        }
        Why::DamagedAttachment { why } => format!("the attachment cannot be used: {why}; ask for it again"),
        Why::MailCutOff => "the mail ends before its last part is closed: it was cut off; ask for it again".to_owned(),
        Why::DamagedText => {
            "the text of the mail cannot be used: its Base64 code is damaged; ask for it again".to_owned()
        }
        Why::ClosedArchive { name } => format!(
            "`{name}` cannot be opened, so nobody knows what is in it: it is damaged, nested too deep, or no zip archive; ask for it again as zip"
        ),
        Why::ControlLetter { found } => {
            let code = found.chars().find(|letter| letter.is_ascii_control()).map(letter).unwrap_or_default();
            format!("the text has the control character `{code}` in it, which no value has")
        }
        Why::NoRows => "has no rows: there is nothing below its header".to_owned(),
        Why::MailTable { columns, times: 0 } => {
            format!("the mail has no table with the columns {}", ticked(columns))
        }
        Why::MailTable { columns, times } => format!(
            "the mail has {times} tables with the columns {}, so it is not clear which one is meant",
            ticked(columns)
        ),
        Why::PathTwice { path, times } => {
            format!(
                "`{path}` leads to {times} places, so it is not clear which one counts; state `first: true`, or narrow it"
            )
        }
        Why::PathKind { path, found } => {
            let found = match *found {
                "elements" => "an element with others in it",
                "object" => "an object",
                _ => "a list",
            };
            format!("`{path}` leads to {found}, which has no value of its own")
        }
        Why::TextTwice { wanted, found } => {
            format!("`{wanted}` finds different values: {}", ticked(&found[..found.len().min(5)]))
        }
        Why::NoText => {
            "the PDF has no text that can be read; it is a scan or hides its letters, and must be typed by a person"
                .to_owned()
        }
        Why::NoInvoice => "the PDF has no e-invoice in it (no ZUGFeRD, no Factur-X)".to_owned(),
        Why::NoLines => "the invoice has no lines, and each line is to be a record".to_owned(),
        Why::InvoiceSum { rule, expected, found } => {
            let what = match rule {
                10 => "the sum of the lines (BT-106) is {found}, but the lines add up to {expected}",
                11 => "the sum of allowances (BT-107) is {found}, but the allowances add up to {expected}",
                12 => "the sum of charges (BT-108) is {found}, but the charges add up to {expected}",
                13 => "the total without VAT (BT-109) is {found}, but lines, allowances and charges make {expected}",
                14 => "the total VAT (BT-110) is {found}, but the VAT breakdown adds up to {expected}",
                15 => "the total with VAT (BT-112) is {found}, but net total and VAT make {expected}",
                _ => {
                    "the amount to pay (BT-115) is {found}, but gross total, prepaid amount and rounding make {expected}"
                }
            };
            let what = what.replace("{found}", found).replace("{expected}", expected);
            format!("{what} (BR-CO-{rule}); ask for a correct invoice")
        }
        Why::InvoiceAmount { term, value } => format!("the amount {term} is `{value}`, which is not a number"),
        Why::InvoiceCurrency { term, found, currency } => {
            format!(
                "the amount {term} is in `{found}`, but the invoice is in `{currency}` (BT-5); ask for a correct invoice"
            )
        }
        Why::CellError => "the cell holds an error; mend its formula".to_owned(),
        Why::CellKind { found, wanted } => {
            format!("the cell holds {}, but the field is of type `{wanted}`", cell(found))
        }
        Why::ShownOtherwise { digits } => {
            format!("the cell holds the number {digits} but shows it otherwise; format the column as text or as `0`")
        }
        Why::NotCalculated => {
            "the formula is not calculated yet; open the file in a spreadsheet program and save it".to_owned()
        }
        Why::Rounded { digits } => format!(
            "the cell holds the number {digits}, of which spreadsheets keep only the first 15 digits; format the column \
             as text and enter it again"
        ),
        Why::CodeFraction => "a code cannot be a number with a fraction; format the column as text".to_owned(),
        Why::Number(fault) => number(fault),
        Why::Currency(fault) => currency(fault),
        Why::Date(fault) => moment(fault, "a date"),
        Why::Time(fault) => moment(fault, "a time of day"),
        Why::DateTime(fault) => moment(fault, "a date with a time of day"),
        Why::Bool { words } => format!("neither yes nor no; write one of {words}"),
        Why::Email => "not an e-mail address, such as name@example.com".to_owned(),
        Why::Phone(fault) => phone(fault),
        Why::Url => "not a web address, such as https://example.com/page".to_owned(),
        Why::Iban(fault) => iban(fault),
        Why::Bic => "not a BIC: four letters for the bank, two for the country, two or five letters or digits, \
                     such as COBADEFFXXX"
            .to_owned(),
        Why::Vat(fault) => vat(fault),
        Why::Postcode { country, form } => {
            format!("not a postcode of {country}, which looks like {form} (9 a digit, A a letter)")
        }
        Why::PostcodeCountry { country: Some(country) } => {
            format!("there is no rule for postcodes of {country}; use type `text` with a `pattern`")
        }
        Why::PostcodeCountry { country: None } => {
            "of which country is not known; state `country:` in the recipe".to_owned()
        }
        Why::Extract { pattern } => format!("does not match `{pattern}`, so nothing can be taken out of it"),
        Why::NotInMap { table, near } => {
            let near = near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            format!("is not in the table {table}{near}")
        }
        Why::Pattern { pattern } => format!("does not match the pattern `{pattern}`"),
        Why::Minimum { limit } => format!("is less than {limit}"),
        Why::Maximum { limit } => format!("is more than {limit}"),
        Why::MinLength { limit, found } => format!("has {}, at least {limit} are needed", characters(*found)),
        Why::MaxLength { limit, found } => format!("has {}, at most {limit} are allowed", characters(*found)),
        Why::Decimals { limit, found } => {
            format!("has {found} digits after the decimal mark, at most {limit} are allowed")
        }
        Why::OneOf { allowed, more, near } => {
            let more = if *more > 0 { format!(" and {more} more") } else { String::new() };
            let near = near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            format!("is not one of {}{more}{near}", ticked(allowed))
        }
        Why::Unique { first } => format!("must be unique, but stands in {} already", row(first, "row")),
        Why::Computed { found, wanted } => {
            format!("the computed value is of kind {found}, but the field is of type `{wanted}`")
        }
        Why::LineKeyEmpty => {
            "is part of what tells a line from the others of its record, so it must not be empty".to_owned()
        }
        Why::LineTwice { by, first: Some(first) } => {
            format!("`{by}` tells a line from the others of its record, but is the same in {}", row(first, "row"))
        }
        Why::LineTwice { first: None, .. } => {
            "stands in the list twice, and each value is an entry of its own".to_owned()
        }
        Why::KeyEmpty => "is part of what identifies a record, so it must not be empty".to_owned(),
        Why::NotSame { first, at } => {
            let first = if first.is_empty() { "empty".to_owned() } else { format!("`{first}`") };
            format!("must be the same in all rows of the record, but is {first} in {}", row(at, "row"))
        }
        Why::NotAdjacent { record } => {
            format!("the rows of {record} are not next to each other; sort the file, or state `scattered: true`")
        }
        Why::Unassigned { at } => {
            format!("{} may belong to this record, but cannot be told to; mend that row first", row(at, "row"))
        }
        Why::FooterMissing { caption } => format!("the control total in the row `{caption}` is missing"),
        Why::FooterTwice { caption } => {
            format!("the row `{caption}` with the control total stands there more than once")
        }
        Why::Control { name, expected, found, unread } => {
            let unread = match unread {
                0 => String::new(),
                1 => "; 1 row could not be read and is missing from it".to_owned(),
                many => format!("; {many} rows could not be read and are missing from it"),
            };
            format!("the control total `{name}` should be {expected}, the rows add up to {found}{unread}")
        }
        Why::ControlOverflow { name } => format!("the control total `{name}` has more than 28 digits"),
    }
}

fn number(fault: &NumberFault) -> String {
    match fault {
        NumberFault::DecimalMark { locale, write } if locale.starts_with("de") && *locale != "de-CH" => {
            format!("looks like an English number; in German ({locale}) write {write}")
        }
        NumberFault::DecimalMark { locale, write } => {
            format!("has another country's decimal mark; in {locale} write {write}")
        }
        NumberFault::Swapped { locale, write } => format!("has another country's marks; in {locale} write {write}"),
        NumberFault::ForeignMark { locale, mark, decimal } => {
            format!("`{mark}` has no meaning in numbers of {locale}; the decimal mark is `{decimal}`")
        }
        NumberFault::Group { mark, digits } => {
            format!("after each {} there must be exactly three digits, not {digits}", group(*mark))
        }
        NumberFault::FirstGroup { mark, digits: 1..=3 } => {
            format!("a number with {} must not begin with 0", group(*mark))
        }
        NumberFault::FirstGroup { mark, digits } => {
            format!("before the first {} there must be one to three digits, not {digits}", group(*mark))
        }
        NumberFault::GroupAfterDecimal { mark } => format!("no {} may follow the decimal mark", group(*mark)),
        NumberFault::MixedGroups => "groups its digits with two different marks".to_owned(),
        NumberFault::TwoDecimalMarks { mark } => format!("has the decimal mark `{mark}` more than once"),
        NumberFault::BareMark { write } => format!("needs digits on both sides of the decimal mark: write {write}"),
        NumberFault::Character { found } => format!("`{}` has no place in a number; digits are 0 to 9", letter(*found)),
        NumberFault::TwoSigns => "has more than one sign".to_owned(),
        NumberFault::Bracket => "has a bracket without its partner".to_owned(),
        NumberFault::Percent => "has a percent sign; write the number without it".to_owned(),
        NumberFault::NoDigits => "is not a number: it has no digits".to_owned(),
        NumberFault::TooLong => "has more than 28 digits, which cannot be kept exactly".to_owned(),
        NumberFault::NotWhole => "must be a whole number".to_owned(),
    }
}

fn currency(fault: &CurrencyFault) -> String {
    match fault {
        CurrencyFault::Missing => {
            "has no currency; write it beside the amount (12 EUR), or state `currency:` in the recipe".to_owned()
        }
        CurrencyFault::Ambiguous { sign, codes } => {
            format!("`{sign}` may mean several currencies; write one of {codes}")
        }
        CurrencyFault::Unknown { code } => format!("`{code}` is no currency code of ISO 4217"),
        CurrencyFault::Other { found, wanted } => format!("is in {found}, but must be in {wanted}"),
        CurrencyFault::Unwanted => "has a currency, but must be a plain number".to_owned(),
    }
}

fn moment(fault: &DateFault, what: &str) -> String {
    match fault {
        DateFault::Format { formats, example } => {
            format!("is not {what} written as {}, such as {example}", ticked(formats))
        }
        DateFault::NoSuchDay { year, month, days } => format!("{} {year} has {days} days", month_name(*month)),
        DateFault::NoSuchMonth { month, format } => format!("there is no month {month} (read as `{format}`)"),
        DateFault::TwoDigitYear => "the year has two digits; write all four".to_owned(),
        DateFault::Year => "the year must be within 1000 and 9999".to_owned(),
        DateFault::NoSuchTime => "there is no such time of day".to_owned(),
        DateFault::HasTime => format!("has a time of day, but must be {what} alone"),
        DateFault::NumberCell => "the cell holds a number, not a date; format the column as date".to_owned(),
        DateFault::BadFormat { format, reason } => {
            format!("the format `{format}` of the recipe cannot be used: {reason}")
        }
    }
}

fn phone(fault: &PhoneFault) -> String {
    match fault {
        PhoneFault::Character { found } => format!("`{}` has no place there in a telephone number", letter(*found)),
        PhoneFault::NoPrefix { code } => format!("the area code is missing: begin with 0 or with {code}"),
        PhoneFault::ZeroAfterCode { code } => {
            format!("no 0 follows {code}; leave it out or put it into brackets: {code} (0)")
        }
        PhoneFault::Length { digits } => format!("has {digits} digits with the country's code; 7 to 15 are right"),
        PhoneFault::Extension => "has words in it; write an extension as digits only".to_owned(),
        PhoneFault::NoCountry => "of which country is not known; begin with + and the country's code".to_owned(),
    }
}

fn iban(fault: &IbanFault) -> String {
    match fault {
        IbanFault::Form => "is not an IBAN, such as DE89 3704 0044 0532 0130 00".to_owned(),
        IbanFault::Country { country } => format!("there are no IBANs of the country `{country}`"),
        IbanFault::Length { country, expected, found } => {
            format!("an IBAN of {country} has {expected} characters, this one has {found}")
        }
        IbanFault::Structure { country } => format!("is not built like an IBAN of {country}"),
        IbanFault::Checksum => "the check digits do not fit; a digit is wrong, or two are swapped".to_owned(),
    }
}

fn vat(fault: &VatFault) -> String {
    match fault {
        VatFault::Country => "does not begin with the country of a VAT number, such as DE or ATU".to_owned(),
        VatFault::Form { country, form } => {
            format!("a VAT number of {country} looks like {form} (9 a digit, A a letter, X either)")
        }
        VatFault::Checksum => "the check digit does not fit; a digit is wrong, or two are swapped".to_owned(),
    }
}

fn cell(found: &str) -> &str {
    match found {
        "number" => "a number",
        "bool" => "TRUE or FALSE",
        "date" => "a date",
        "time" => "a time of day",
        "duration" => "a length of time",
        other => other,
    }
}

fn group(mark: char) -> String {
    if mark.is_whitespace() { "blank".to_owned() } else { format!("`{mark}`") }
}

fn characters(count: usize) -> String {
    if count == 1 { "1 character".to_owned() } else { format!("{count} characters") }
}

fn columns(at: &[usize]) -> String {
    at.iter().map(|at| format!("column {at}")).collect::<Vec<_>>().join(", ")
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(month - 1).ok().and_then(|at| NAMES.get(at)).copied().unwrap_or("that month")
}
