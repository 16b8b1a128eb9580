//! Reading back what was filled in: before the page is left and before the submit, every field must show what it was
//! given. One that does not is typed into with real keys, once.

use std::time::Duration;

use serde_json::json;

use super::batch::{op, read};
use super::bench::{Doer, Filled};
use crate::target::browser::BrowserTrouble;
use crate::target::browser::page::{Field, Place, Written};
use crate::target::browser::render::Given;
use crate::target::browser::session::Ran;
use crate::target::browser::value;
use crate::target::{Difference, Trouble};

/// Select all, and delete what is selected.
const DELETE: &str = "\u{e017}";

impl Doer<'_> {
    /// Remembers what was given to a control; answers its number.
    pub(super) fn note(&mut self, at: &Place, given: &Given, written: Written) -> usize {
        let field =
            Filled { place: at.clone(), value: given.value.clone(), written, secret: given.secret, typed: false };
        self.bench.filled.push(field);
        self.bench.filled.len() - 1
    }

    /// Reads back all fields, and types where they did not keep what they were given.
    pub async fn read_back(&mut self) -> Result<(), Trouble> {
        if self.bench.filled.is_empty() {
            return Ok(());
        }
        let done = self.one("readback", json!({}), Duration::from_secs(5)).await?;
        self.kept(done.fields.unwrap_or_default()).await
    }

    /// Reads back all fields, and looks at the button that is clicked next.
    pub async fn read_back_and_foresee(&mut self, button: Option<Place>) -> Result<(), Trouble> {
        let token = format!("{:016x}", fastrand::u64(..));
        self.bench.staged = Some(token.clone());
        let mut steps = Vec::new();
        let timeout = Duration::from_secs(5);
        if !self.bench.filled.is_empty() {
            steps.push(op("readback", json!({}), String::new(), timeout).json);
        }
        steps.push(op("foresee", json!({ "at": button, "token": token }), String::new(), timeout).json);
        match self.ask(steps, timeout).await? {
            Ran::Answer(answer) => {
                let fields = read(answer)?.results.into_iter().find_map(|done| done.fields);
                self.kept(fields.unwrap_or_default()).await
            }
            Ran::Gone => Err(BrowserTrouble::NotLoaded("the page was replaced by another one".to_owned()).into()),
            Ran::Dialog(text) => Err(self.unexpected(text).await),
        }
    }

    /// Judges what stands in fields at the last moment, when nothing can be typed any more.
    pub fn kept_still(&self, fields: Vec<Field>) -> Result<(), Trouble> {
        let differences: Vec<Difference> =
            fields.iter().filter(|field| !self.is_kept(field)).map(|field| self.difference(field)).collect();
        if differences.is_empty() { Ok(()) } else { Err(BrowserTrouble::NotKept(differences).into()) }
    }

    /// Judges what stands in fields.
    pub async fn kept(&mut self, fields: Vec<Field>) -> Result<(), Trouble> {
        let differ: Vec<Field> = fields.into_iter().filter(|field| !self.is_kept(field)).collect();
        if differ.is_empty() {
            return Ok(());
        }
        // Once more as a person does it: masks and frameworks listen to keys.
        for field in &differ {
            let typed = self.bench.filled.get(field.field).is_none_or(|filled| filled.typed);
            if !typed && takes_keys(&field.kind) {
                let shown = self.bench.filled.get(field.field).map_or_else(String::new, |filled| filled.place.said());
                self.type_into(field.field, &format!("type {shown} by keys"), self.target.settings().timeout).await?;
            }
        }
        let again = self.one("readback", json!({}), Duration::from_secs(5)).await?.fields.unwrap_or_default();
        let differences: Vec<Difference> =
            again.into_iter().filter(|field| !self.is_kept(field)).map(|field| self.difference(&field)).collect();
        if differences.is_empty() { Ok(()) } else { Err(BrowserTrouble::NotKept(differences).into()) }
    }

    /// Whether a field shows what it was given.
    pub fn is_kept(&self, field: &Field) -> bool {
        let Some(filled) = self.bench.filled.get(field.field) else { return true };
        match field.kind.as_str() {
            // The page has picked the option or set the box, and notes the text of that.
            "checkbox" | "radio" | "select" => field.found == field.wanted,
            "date" | "time" | "datetime-local" | "month" => {
                field.found == field.wanted || field.found.starts_with(&field.wanted) && !field.wanted.is_empty()
            }
            "number" | "range" => {
                let number = |text: &str| text.parse::<rust_decimal::Decimal>().ok();
                number(&field.found).is_some() && number(&field.found) == number(&field.wanted)
            }
            _ if field.found == field.wanted => true,
            _ => value::same(&filled.value, &field.found, self.target.settings().locale),
        }
    }

    pub(super) fn difference(&self, field: &Field) -> Difference {
        let filled = self.bench.filled.get(field.field);
        let hide = |text: &str| {
            if filled.is_some_and(|filled| filled.secret) {
                crate::secret::MASK.to_owned()
            } else {
                format!("`{text}`")
            }
        };
        Difference {
            what: filled.map_or_else(String::new, |filled| filled.place.said()),
            expected: hide(&field.wanted),
            found: if field.found.is_empty() { "empty".to_owned() } else { hide(&field.found) },
        }
    }

    /// Types a value with real keys.
    pub(super) async fn type_into(&mut self, field: usize, shown: &str, timeout: Duration) -> Result<(), Trouble> {
        let Some(filled) = self.bench.filled.get_mut(field) else { return Ok(()) };
        filled.typed = true;
        let (place, written) = (filled.place.clone(), filled.written.clone());
        self.one("focus", json!({ "at": place, "all": true, "show": shown }), timeout).await?;
        let keys = format!("{DELETE}{}", written.text);
        self.bench.session.keys(&[], &keys).await.map_err(|broken| self.broken(&broken))?;
        let json = json!({ "at": place, "field": field, "what": place.said(), "value": written });
        self.one("typed", json, timeout).await?;
        Ok(())
    }
}

/// Whether real keys can be typed into such a control and mean their letters, whatever the browser's locale.
fn takes_keys(kind: &str) -> bool {
    !matches!(
        kind,
        "checkbox"
            | "radio"
            | "select"
            | "date"
            | "time"
            | "datetime-local"
            | "month"
            | "week"
            | "range"
            | "color"
            | "file"
    )
}
