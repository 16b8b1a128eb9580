//! What a recipe means, once it was read and cross-checked: names are settled, expressions parsed, defaults filled in.
//! The other modules know recipes only in this form; the YAML behind it is the business of [`crate::recipe`] alone.

mod browser;
mod condition;
mod email;
mod field;
mod http;
mod page;
mod pick;
mod source;
mod target;
mod term;
mod xml_path;

pub use browser::{
    Action, BrowserLogin, BrowserLookup, BrowserName, BrowserSettings, BrowserStep, Entry, FrameChoice, KeyPress,
    Press, Screenshots, Submit, SubmitBy, WindowChoice, WindowSize,
};
pub use condition::{Condition, ConditionSet, JsonPath, StatusPattern, Test};
pub use email::{AttachmentChoice, EmailSource, ImapLogin, ImapSource, ImapTls, MailPlace, Since};
pub use field::{Constraints, Field, Finder, Table, Transform, Type};
pub use http::{
    Auth, Body, BodyPart, Capture, CaptureFrom, Each, Effect, HttpCall, HttpForEach, HttpSettings, HttpStep,
    Idempotent, JsonBody, Login, Lookup, Method, NextPage, OAuth2, Pages, Rate, WaitUntil,
};
pub use page::{
    By, Compared, Locator, Nth, PageCapture, PageCondition, PageConditionSet, PageTest, ReadFrom, Reading, TextTest,
};
pub use pick::{DataPath, MailPart, Pick};
pub use source::{
    CsvSource, EinvoiceSource, ExcelSource, HeaderRow, HiddenRows, JsonSource, LeftOut, Locale, PdfSource, Per,
    SheetChoice, SkipRule, Source, SourceKind, XmlSource,
};
pub use target::{
    BrowserPart, ForEach, HttpPart, Outline, Part, PartKind, Repeat, RepeatList, Steps, Target, TargetKind, Work,
    element_text,
};
pub use term::{TERMS, Term, TermKind, TermPath, TermPlace, TermWanted, VatChoice};
pub use xml_path::{XmlCondition, XmlName, XmlPath, XmlPathError, XmlStep};

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rust_decimal::Decimal;

use crate::diagnostic::{At, SourceText};
use crate::expression::{Expression, Name};

/// A recipe, read and cross-checked.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The file it was read from, for messages that point into it.
    pub text: Arc<SourceText>,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// The folder that its relative paths start from.
    pub folder: std::path::PathBuf,
    /// `recipe:` its name.
    pub name: Arc<str>,
    /// `about:` what it is for.
    pub about: Option<String>,
    /// `ledger:` the name under which its keys are remembered; the recipe's name unless stated.
    pub ledger: Arc<str>,
    /// `source:` where rows come from.
    pub source: Source,
    /// `fields:` in the order written; expressions name them by their position here.
    pub fields: Vec<Field>,
    /// `records:` where a record spans several rows.
    pub grouping: Option<Grouping>,
    /// `checks:` on each record (or on each of its lines, see [`Check::per_line`]).
    pub checks: Vec<Check>,
    /// `control:` totals of the whole file.
    pub control: Vec<Control>,
    /// `key:` what makes two records the same.
    pub key: Vec<KeyField>,
    /// `on_change:` what happens to a record with a known key and other content.
    pub on_change: OnChange,
    /// `needs_approval:` when a person must approve first.
    pub needs_approval: Option<Expression>,
    /// `send: { if_rejected_below }`: the share of rejected records (0 to 1) from which nothing is sent.
    pub send_if_rejected_below: Option<Decimal>,
    /// `targets:` in order.
    pub targets: Vec<Target>,
    /// `retry:` how often and how long.
    pub retry: Retry,
    /// `settle:` how long after an attempt a "not found" does not count.
    pub settle: Duration,
    /// `stop_after: { failures_in_a_row }`.
    pub stop_after: Option<u32>,
    /// The settings that it names anywhere.
    pub needs: Needs,
}

