//! `source:` where rows come from.

use std::collections::BTreeMap;

use super::{EmailSource, JsonPath, MailPlace, XmlPath};
use crate::diagnostic::At;

/// A source of rows.
#[derive(Clone, Debug)]
pub struct Source {
    /// What kind of file, and how it is read.
    pub kind: SourceKind,
    /// `locale:` how numbers and dates are written in it.
    pub locale: Locale,
    /// `zone:` IANA time zone of `today` (the locale's capital unless stated).
    pub zone: String,
}

/// The kinds of sources.
#[derive(Clone, Debug)]
pub enum SourceKind {
    /// `csv:`.
    Csv(CsvSource),
    /// `excel:`.
    Excel(ExcelSource),
    /// `email:`.
    Email(Box<EmailSource>),
    /// `xml:`.
    Xml(XmlSource),
    /// `json:`.
    Json(JsonSource),
    /// `einvoice:`.
    Einvoice(EinvoiceSource),
    /// `pdf:`.
    Pdf(PdfSource),
}

impl SourceKind {
    /// The paths and patterns of its files, relative to the recipe's folder.
    pub fn files(&self) -> &[At<String>] {
        match self {
            SourceKind::Csv(csv) => &csv.files,
            SourceKind::Excel(excel) => &excel.files,
            SourceKind::Email(email) => match &email.place {
                MailPlace::Files(files) | MailPlace::Mbox(files) => files,
                MailPlace::Folder(folder) | MailPlace::Maildir(folder) => std::slice::from_ref(folder),
                MailPlace::Imap(_) => &[],
            },
            SourceKind::Xml(xml) => &xml.files,
            SourceKind::Json(json) => &json.files,
            SourceKind::Einvoice(einvoice) => &einvoice.files,
            SourceKind::Pdf(pdf) => &pdf.files,
        }
    }

    /// The rows that are no data, where the kind has any.
    pub fn left_out(&self) -> Option<&LeftOut> {
        match self {
            SourceKind::Csv(csv) => Some(&csv.left_out),
            SourceKind::Excel(excel) => Some(&excel.left_out),
            SourceKind::Email(email) => email.attachment.as_ref()?.content.as_ref()?.left_out(),
            SourceKind::Xml(_) | SourceKind::Json(_) | SourceKind::Einvoice(_) | SourceKind::Pdf(_) => None,
        }
    }

    /// What it is called in recipes.
    pub fn word(&self) -> &'static str {
        match self {
            SourceKind::Csv(_) => "csv",
            SourceKind::Excel(_) => "excel",
            SourceKind::Email(_) => "email",
            SourceKind::Xml(_) => "xml",
            SourceKind::Json(_) => "json",
            SourceKind::Einvoice(_) => "einvoice",
            SourceKind::Pdf(_) => "pdf",
        }
    }

    /// The keys by which the fields of such a source say where their values stand; what stands here is all that
    /// `eintrag check` lets pass.
    pub fn finders(&self) -> &'static [&'static str] {
        match self {
            SourceKind::Csv(_) | SourceKind::Excel(_) => &["column", "cell", "right_of", "below"],
            SourceKind::Email(email) => match email.attachment.as_ref().and_then(|choice| choice.content.as_deref()) {
                Some(SourceKind::Csv(_) | SourceKind::Excel(_)) => {
                    &["column", "cell", "right_of", "below", "header", "subject", "body", "label", "file"]
                }
                Some(SourceKind::Pdf(_)) => &["label", "text", "header", "subject", "body", "file"],
                Some(_) => &["path", "header", "subject", "body", "label", "file"],
                None if email.table.is_some() => &["column", "header", "subject", "body", "label", "file"],
                None => &["header", "subject", "body", "label", "file"],
            },
            SourceKind::Xml(_) | SourceKind::Json(_) | SourceKind::Einvoice(_) => &["path"],
            SourceKind::Pdf(_) => &["label", "text"],
        }
    }
}

/// `csv:`.
#[derive(Clone, Debug, Default)]
pub struct CsvSource {
    /// `file:` paths or patterns (`inbox/rechnungen-*.csv`), relative to the recipe's folder.
    pub files: Vec<At<String>>,
    /// `encoding:` a WHATWG label such as `windows-1252`; detected unless stated.
    pub encoding: Option<At<String>>,
    /// `delimiter:` one character; detected unless stated.
    pub delimiter: Option<u8>,
    /// `quote:` one character; `"` unless stated.
    pub quote: Option<u8>,
    /// `header_row:`.
    pub header: HeaderRow,
    /// `stop_at:` and `skip_rows_where:`.
    pub left_out: LeftOut,
}

