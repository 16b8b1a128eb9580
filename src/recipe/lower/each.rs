//! What is repeated for each value of a list: `$each` in bodies, `for_each` of steps.

use std::sync::Arc;

use super::super::names::Place;
use super::super::yaml::Text;
use super::Context;
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