/// The settings that a recipe names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Of `${env.NAME}`.
    pub variables: BTreeSet<String>,
    /// Of `${secrets.NAME}` and `${totp.NAME}`.
    pub secrets: BTreeSet<String>,
}

/// A check of the recipe.
#[derive(Clone, Debug)]
pub struct Check {
    /// What must be true, and where it is written.
    pub check: At<Expression>,
    /// `message:` what is said when it is not.
    pub message: Option<Arc<str>>,
    /// Whether it speaks of fields of the lines and so is asked for each line.
    pub per_line: bool,
}

/// `records:` how rows become records.
#[derive(Clone, Debug)]
pub struct Grouping {
    /// `one_per:` the fields whose equal values join rows to one record.
    pub one_per: Vec<usize>,
    /// `scattered: true`: its rows need not be adjacent.
    pub scattered: bool,
    /// `same:` fields that must agree in all rows.
    pub same: Vec<usize>,
    /// `lines:` fields that become the list `lines`.
    pub lines: Vec<usize>,
}

/// One control total.
#[derive(Clone, Debug)]
pub struct Control {
    /// What is totalled.
    pub total: Total,
    /// What it must be.
    pub expected: Expected,
    /// Where it is written.
    pub span: std::ops::Range<usize>,
}

/// What a control total adds up. Rejected rows count too, as far as their value could be read: the total speaks of the
/// file, not of what is sent.
#[derive(Clone, Debug)]
pub enum Total {
    /// `sum: { gross: … }`: the sum of a numeric field over all rows.
    Sum(usize),
    /// `count: …`: the number of rows.
    Count,
}

/// Where the expected value of a control total stands.
#[derive(Clone, Debug)]
pub enum Expected {
    /// `footer: Summe`: in the row whose first non-empty cell is this caption, in the field's own column (for a count:
    /// in the next non-empty cell). That row is not a record.
    Footer(String),
    /// `equals: "${env.TOTAL}"`: stated by the caller.
    Equals(Expression),
}

/// One part of the key.
#[derive(Clone, Debug)]
pub enum KeyField {
    /// A field, by its position.
    Field(usize),
    /// `occurrence`.
    Occurrence,
}

/// `on_change:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnChange {
    /// Held until a person decides.
    Hold,
    /// Entered by the `update:` steps.
    Update,
    /// What was entered first stays.
    Ignore,
}

/// `retry:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Attempts in all, the first included.
    pub attempts: u32,
    /// Upper end of the first wait; it doubles each time, and the wait taken is random below it (full jitter).
    pub wait: Duration,
    /// Upper end of all waits.
    pub max_wait: Duration,
}

impl Recipe {
    /// What its keys are made of: `supplier, number`.
    pub fn key_in_words(&self) -> String {
        let name = |part: &KeyField| match part {
            KeyField::Field(slot) => self.fields.get(*slot).map_or("?", |field| &*field.name),
            KeyField::Occurrence => "occurrence",
        };
        self.key.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    /// The position of a field.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| &*field.name == name)
    }

    /// Whether records have files that are uploaded with them.
    pub fn uploads_files(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.finder, Finder::Pick(Pick::File)))
    }

    /// Whether a field is computed from `today`, so that its value is another one each day.
    pub fn depends_on_today(&self, slot: usize) -> bool {
        let mut left = vec![slot];
        let mut seen = BTreeSet::new();
        while let Some(slot) = left.pop() {
            let Some(Finder::Computed(template)) = self.fields.get(slot).map(|field| &field.finder) else { continue };
            if !seen.insert(slot) {
                continue;
            }
            for name in template.value.names() {
                match name {
                    Name::Today => return true,
                    Name::Field(other) => left.push(*other),
                    _ => {}
                }
            }
        }
        false
    }
}

impl Needs {
    /// Notes a name of an expression, if it names a setting.
    pub(crate) fn note(&mut self, name: &Name) {
        match name {
            Name::Env(name) => self.variables.insert(name.to_string()),
            Name::Secret(name) | Name::Totp(name) => self.secrets.insert(name.to_string()),
            _ => false,
        };
    }
}
