//! `source:` as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::yaml::{Keyed, OneOrMany, Ordered, Text};
use super::Email;
use crate::diagnostic::At;

/// Where rows come from: one of `csv`, `excel`, `email`, `xml`, `json`, `einvoice` and `pdf`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Source {
    /// A CSV file.
    pub csv: Option<Keyed<Csv>>,
    /// A spreadsheet: xlsx, xlsm, xlsb, xls or ods.
    pub excel: Option<Keyed<Excel>>,
    /// Mails.
    pub email: Option<Keyed<Email>>,
    /// An XML file.
    pub xml: Option<Keyed<Xml>>,
    /// A JSON file.
    pub json: Option<Keyed<JsonFile>>,
    /// Electronic invoices: XRechnung (UBL, CII), ZUGFeRD and Factur-X.
    pub einvoice: Option<Keyed<Einvoice>>,
    /// PDFs with text, each of them a record.
    pub pdf: Option<Keyed<Pdf>>,
    /// How numbers and dates are written; never taken from the computer.
    pub locale: Option<At<Locale>>,
    /// The IANA time zone of `today`; that of the locale's capital unless stated.
    pub zone: Option<At<Text>>,
}

/// How numbers and dates are written.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub(crate) enum Locale {
    /// Germany: 1.234,56 and 31.12.2026.
    #[serde(rename = "de")]
    De,
    /// Austria: as in Germany; a space groups thousands too.
    #[serde(rename = "de-AT")]
    DeAt,
    /// Switzerland and Liechtenstein: 1'234.56 and 31.12.2026.
    #[serde(rename = "de-CH")]
    DeCh,
    /// United Kingdom: 1,234.56 and 31/12/2026.
    #[serde(rename = "en-GB")]
    EnGb,
    /// United States: 1,234.56 and 12/31/2026.
    #[serde(rename = "en-US")]
    EnUs,
    /// Machines: 1234.56 and 2026-12-31.
    #[serde(rename = "iso")]
    Iso,
}

/// A CSV file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Csv {
    /// Paths or patterns (`inbox/rechnungen-*.csv`), relative to the recipe's folder.
    pub file: Option<At<OneOrMany<At<Text>>>>,
    /// The character encoding, such as `utf-8` or `windows-1252`; detected unless stated.
    pub encoding: Option<At<Text>>,
    /// One character, or `tab`; detected unless stated.
    pub delimiter: Option<At<Text>>,
    /// One character, or `none`; `"` unless stated.
    pub quote: Option<At<Text>>,
    /// The line of the header, counted from 1, or `none`; the first line that is not empty unless stated.
    pub header_row: Option<At<Text>>,
    /// Where the data ends: the first row whose first cell that is not empty holds one of these texts (`Summe`; `*`
    /// stands for any characters) is left out, with all below it.
    pub stop_at: Option<At<OneOrMany<At<Text>>>>,
    /// Rows that are no data, such as subtotals.
    pub skip_rows_where: Option<At<OneOrMany<Keyed<SkipRows>>>>,
}

/// A spreadsheet.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Excel {
    /// Paths or patterns, relative to the recipe's folder.
    pub file: Option<At<OneOrMany<At<Text>>>>,
    /// The sheet's name; the only visible sheet unless stated.
    pub sheet: Option<At<Text>>,
    /// The sheet's position, counted from 1.
    pub sheet_index: Option<At<u32>>,
    /// The row of the header, counted from 1, or `none`; the first row that is not empty unless stated.
    pub header_row: Option<At<Text>>,
    /// The cells to read, such as `B3:F200`.
    pub range: Option<At<Text>>,
    /// The name of a table.
    pub table: Option<At<Text>>,
    /// A defined name.
    pub name: Option<At<Text>>,
    /// Rows that are hidden, by hand or by a filter: `read` (unless stated) or `skip`.
    pub hidden: Option<At<Hidden>>,
    /// Where the data ends: the first row whose first cell that is not empty holds one of these texts (`Summe`; `*`
    /// stands for any characters) is left out, with all below it.
    pub stop_at: Option<At<OneOrMany<At<Text>>>>,
    /// Rows that are no data, such as subtotals.
    pub skip_rows_where: Option<At<OneOrMany<Keyed<SkipRows>>>>,
}

/// An XML file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Xml {
    /// Paths or patterns, relative to the recipe's folder.
    pub file: Option<At<OneOrMany<At<Text>>>>,
    /// The path of the elements that are records: `Stmt/Ntry` anywhere, or `/Document/…` from the root.
    pub records: Option<At<Text>>,
    /// Prefixes for the paths of this recipe; names without a prefix do not look at namespaces.
    pub namespaces: Option<At<Ordered<At<Text>>>>,
}

/// A JSON file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct JsonFile {
    /// Paths or patterns, relative to the recipe's folder.
    pub file: Option<At<OneOrMany<At<Text>>>>,
    /// The JSONPath of the nodes that are records, such as `$.items[*]`.
    pub records: Option<At<Text>>,
}

/// Electronic invoices.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Einvoice {
    /// Paths or patterns of XML files and PDFs, relative to the recipe's folder.
    pub file: Option<At<OneOrMany<At<Text>>>>,
    /// What a row is: the `invoice` (unless stated), each `line`, or each line and each `sub_line` inside of one.
    pub per: Option<At<Per>>,
}

/// What a row of an e-invoice is.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Per {
    /// The invoice.
    Invoice,
    /// Each of its lines; terms of the whole invoice stand in each.
    Line,
    /// Each of its lines, followed by the lines inside of it, which say what it is made of (XRechnung Extension).
    SubLine,
}

/// PDFs with text.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pdf {
    /// Paths or patterns, relative to the recipe's folder.
    pub file: Option<At<OneOrMany<At<Text>>>>,
}

/// What is done with hidden rows.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Hidden {
    /// They are data like others.
    Read,
    /// They are left out.
    Skip,
}

/// Rows that are left out: those that have one of some texts in a column, or nothing.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SkipRows {
    /// The column's name.
    pub column: Option<At<Text>>,
    /// The texts; `*` stands for any characters.
    pub equals: Option<At<OneOrMany<At<Text>>>>,
    /// `true`: rows in which the column is empty.
    pub empty: Option<At<bool>>,
}
