//! A `for_each` with `by:` in the steps of a part: the write inside of it is repeated, and each time it is an entry of its
//! own. The look-up, the update steps and the reading back of the part then speak of one line.

use std::cell::RefCell;
use std::sync::Arc;

use super::super::model::{Repeat, RepeatList};
use super::super::names::{Place, Used};
use super::super::raw;
use super::super::yaml::{Keyed, OneOrMany, Text};
use super::kind::RawSteps;
use super::{Context, each};
use crate::diagnostic::{At, did_you_mean};
use crate::expression::{Kind, Name};

/// A `for_each` whose write is repeated.
pub(super) struct RawRepeat<'r> {
    /// Its position among the steps of the part.
    pub at: usize,
    /// The step.
    pub written: &'r Keyed<raw::Step>,
    /// What it repeats.
    pub steps: &'r RawSteps,
    /// The elements.
    pub repeat: Repeat,
    /// The names that stand for the element at hand and its number.
    pub locals: Vec<(Arc<str>, Kind)>,
}

/// The position of the repeated write among the steps of a part.
pub(super) fn position(list: &RawSteps) -> Option<usize> {
    list.iter().position(|step| step.for_each.is_some() && step.by.is_some())
}

/// Lowers all but its steps; none if that cannot be done, which was reported.
pub(super) fn repeat<'r>(context: &Context, list: &'r RawSteps, at: usize, place: &Place<'_>) -> Option<RawRepeat<'r>> {
    let written = list.get(at)?;
    // That the list as a whole is used does not make the other elements a part of an element's content.
    let used = RefCell::new(Used::default());
    let of_list = Place { used: &used, ..place.clone() };
    let (head, inner) = each::head(context, written, &of_list, place)?;
    let expression = &head.list.value;
    let source = match (expression.field(), expression.names()) {
        (Some(field), _) => RepeatList::Field(field),
        (None, [Name::Lines]) if expression.source().trim() == "lines" => RepeatList::Lines,
        _ => {
            // That it is no list at all has been said.
            if !used.borrow().broken && matches!(expression.kind(), Kind::List(_) | Kind::Any) {
                context.wrong(
                    &head.list.span,
                    "a write is repeated for `lines`, or for a field of the type `list`",
                    "which entries there are must be known before anything is sent; what is to be left out says so by `when:` of its write",
                );
            }
            return None;
        }
    };
    let by = written.by.as_ref()?;
    let by = match source {
        RepeatList::Lines => of_lines(context, written, by, place)?,
        RepeatList::Field(_) => of_values(context, by, &head.variable)?,
    };
    let when = written.when.as_ref().map(|text| At::new(context.condition(text, place), text.span.clone()));
    let repeat = Repeat { list: source, variable: head.variable, number: head.number, by, when };
    Some(RawRepeat { at, written, steps: head.steps, repeat, locals: inner.locals })
}

/// `by:` for lines: their own fields.
fn of_lines(
    context: &Context,
    written: &Keyed<raw::Step>,
    by: &OneOrMany<At<Text>>,
    place: &Place<'_>,
) -> Option<Vec<Arc<str>>> {
    let own = || place.fields.in_lines.iter().filter_map(|at| place.fields.list.get(*at)).map(|(name, _)| name);
    if by.0.is_empty() {
        context.wrong(&written.key("by"), "`by` names no field", "say which field tells a line from the others");
        return None;
    }
    let names = by.0.iter().map(|text| {
        let name = own().find(|name| ***name == *text.as_str());
        if name.is_none() {
            let known: Vec<&str> = own().map(|name| &**name).collect();
            // `line.article` is how its value is named elsewhere.
            let word = text.as_str().rsplit('.').next().unwrap_or_default();
            let help = match did_you_mean(word, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the lines have: {}", known.join(", ")),
            };
            context.wrong(&text.span, format!("`{}` is no field of the lines", text.as_str()), help);
        }
        name.map(Arc::clone)
    });
    // All of them are looked at, so that all that is wrong is said.
    names.collect::<Vec<_>>().into_iter().collect()
}

/// `by:` for plain values: the values themselves.
fn of_values(context: &Context, by: &OneOrMany<At<Text>>, variable: &Arc<str>) -> Option<Vec<Arc<str>>> {
    match by.0.as_slice() {
        [one] if *one.as_str() == **variable => Some(Vec::new()),
        [] => None,
        [one, ..] => {
            let title = format!("`{}` is no field: the values of this list have none", one.as_str());
            context.wrong(&one.span, title, format!("write `by: {variable}`: each value is its own key"));
            None
        }
    }
}
