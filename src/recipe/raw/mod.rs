//! What a recipe file may hold, as types: their fields are its keys, their doc comments its reference and the
//! descriptions of its JSON Schema. Every key is optional here; what must stand together is said by the lowering, which
//! can name the place.

mod email;
mod field;
mod source;
mod step;
mod target;

pub(crate) use email::{Attachment, Email, Imap, ImapTls, MailTable, Quoted};
pub(crate) use field::{Field, Map, Transform};
pub(crate) use source::{Csv, Einvoice, Excel, Hidden, JsonFile, Locale, Pdf, Per, SkipRows, Source, Xml};
pub(crate) use step::{BodyPart, Effect, Pages, Step, WaitUntil};
pub(crate) use target::{
    Auth, Browser, BrowserName, Http, Idempotent, Login, OAuth2, Place, Screenshots, Target, Window,
};

use schemars::JsonSchema;
use serde::Deserialize;

use super::yaml::{Keyed, OneOrMany, Ordered, Text};
use crate::diagnostic::At;

/// A recipe: where records come from, what makes them right, and how they are entered.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RecipeFile {
    /// The recipe's name.
    pub recipe: Option<At<Text>>,
    /// What it is for, in a sentence.
    pub about: Option<At<Text>>,
    /// The name under which keys are remembered; the recipe's name unless stated. Recipes may share one.
    pub ledger: Option<At<Text>>,
    /// Where rows come from.
    pub source: Option<Keyed<Source>>,
    /// The fields of a record, by name.
    pub fields: Option<At<Ordered<Keyed<Field>>>>,
    /// How rows become records, where a record spans several rows.
    pub records: Option<Keyed<Records>>,
    /// What must be true of each record.
    pub checks: Option<Vec<Keyed<Check>>>,
    /// Control totals of the whole file; a difference rejects the file.
    pub control: Option<Keyed<Control>>,
    /// The fields that make two records the same; `occurrence` tells equal rows of a file apart.
    pub key: Option<At<OneOrMany<At<Text>>>>,
    /// What happens to a record whose key is known and whose content is another.
    pub on_change: Option<At<OnChange>>,
    /// An expression; where it is true, a person must approve exactly this content first.
    pub needs_approval: Option<At<Text>>,
    /// A gate before anything is sent.
    pub send: Option<Keyed<Send>>,
    /// The systems that records are entered into, in order.
    pub targets: Option<At<Ordered<Keyed<Target>>>>,
    /// How often and how long is tried again.
    pub retry: Option<Keyed<Retry>>,
    /// How long after an attempt a "not found" does not count; 60s unless stated.
    pub settle: Option<At<Text>>,
    /// When to stop and leave the rest pending.
    pub stop_after: Option<Keyed<StopAfter>>,
}

/// How rows become records.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Records {
    /// The fields whose equal values join rows to one record.
    pub one_per: Option<At<OneOrMany<At<Text>>>>,
    /// The rows of a record need not be adjacent.
    pub scattered: Option<At<bool>>,
    /// Fields that must agree in all rows of a record.
    pub same: Option<At<OneOrMany<At<Text>>>>,
    /// Fields that become the list `lines`.
    pub lines: Option<At<OneOrMany<At<Text>>>>,
}

/// What must be true of a record.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Check {
    /// An expression that must be true.
    pub check: Option<At<Text>>,
    /// What is said when it is not.
    pub message: Option<At<Text>>,
}

/// Control totals of the whole file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Control {
    /// By field: what its sum over all rows must be.
    pub sum: Option<Ordered<Keyed<Expected>>>,
    /// What the number of rows must be.
    pub count: Option<Keyed<Expected>>,
}

/// Where the expected value of a control total stands.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Expected {
    /// In the row whose first cell that is not empty is this caption; that row is no record.
    pub footer: Option<At<Text>>,
    /// The value itself, mostly "${env.TOTAL}".
    pub equals: Option<At<Text>>,
}

/// What happens to a record whose key is known and whose content is another.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnChange {
    /// Held until a person decides.
    Hold,
    /// Entered by the `update:` steps.
    Update,
    /// What was entered first stays.
    Ignore,
}

/// A gate before anything is sent.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Send {
    /// A share such as `5%`: more rejected records than that, and nothing of the file is sent.
    pub if_rejected_below: Option<At<Text>>,
}

/// How often and how long is tried again.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Retry {
    /// Attempts in all, the first included; 4 unless stated.
    pub attempts: Option<At<u32>>,
    /// Upper end of the first wait, which doubles each time; 1s unless stated.
    pub wait: Option<At<Text>>,
    /// Upper end of all waits; 60s unless stated.
    pub max_wait: Option<At<Text>>,
}

/// When to stop and leave the rest pending.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StopAfter {
    /// So many failures one after the other mean that the target is down.
    pub failures_in_a_row: Option<At<u32>>,
}
