//! One thing wrong with the data, as facts. The words for it, in each language, are in [`crate::messages`].

use std::sync::Arc;

use super::fault::{CurrencyFault, DateFault, IbanFault, NumberFault, PhoneFault, VatFault};
use super::{Origin, Place};

/// One thing wrong: where, in which field, the value as found, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// Where the value stands.
    pub at: Origin,
    /// The field, where one field is to blame.
    pub field: Option<Arc<str>>,
    /// The value exactly as found.
    pub value: Option<String>,
    /// What is wrong with it.
    pub why: Why,
}

/// The reasons, each with the facts that its message needs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Why {
    /// The field is required and there is no value.
    Required,
    /// The file cannot be read, or not to its end.
    Unreadable {
        /// What is wrong, in the words of the source.
        title: String,
        /// What to do.
        help: Option<String>,
    },
    /// A check of the recipe is not met; its own message, where it has one, and the check as written.
    Check {
        /// The expression as written in the recipe.
        check: Arc<str>,
        /// The message of the recipe.
        message: Option<Arc<str>>,
    },
    /// The row has cells beyond the last column of the header, and they are not empty.
    TooManyCells {
        /// The number of columns.
        expected: usize,
        /// The number of cells.
        found: usize,
    },
    /// The row ends before the last named column of the header.
    TooFewCells {
        /// The number of columns.
        expected: usize,
        /// The number of cells.
        found: usize,
    },
    /// An expression has no value for this record: it compares a missing value, divides by zero …
    Expression {
        /// The expression (or the text with `${...}`) as written in the recipe.
        expression: Arc<str>,
        /// What is wrong, in the words of the evaluator.
        message: String,
        /// Where in the expression: the first byte and the byte after the last.
        span: (usize, usize),
        /// What to do about it.
        help: Option<String>,
    },
    /// The file lacks a column that the recipe names.
    ColumnMissing {
        /// The names that would do, in the recipe's order.
        wanted: Vec<String>,
        /// A column of the file that may be meant.
        near: Option<String>,
    },
    /// A column that a field needs stands in the file more than once.
    ColumnTwice {
        /// Its name.
        column: String,
        /// Where, as the numbers of the columns, counted from 1.
        at: Vec<usize>,
    },
    /// The caption of `right_of:` or `below:` is not in the first rows of the sheet.
    CaptionMissing {
        /// The caption.
        caption: String,
        /// A text of the sheet that may be meant.
        near: Option<String>,
    },
    /// The caption of `right_of:` or `below:` stands there more than once.
    CaptionTwice {
        /// The caption.
        caption: String,
        /// How often.
        times: usize,
    },
    /// Letters of a mail are lost: they do not fit the encoding that the mail states, or it states none.
    LostLetters {
        /// What can be read of the text.
        found: String,
    },
    /// A mail has no attachment of the kind that the recipe wants.
    NoAttachment {
        /// The names and media types that would do.
        wanted: Vec<String>,
        /// The names of what is attached.
        found: Vec<String>,
    },
    /// An attachment is not what was sent, or cannot be taken out of its archive.
    DamagedAttachment {
        /// What is wrong with it, in the words of the source.
        why: String,
    },
    /// A mail ends before its last part is closed.
    MailCutOff,
    /// The Base64 code of a mail's text is damaged.
    DamagedText,
    /// An archive in a mail is damaged or of a kind that is not opened, so that nobody knows what is in it.
    ClosedArchive {
        /// Its name.
        name: String,
    },
    /// A text of a mail has codes for devices in it, such as NUL.
    ControlLetter {
        /// The text.
        found: String,
    },
    /// An attachment or a table of a mail has no rows below its header.
    NoRows,
    /// The body of a mail has no table with the columns that the recipe names, or several.
    MailTable {
        /// The columns.
        columns: Vec<String>,
        /// How many tables have them.
        times: usize,
    },
    /// A path leads to several places, so that it is not clear which one counts.
    PathTwice {
        /// The path as written in the recipe.
        path: String,
        /// How many there are.
        times: usize,
    },
    /// A path leads to something that has no value of its own.
    PathKind {
        /// The path as written in the recipe.
        path: String,
        /// What is there: `elements`, `object`, `list`.
        found: &'static str,
    },
    /// A pattern or a caption finds several different values in a text.
    TextTwice {
        /// The pattern or caption as written in the recipe.
        wanted: String,
        /// The values.
        found: Vec<String>,
    },
    /// The PDF has no text: it is a scan.
    NoText,
    /// The PDF has no e-invoice in it.
    NoInvoice,
    /// The e-invoice has no lines, and each line is to be a record.
    NoLines,
    /// A total of an e-invoice is not what the standard's rules make of the others.
    InvoiceSum {
        /// The number of the rule: 10 is BR-CO-10.
        rule: u8,
        /// What it should be.
        expected: String,
        /// What the invoice says.
        found: String,
    },
    /// An amount of an e-invoice is no number.
    InvoiceAmount {
        /// The term: `BT-112`.
        term: &'static str,
        /// What stands there.
        value: String,
    },
    /// An amount of an e-invoice is in another currency than the invoice.
    InvoiceCurrency {
        /// The term: `BT-112`.
        term: &'static str,
        /// The currency of the amount.
        found: String,
        /// The currency of the invoice (BT-5).
        currency: String,
    },
    /// The cell holds an error such as `#REF!`.
    CellError,
    /// The cell holds a formula that no program has calculated yet.
    NotCalculated,
    /// The cell of an identifier holds a number of which spreadsheets do not keep all digits.
    Rounded {
        /// The digits of the number as it is kept.
        digits: String,
    },
    /// The cell holds something that the field's type cannot be read from.
    CellKind {
        /// What the cell holds: `number`, `bool`, `date`, `time`, `duration`.
        found: &'static str,
        /// The field's type as the recipe names it.
        wanted: &'static str,
    },
    /// The cell of an identifier holds a number that is shown with other digits than it has (`1,23E+05`).
    ShownOtherwise {
        /// The digits of the number.
        digits: String,
    },
    /// The cell of an identifier holds a number with a fraction.
    CodeFraction,
    /// Not a number.
    Number(NumberFault),
    /// Not the right currency, or none.
    Currency(CurrencyFault),
    /// Not a date.
    Date(DateFault),
    /// Not a time of day.
    Time(DateFault),
    /// Not a date with a time of day.
    DateTime(DateFault),
    /// Not one of the words for yes and no.
    Bool {
        /// The words that may be used, as `ja/nein, j/n`.
        words: &'static str,
    },
    /// Not an e-mail address.
    Email,
    /// Not a telephone number.
    Phone(PhoneFault),
    /// Not an absolute http or https URL.
    Url,
    /// Not an IBAN.
    Iban(IbanFault),
    /// Not a BIC (ISO 9362).
    Bic,
    /// Not a VAT identification number.
    Vat(VatFault),
    /// Not a postcode of the country.
    Postcode {
        /// The country's ISO 3166 code.
        country: String,
        /// How its postcodes look: `99999`.
        form: &'static str,
    },
    /// There is no rule for postcodes of this country, or no country is stated.
    PostcodeCountry {
        /// The country, where one is stated.
        country: Option<String>,
    },
    /// The text does not match the pattern of `extract:`.
    Extract {
        /// The pattern as written in the recipe.
        pattern: String,
    },
    /// The text is not in the table of `map:`.
    NotInMap {
        /// The table's file.
        table: String,
        /// An entry that may be meant.
        near: Option<String>,
    },
    /// The value does not match `pattern:`.
    Pattern {
        /// The pattern as written in the recipe.
        pattern: String,
    },
    /// Less than `minimum:`.
    Minimum {
        /// The least value allowed.
        limit: String,
    },
    /// More than `maximum:`.
    Maximum {
        /// The greatest value allowed.
        limit: String,
    },
    /// Shorter than `min_length:`.
    MinLength {
        /// The least length, in characters.
        limit: usize,
        /// The length found.
        found: usize,
    },
    /// Longer than `max_length:`.
    MaxLength {
        /// The greatest length, in characters.
        limit: usize,
        /// The length found.
        found: usize,
    },
    /// More digits after the decimal mark than `decimals:` allows.
    Decimals {
        /// The greatest number of digits allowed.
        limit: u32,
        /// The number found.
        found: u32,
    },
    /// Not one of `one_of:`.
    OneOf {
        /// The values allowed, the first few of them.
        allowed: Vec<String>,
        /// How many more there are.
        more: usize,
        /// The one that may be meant.
        near: Option<String>,
    },
    /// `unique:` and the value stands in the file already.
    Unique {
        /// Where it stood first.
        first: Place,
    },
    /// A computed value does not fit the type of its field.
    Computed {
        /// The kind of the value: `text`, `number` …
        found: &'static str,
        /// The field's type as the recipe names it.
        wanted: &'static str,
    },
    /// A part of the key is empty.
    KeyEmpty,
    /// A line (or the value of a list) that is an entry of its own lacks a part of its key.
    LineKeyEmpty,
    /// Two lines (or values of a list) of one record that are entries of their own have the same key.
    LineTwice {
        /// What they are known by.
        by: String,
        /// Where the other one stands, where that is another row.
        first: Option<Place>,
    },
    /// The rows of one record do not agree in a field that must be the same in all of them.
    NotSame {
        /// The value in the record's first row.
        first: String,
        /// Where that row stands.
        at: Place,
    },
    /// Rows of a record that was complete already: its rows are not next to each other.
    NotAdjacent {
        /// The values of `one_per:`, as a person reads them.
        record: String,
    },
    /// A row whose record cannot be told; this record may lack it.
    Unassigned {
        /// Where that row stands.
        at: Place,
    },
    /// The expected value of a control total was not found in the file.
    FooterMissing {
        /// The caption of the footer row.
        caption: String,
    },
    /// A footer row stands in the file more than once.
    FooterTwice {
        /// The caption of the footer row.
        caption: String,
    },
    /// A control total is not met.
    Control {
        /// `sum of gross`, `count`.
        name: String,
        /// What it should be.
        expected: String,
        /// What the rows add up to.
        found: String,
        /// How many rows had no readable value and so are missing from it.
        unread: u64,
    },
    /// A control total adds up to more than can be kept exactly.
    ControlOverflow {
        /// `sum of gross`.
        name: String,
    },
}

