//! The short way of a row: whether it is good beyond doubt, and its key, without a record being made. Values are made
//! only where something asks for them; whatever is not simply right here goes the long way, which alone has words for it.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::judge::Judge;
use crate::extract::Extraction;
use crate::recipe::model::{Finder, KeyField, Total};
use crate::record::{Key, Row, Value};

/// What the short way of a recipe's rows asks for.
#[derive(Debug)]
pub(super) struct Short {
    /// Whether something asks for a field's value: the key, a check, a control total.
    asked: Vec<bool>,
}

impl Short {
    /// The short way; none for recipes that have none: what is computed, or repeated, takes the long
    /// one.
    pub(super) fn new(judge: &Judge) -> Option<Self> {
        let fields = &judge.recipe.fields;
        if !judge.judges_rows_alone()
            || !judge.repeats.is_empty()
            || fields.iter().any(|field| matches!(field.finder, Finder::Computed(_)))
        {
            return None;
        }
        let mut asked = vec![false; fields.len()];
        let of_key = judge.recipe.key.iter().filter_map(|part| match part {
            KeyField::Field(at) => Some(*at),
            KeyField::Occurrence => None,
        });
        let of_totals = judge.recipe.control.iter().filter_map(|control| match control.total {
            Total::Sum(at) => Some(at),
            Total::Count => None,
        });
        let of_checks = judge.checks.iter().flat_map(|plan| plan.uses.iter().copied());
        for at in of_key.chain(of_totals).chain(of_checks) {
            if let Some(asked) = asked.get_mut(at) {
                *asked = true;
            }
        }
        Some(Self { asked })
    }
}

impl Judge {
    /// The key of a row that is good beyond doubt, and what it adds to the control totals. None says nothing. `values`
    /// is room for one value a field.
    pub(super) fn key_of_good(
        &self,
        row: &Row,
        extraction: &Extraction,
        names: &[Arc<str>],
        values: &mut Vec<Value>,
        addends: &mut Vec<Option<Decimal>>,
    ) -> Option<Key> {
        let short = self.short.as_ref().filter(|_| row.problems.is_empty())?;
        values.resize(self.readers.len(), Value::Missing);
        for (at, reader) in self.readers.iter().enumerate() {
            let text = extraction.text(at, row);
            if !short.asked[at] && text.is_some_and(|text| reader.accepts(text)) {
                continue;
            }
            let value = match text {
                Some(text) => reader.read_text(text),
                None => reader.read(extraction.cell(at, row)),
            };
            let value = value.ok()?;
            if !reader.rules.accept(&value) {
                let mut good = true;
                reader.rules.check(&value, &mut |_| good = false);
                if !good {
                    return None;
                }
            }
            values[at] = value;
        }
        let scope = self.scope(values, &Value::Missing, 1);
        let holds = |plan: &super::checks::CheckPlan| {
            self.recipe.checks.get(plan.at).is_some_and(|check| check.check.value.holds(&scope) == Ok(true))
        };
        if !self.checks.iter().all(holds) {
            return None;
        }
        let parts = self.recipe.key.iter().filter_map(|part| match part {
            KeyField::Field(at) => Some((Arc::clone(&names[*at]), values[*at].clone())),
            KeyField::Occurrence => None,
        });
        let key = Key::new(parts).ok()?;
        addends.extend(self.addends(values, |_| false));
        Some(key)
    }
}
