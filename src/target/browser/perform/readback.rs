//! Reading back what was filled in: before the page is left and before the submit, every field must show what it was
//! given. One that does not is typed into with real keys, once.

use std::ops::Range;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::batch::{Op, op};
use super::bench::{Doer, Filled};
use crate::target::browser::BrowserTrouble;
use crate::target::browser::page::{Field, Place, Written};
use crate::target::browser::render::Given;
use crate::target::browser::value;
use crate::target::{Difference, Trouble};

/// How long reading back may take.
const READ: Duration = Duration::from_secs(5);
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
        let wanted = self.unsettled();
        let done = self.one("readback", json!({ "settled": wanted.start }), READ).await?;
        self.kept(done.fields.unwrap_or_default(), wanted).await
    }

    /// Does the last batch of steps, reads back all fields and looks at the button that is clicked next: in one call, but
    /// where a click may lead to another page first.
    pub(in crate::target::browser) async fn read_back_and_foresee(
        &mut self,
        mut batch: Vec<Op>,
        button: Option<Place>,
    ) -> Result<(), Trouble> {
        if batch.iter().any(|op| op.json["do"] == "click") {
            self.flush(std::mem::take(&mut batch)).await?;
        }
        // The sooner the button was seen, the sooner it is known to stand still.
        if !batch.is_empty() && button.is_some() {
            batch.insert(0, op("glance", json!({ "at": button }), String::new(), READ));
        }
        let token = format!("{:016x}", fastrand::u64(..));
        let wanted = self.unsettled();
        if !self.bench.filled.is_empty() {
            let json = json!({ "settled": wanted.start, "count": wanted.end });
            batch.push(op("readback", json, String::new(), READ));
        }
        batch.push(op("foresee", json!({ "at": button, "token": token }), String::new(), READ));
        self.flush(batch).await?;
        self.bench.staged = Some(token);
        Ok(())
    }

    /// Judges what stands in fields at the last moment, when nothing can be typed any more.
    pub fn kept_still(&self, fields: Vec<Field>) -> Result<(), Trouble> {
        let gone: Vec<usize> = fields.iter().filter(|field| field.gone).map(|field| field.field).collect();
        if !gone.is_empty() {
            return Err(self.vanished(gone));
        }
        let differences: Vec<Difference> =
            fields.iter().filter(|field| !self.is_kept(field)).map(|field| self.difference(field)).collect();
        if differences.is_empty() { Ok(()) } else { Err(BrowserTrouble::NotKept(differences).into()) }
    }

    /// Judges what stands in fields, of which the page must tell of all that are wanted.
    pub(super) async fn kept(&mut self, fields: Vec<Field>, wanted: Range<usize>) -> Result<(), Trouble> {
        let fields = self.told(fields, &wanted).await?;
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
        let again = self.one("readback", json!({ "settled": wanted.start }), READ).await?.fields.unwrap_or_default();
        let again = self.told(again, &wanted).await?;
        let differences: Vec<Difference> =
            again.into_iter().filter(|field| !self.is_kept(field)).map(|field| self.difference(&field)).collect();
        if differences.is_empty() { Ok(()) } else { Err(BrowserTrouble::NotKept(differences).into()) }
    }

    /// The fields that must still be there.
    fn unsettled(&self) -> Range<usize> {
        self.bench.settled..self.bench.filled.len()
    }

    /// What the page tells of the wanted fields. One that was loaded anew knows nothing of them, and is asked whether it
    /// shows their values all the same.
    async fn told(&mut self, mut fields: Vec<Field>, wanted: &Range<usize>) -> Result<Vec<Field>, Trouble> {
        let mut untold = self.untold(&fields, wanted);
        if !untold.is_empty() {
            let lost: Vec<Json> = untold
                .iter()
                .filter_map(|at| Some((at, self.bench.filled.get(*at)?)))
                .map(|(at, filled)| {
                    let place = &filled.place;
                    json!({ "field": at, "at": place, "what": place.said(), "value": filled.written })
                })
                .collect();
            let json = json!({ "settled": wanted.start, "lost": lost });
            fields = self.one("readback", json, READ).await?.fields.unwrap_or_default();
            untold = self.untold(&fields, wanted);
        }
        untold.extend(fields.iter().filter(|field| field.gone).map(|field| field.field));
        if untold.is_empty() { Ok(fields) } else { Err(self.vanished(untold)) }
    }

    /// The wanted fields of which the page says nothing, but for those that were given another value later.
    fn untold(&self, fields: &[Field], wanted: &Range<usize>) -> Vec<usize> {
        let filled = self.bench.filled.get(..wanted.end).unwrap_or_default();
        let is_untold = |at: &usize| {
            let later =
                filled.iter().skip(at + 1).any(|later| filled.get(*at).is_some_and(|one| one.place == later.place));
            !later && fields.iter().all(|field| field.field != *at)
        };
        wanted.clone().filter(is_untold).collect()
    }

    fn vanished(&self, fields: Vec<usize>) -> Trouble {
        let filled = fields.into_iter().filter_map(|at| self.bench.filled.get(at));
        BrowserTrouble::Vanished(filled.map(|filled| filled.place.said()).collect()).into()
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
        let json = json!({
            "at": place, "all": true, "show": shown, "field": field, "settled": self.bench.settled,
        });
        self.one("focus", json, timeout).await?;
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