impl Why {
    /// Whether the cells of its row may stand in other columns than they should.
    pub(crate) fn is_ragged(&self) -> bool {
        matches!(self, Why::TooManyCells { .. } | Why::TooFewCells { .. })
    }

    /// Whether what the fields of the same row say is no news of its own: their values stand elsewhere, or nowhere.
    pub(crate) fn explains_fields(&self) -> bool {
        self.is_ragged() || matches!(self, Why::NoText | Why::NoInvoice | Why::NoLines)
    }

    /// Whether it speaks of a document as a whole, of which each row says the same.
    pub(crate) fn is_of_document(&self) -> bool {
        matches!(self, Why::InvoiceSum { .. } | Why::InvoiceAmount { .. } | Why::InvoiceCurrency { .. })
    }

    /// The stable code of the contract: `number`, `required`, `pattern` …
    pub fn code(&self) -> &'static str {
        match self {
            Why::Required => "required",
            Why::Unreadable { .. } => "unreadable",
            Why::Check { .. } => "check",
            Why::TooManyCells { .. } | Why::TooFewCells { .. } => "ragged",
            Why::Expression { .. } => "expression",
            Why::ColumnMissing { .. } => "column_missing",
            Why::ColumnTwice { .. } => "column_twice",
            Why::CaptionMissing { .. } => "caption_missing",
            Why::CaptionTwice { .. } => "caption_twice",
            Why::LostLetters { .. } => "lost_letters",
            Why::NoAttachment { .. } => "no_attachment",
            Why::DamagedAttachment { .. } => "damaged_attachment",
            Why::MailCutOff => "mail_cut_off",
            Why::DamagedText => "damaged_text",
            Why::ClosedArchive { .. } => "closed_archive",
            Why::ControlLetter { .. } => "control_letter",
            Why::NoRows => "no_rows",
            Why::MailTable { .. } => "mail_table",
            Why::PathTwice { .. } => "path_twice",
            Why::PathKind { .. } => "path_kind",
            Why::TextTwice { .. } => "text_twice",
            Why::NoText => "no_text",
            Why::NoInvoice => "no_invoice",
            Why::NoLines => "no_lines",
            Why::InvoiceSum { rule, .. } => match rule {
                10 => "br_co_10",
                11 => "br_co_11",
                12 => "br_co_12",
                13 => "br_co_13",
                14 => "br_co_14",
                15 => "br_co_15",
                _ => "br_co_16",
            },
            Why::InvoiceAmount { .. } => "invoice_amount",
            Why::InvoiceCurrency { .. } => "invoice_currency",
            Why::CellError => "cell_error",
            Why::NotCalculated => "not_calculated",
            Why::CellKind { .. } => "cell_kind",
            Why::ShownOtherwise { .. } | Why::CodeFraction | Why::Rounded { .. } => "code",
            Why::Number(_) => "number",
            Why::Currency(_) => "currency",
            Why::Date(_) => "date",
            Why::Time(_) => "time",
            Why::DateTime(_) => "datetime",
            Why::Bool { .. } => "bool",
            Why::Email => "email",
            Why::Phone(_) => "phone",
            Why::Url => "url",
            Why::Iban(_) => "iban",
            Why::Bic => "bic",
            Why::Vat(_) => "vat_id",
            Why::Postcode { .. } | Why::PostcodeCountry { .. } => "postcode",
            Why::Extract { .. } => "extract",
            Why::NotInMap { .. } => "map",
            Why::Pattern { .. } => "pattern",
            Why::Minimum { .. } => "minimum",
            Why::Maximum { .. } => "maximum",
            Why::MinLength { .. } => "min_length",
            Why::MaxLength { .. } => "max_length",
            Why::Decimals { .. } => "decimals",
            Why::OneOf { .. } => "one_of",
            Why::Unique { .. } => "unique",
            Why::Computed { .. } => "computed",
            Why::KeyEmpty => "key_empty",
            Why::LineKeyEmpty => "line_key_empty",
            Why::LineTwice { .. } => "line_twice",
            Why::NotSame { .. } => "not_same",
            Why::NotAdjacent { .. } => "not_adjacent",
            Why::Unassigned { .. } => "unassigned",
            Why::FooterMissing { .. } => "footer_missing",
            Why::FooterTwice { .. } => "footer_twice",
            Why::Control { .. } | Why::ControlOverflow { .. } => "control",
        }
    }
}