/// `xml:`.
#[derive(Clone, Debug)]
pub struct XmlSource {
    /// `file:` paths or patterns, relative to the recipe's folder.
    pub files: Vec<At<String>>,
    /// `records:` the elements that are records.
    pub records: At<XmlPath>,
    /// `namespaces:` what the prefixes of paths stand for.
    pub namespaces: BTreeMap<String, String>,
}

/// `json:`.
#[derive(Clone, Debug)]
pub struct JsonSource {
    /// `file:` paths or patterns, relative to the recipe's folder.
    pub files: Vec<At<String>>,
    /// `records:` the nodes that are records.
    pub records: At<JsonPath>,
    /// The list whose members the records are, where `records:` ends in `[*]`: it may be empty.
    pub list: Option<JsonPath>,
}

/// `einvoice:`.
#[derive(Clone, Debug)]
pub struct EinvoiceSource {
    /// `file:` paths or patterns, relative to the recipe's folder.
    pub files: Vec<At<String>>,
    /// `per:`.
    pub per: Per,
}

/// What a row of an e-invoice is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Per {
    /// The invoice.
    #[default]
    Invoice,
    /// Each of its lines.
    Line,
    /// Each of its lines, and each line inside of one.
    SubLine,
}

/// `pdf:`.
#[derive(Clone, Debug)]
pub struct PdfSource {
    /// `file:` paths or patterns, relative to the recipe's folder.
    pub files: Vec<At<String>>,
}

/// The rows below the header that are no data.
#[derive(Clone, Debug, Default)]
pub struct LeftOut {
    /// `stop_at:` the first row whose first cell that is not empty says one of these ends the data.
    pub stop_at: Vec<String>,
    /// `skip_rows_where:` rows that one of these fits are no data.
    pub skip: Vec<SkipRule>,
}

/// Rows that are left out.
#[derive(Clone, Debug)]
pub struct SkipRule {
    /// `column:` the column that is looked at.
    pub column: At<String>,
    /// `equals:` the texts that leave a row out; none where it is left out for being empty there.
    pub equals: Vec<String>,
}

/// Whether rows that the spreadsheet program hides, by hand or by a filter, are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HiddenRows {
    /// They are data like others.
    #[default]
    Read,
    /// They are left out.
    Skip,
}

/// Where the header stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderRow {
    /// The first row that is not empty.
    #[default]
    First,
    /// `header_row: 3`: this line, counted from 1.
    Row(u32),
    /// `header_row: none`: there is none; columns are named `A`, `B`, … as in a spreadsheet.
    None,
}

/// `excel:`.
#[derive(Clone, Debug)]
pub struct ExcelSource {
    /// `file:` paths or patterns, relative to the recipe's folder.
    pub files: Vec<At<String>>,
    /// `sheet:` or `sheet_index:`; the only visible sheet unless stated.
    pub sheet: SheetChoice,
    /// `header_row:`.
    pub header: HeaderRow,
    /// `range:` such as `B3:F200`.
    pub range: Option<At<String>>,
    /// `table:` a table's name.
    pub table: Option<At<String>>,
    /// `name:` a defined name.
    pub name: Option<At<String>>,
    /// `hidden:`.
    pub hidden: HiddenRows,
    /// `stop_at:` and `skip_rows_where:`.
    pub left_out: LeftOut,
}

/// Which sheet.
#[derive(Clone, Debug)]
pub enum SheetChoice {
    /// The only visible sheet; several are an error that lists them.
    Only,
    /// By name.
    Name(At<String>),
    /// By position, counted from 1.
    Index(u32),
}

/// How numbers and dates are written. Each is a closed rule; nothing is taken from the computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Locale {
    /// German as written in Germany: `1.234,56`, `31.12.2026`.
    De,
    /// German as written in Austria: as in Germany; a space or NBSP groups thousands too.
    DeAt,
    /// German as written in Switzerland and Liechtenstein: `1'234.56`, `31.12.2026`.
    DeCh,
    /// English as written in the United Kingdom: `1,234.56`, `31/12/2026`.
    EnGb,
    /// English as written in the United States: `1,234.56`, `12/31/2026`.
    EnUs,
    /// For machines: `1234.56`, `2026-12-31`.
    Iso,
}
