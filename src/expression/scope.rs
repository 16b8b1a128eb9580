//! What the names in an expression stand for: settled when the recipe is read, looked up when a record is at hand.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::record::Value;

/// What a name in an expression stands for, settled once when the recipe is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// A field of the record, by its position in the recipe.
    Field(usize),
    /// `lines`: the list of a record that spans several rows.
    Lines,
    /// `occurrence`: the n-th equal row of its file.
    Occurrence,
    /// `today`: the day on which the run started, in the recipe's time zone.
    Today,
    /// `idempotency_key`: the key of the entry at hand.
    IdempotencyKey,
    /// `env.NAME`: a variable of the environment.
    Env(Arc<str>),
    /// `secrets.NAME`: a secret; its value is tainted.
    Secret(Arc<str>),
    /// `totp.NAME`: the one-time code of this moment (RFC 6238), made from the secret of that name.
    Totp(Arc<str>),
    /// Something that an earlier step captured: its target (for `${erp.invoice_id}`; none = the target at hand) and name.
    Capture {
        /// The earlier target, where the name was written with one.
        target: Option<Arc<str>>,
        /// The name that the step captured it under.
        name: Arc<str>,
        /// Whether it was captured by a login and so is a secret.
        secret: bool,
    },
    /// A variable of `$each`, `for_each` or of a list method such as `lines.sum(…)`.
    Local(Arc<str>),
}

impl Name {
    /// Whether its value must never be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self, Name::Secret(_) | Name::Totp(_) | Name::Capture { secret: true, .. })
    }
}

/// What is known of the kind of a value before there is one, so that `net > "a"` is found by `eintrag check`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not known before there is a value (captures).
    Any,
    /// Text.
    Text,
    /// An exact number.
    Number,
    /// An amount with its currency.
    Money,
    /// True or false.
    Bool,
    /// A calendar day.
    Date,
    /// A time of day.
    Time,
    /// A date with a time of day.
    DateTime,
    /// Several values of a kind.
    List(Box<Kind>),
    /// Named values.
    Map(Vec<(Arc<str>, Kind)>),
}

/// A name that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// What it stands for.
    pub name: Name,
    /// The kind of its value.
    pub kind: Kind,
}

/// The names that an expression may use, where it stands.
pub trait Names {
    /// What `root` (or `root.member`) stands for. Asked first with the member: `Some` for `env.X`, `secrets.X` and
    /// `erp.invoice_id`, which are one name; then without, and the member is a property of the value.
    fn resolve(&self, root: &str, member: Option<&str>) -> Option<Resolved>;

    /// All names that could have been written at this place, for "did you mean".
    fn known(&self) -> Vec<String>;
}

/// The values of names, for one record at one moment.
pub trait Scope {
    /// The value of a name; [`Value::Missing`] where there is none.
    ///
    /// # Errors
    /// What is wrong, for people, where the name has no value that could be missing: an environment variable that is
    /// not set, a secret that cannot be read.
    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String>;

    /// The file that a field with `file: true` means by its value; none if the value is of no such field.
    fn file(&self, value: &str) -> Option<PathBuf> {
        let _ = value;
        None
    }

    /// The number that a name stands for, where that is at hand. None says nothing: its value is then to be asked for.
    fn number(&self, name: &Name) -> Option<Decimal> {
        let _ = name;
        None
    }
}
