//! What is repeated for each value of a list: `$each` in bodies, `for_each` of steps. A `for_each` with `by:` repeats the
//! write of its part, which [`super::repeat`] lowers.

use std::ops::Range;
use std::sync::Arc;

use super::super::names::Place;
use super::super::raw;
use super::super::yaml::{Keyed, Text};
use super::Context;
use super::kind::Section;
use crate::diagnostic::At;
use crate::expression::{Expression, Kind};

/// A list, and what one of its values is.
pub(super) struct Each {
    /// The list.
    pub list: At<Expression>,
    /// What is known of its values.
    pub element: Kind,
}

/// Lowers the list; `word` is the key that it stands under.
pub(super) fn list(context: &Context, text: &At<Text>, place: &Place<'_>, word: &str) -> Each {
    let expression = context.expression(text, place);
    let element = match expression.kind() {
        Kind::List(element) => (**element).clone(),
        Kind::Any => Kind::Any,
        _ => {
            if !place.used.borrow().broken {
                let help = format!("`{word}` takes a list, such as `lines` or a field of the type `list`");
                context.wrong(&text.span, format!("`{}` is not a list", text.as_str()), help);
            }
            Kind::Any
        }
    };
    Each { list: At::new(expression, text.span.clone()), element }
}

/// Lowers the name of a variable; `key` is the key that it stands under.
pub(super) fn variable(context: &Context, text: &At<Text>, place: &Place<'_>, key: &str) -> Arc<str> {
    let name = At::new(text.value.0.clone(), text.span.clone());
    context.name("variable", &name);
    let taken = place.fields.position(&name).is_some()
        || place.captures.iter().any(|captured| captured.target.is_none() && *captured.name == *name.value);
    if taken {
        let title = format!("`{}` is already the name of a field or capture", name.value);
        context.wrong(&text.span, title, format!("choose another name for `{key}:`"));
    }
    name.as_str().into()
}

/// What a `for_each` must say.
const FORM: &str = "write `- for_each: lines`, `as: line` and `steps: [ … ]`";

/// What stands in a `for_each` besides its steps.
pub(super) struct Head<'r> {
    /// The list.
    pub list: At<Expression>,
    /// `as:`.
    pub variable: Arc<str>,
    /// `number:`.
    pub number: Option<Arc<str>>,
    /// Its steps, of which there are some.
    pub steps: &'r At<Vec<Keyed<raw::Step>>>,
}

/// Lowers what stands in a `for_each` besides its steps; with the place that those have. `of_list` is the place of the
/// list itself.
pub(super) fn head<'r, 'p>(
    context: &Context,
    written: &'r Keyed<raw::Step>,
    of_list: &Place<'_>,
    place: &Place<'p>,
) -> Option<(Head<'r>, Place<'p>)> {
    let looped = list(context, written.for_each.as_ref()?, of_list, "for_each");
    let Some(variable) = &written.variable else {
        context.missing(&written.span, "as", FORM);
        return None;
    };
    let variable = self::variable(context, variable, place, "as");
    let mut inner = place.with_local(variable.clone(), looped.element);
    let number = written.number.as_ref().map(|text| {
        let name = self::variable(context, text, place, "number");
        if name == variable {
            let title = format!("`{name}` is the name of the value and of its number");
            context.wrong(&text.span, title, "choose another name for `number:`");
        }
        inner = inner.with_local(name.clone(), Kind::Number);
        name
    });
    let Some(steps) = &written.steps else {
        context.missing(&written.span, "steps", FORM);
        return None;
    };
    if steps.is_empty() {
        context.wrong(&steps.span, "`for_each` has no steps", "");
    }
    Some((Head { list: looped.list, variable, number, steps }, inner))
}

/// Reports a write where steps are repeated without being entries of their own.
pub(super) fn write_without_by(context: &Context, span: &Range<usize>) {
    context.wrong(
        span,
        "a write inside of `for_each` needs `by`",
        "each line is an entry of its own then, which is never made twice: say beside `for_each:` which field tells it from the other lines of its record, such as `by: position`",
    );
}

/// Reports a `by:` where no write is repeated.
pub(super) fn useless_by(context: &Context, written: &Keyed<raw::Step>, why: impl FnOnce() -> String) {
    if written.by.is_some() {
        context.wrong(&written.key("by"), why(), "`by` belongs to a `for_each` in `steps:` that writes");
    }
}

/// Why a `by:` is of no use at a place where no write is repeated.
pub(super) fn why_useless(repeated: bool, section: Section) -> String {
    match section {
        Section::Steps if repeated => "`by` stands inside of another `for_each`".to_owned(),
        Section::Steps => "nothing in this `for_each` writes, so `by` is of no use".to_owned(),
        Section::Update => "the steps of `update` speak of one line each, which is repeated by itself".to_owned(),
        _ => format!("a step of `{}` must not write, so `by` is of no use", section.word()),
    }
}
