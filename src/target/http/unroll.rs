//! The calls of a list of steps in the order in which they are made: those of a `for_each` once for each value of its list.
//! The values are those of the record, so all of it is known before the first call.

use std::sync::Arc;

use crate::diagnostic::At;
use crate::expression::{Expression, Scope};
use crate::recipe::model::{HttpCall, HttpStep};
use crate::record::Value;
use crate::target::Trouble;
use crate::target::fill::Filler;
use crate::target::scope::Locals;
use crate::target::site::Site;

/// A call, with all that the loops around it say.
pub(super) struct Unrolled<'r> {
    /// The call.
    pub call: &'r HttpCall,
    /// What the variables of the loops around it stand for, the innermost last.
    named: Vec<(Arc<str>, Value)>,
    /// The conditions of these loops, each with the number of variables that it knows.
    whens: Vec<(&'r At<Expression>, usize)>,
}

/// The calls of steps, in order.
///
/// # Errors
/// Something that should be repeated for the values of a list has none.
pub(super) fn unroll<'r>(
    steps: impl IntoIterator<Item = &'r HttpStep>,
    filler: &Filler<'_>,
    scope: &(dyn Scope + Sync),
) -> Result<Vec<Unrolled<'r>>, Trouble> {
    let mut calls = Vec::new();
    for step in steps {
        add(step, filler, scope, (&[], &[]), &mut calls)?;
    }
    Ok(calls)
}

type Around<'a, 'r> = (&'a [(Arc<str>, Value)], &'a [(&'r At<Expression>, usize)]);

fn add<'r>(
    step: &'r HttpStep,
    filler: &Filler<'_>,
    scope: &(dyn Scope + Sync),
    (named, whens): Around<'_, 'r>,
    calls: &mut Vec<Unrolled<'r>>,
) -> Result<(), Trouble> {
    let looped = match step {
        HttpStep::Call(call) => {
            calls.push(Unrolled { call, named: named.to_vec(), whens: whens.to_vec() });
            return Ok(());
        }
        HttpStep::ForEach(looped) => looped,
    };
    let mut whens = whens.to_vec();
    whens.extend(looped.when.as_ref().map(|when| (when, named.len())));
    let values = filler.values(&looped.each.list, &Locals { parent: scope, named })?;
    for (value, number) in values.iter().zip(1_u64..) {
        let mut named = named.to_vec();
        named.push((Arc::clone(&looped.each.variable), value.clone()));
        named.extend(looped.each.number.iter().map(|name| (Arc::clone(name), Value::Number(number.into()))));
        for step in &looped.each.steps {
            add(step, filler, scope, (&named, &whens), calls)?;
        }
    }
    Ok(())
}

impl Unrolled<'_> {
    /// The names that the call knows.
    pub fn over<'a>(&'a self, parent: &'a (dyn Scope + Sync)) -> Locals<'a> {
        Locals { parent, named: &self.named }
    }

    /// Whether the loops around the call are done at all; a condition that is open before there are answers is taken to
    /// hold.
    pub fn is_done(&self, filler: &Filler<'_>, scope: &(dyn Scope + Sync)) -> Result<bool, Trouble> {
        for (when, known) in &self.whens {
            let scope = Locals { parent: scope, named: &self.named[..*known] };
            if filler.show && filler.is_open(&when.value, &scope) {
                continue;
            }
            let site = Site::new("`when:`", &when.span);
            if !when.value.holds(&scope).map_err(|problem| filler.problem(&site, &problem))? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
