//! The bodies of calls: `json:`, `form:`, `multipart:` and `body:`.

use std::sync::Arc;

use super::super::model::{Body, BodyPart, Each, JsonBody};
use super::super::names::Place;
use super::super::raw;
use super::super::yaml::{Keyed, Ordered, TextOr, Tree};
use super::Context;
use super::step::pairs;
use crate::diagnostic::{At, did_you_mean};

/// Lowers the body of a step; that there is only one was checked.
pub(super) fn body(context: &Context, written: &Keyed<raw::Step>, place: &Place<'_>) -> Option<Body> {
    if let Some(tree) = &written.json {
        return Some(Body::Json(json(context, tree, place)));
    }
    if written.form.is_some() {
        return Some(Body::Form(pairs(context, written.form.as_ref(), place)));
    }
    if let Some(parts) = &written.multipart {
        return Some(Body::Multipart(multipart(context, parts, place)));
    }
    written.body.as_ref().map(|text| Body::Raw(context.template(text, place)))
}

fn multipart(
    context: &Context,
    written: &Ordered<TextOr<Keyed<raw::BodyPart>>>,
    place: &Place<'_>,
) -> Vec<(String, BodyPart)> {
    let parts = written.iter().filter_map(|(name, part)| {
        let part = match part {
            TextOr::Text(text) => BodyPart::Text(context.template(text, place)),
            TextOr::Map(file) => {
                let Some(path) = &file.file else {
                    context.missing(
                        &file.span,
                        "file",
                        "write `{ file: \"${scan}\", name: …, type: application/pdf }`",
                    );
                    return None;
                };
                if let Some(kind) = &file.media_type
                    && !kind.split_once('/').is_some_and(|(kind, sub)| !kind.is_empty() && !sub.is_empty())
                {
                    let title = format!("`{}` is not a media type", kind.as_str());
                    context.wrong(&kind.span, title, "write `application/pdf` or the like");
                }
                BodyPart::File {
                    path: context.template(path, place),
                    name: file.name.as_ref().map(|name| context.template(name, place)),
                    media_type: file.media_type.as_ref().map(|kind| kind.value.0.clone()),
                }
            }
        };
        Some((name.value.clone(), part))
    });
    parts.collect()
}

/// Lowers a JSON body.
pub(super) fn json(context: &Context, written: &At<Tree>, place: &Place<'_>) -> JsonBody {
    match &written.value {
        Tree::Null => JsonBody::Null,
        Tree::Bool(value) => JsonBody::Bool(*value),
        Tree::Number(digits) => JsonBody::Number(digits.0.clone()),
        Tree::Text(text) => {
            let text = At::new(text.clone(), written.span.clone());
            JsonBody::Text(context.template_at(&text, place))
        }
        Tree::List(list) => JsonBody::List(list.iter().map(|item| json(context, item, place)).collect()),
        Tree::Map(members) => match members.iter().find(|(key, _)| key.as_str() == "$each") {
            Some((key, _)) => each(context, key, members, place),
            None => {
                let members = members.iter().map(|(key, value)| {
                    member_name(context, key);
                    (key.value.clone(), json(context, value, place))
                });
                JsonBody::Object(members.collect())
            }
        },
    }
}

/// A member's name is sent as it stands; some interfaces want `$type`, so only what is meant otherwise is refused.
fn member_name(context: &Context, key: &At<String>) {
    if key.starts_with("${") {
        let help = "a name cannot be filled in; a text that begins with `{` needs quotes";
        context.wrong(&key.span, format!("`{}` has no meaning here", key.value), help);
    } else if key.contains("${") {
        context.wrong(&key.span, "a name cannot hold `${…}`", "only values are filled in");
    } else if key.starts_with('$') && did_you_mean(key, ["$each"]).is_some() {
        context.wrong(&key.span, format!("`{}` has no meaning here", key.value), "did you mean `$each`?");
    }
}

/// `{ $each: lines, as: line, item: … }`.
fn each(context: &Context, dollar: &At<String>, members: &Ordered<At<Tree>>, place: &Place<'_>) -> JsonBody {
    const FORM: &str = "a list is made by `{ $each: lines, as: line, item: { article: \"${line.article}\" } }`";
    for (key, _) in members.iter().filter(|(key, _)| !["$each", "as", "item"].contains(&key.as_str())) {
        let help = match did_you_mean(key, ["as", "item"]) {
            Some(near) => format!("did you mean `{near}`?"),
            None => FORM.to_owned(),
        };
        context.wrong(&key.span, format!("`{}` does not go with `$each`", key.value), help);
    }
    let member = |name: &str| members.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value);
    let text = |name: &str| {
        let found = member(name).and_then(|tree| Some(At::new(tree.value.scalar()?, tree.span.clone())));
        if found.is_none() {
            context.missing(&dollar.span, name, FORM);
        }
        found
    };
    let (Some(list), Some(variable)) = (text("$each"), text("as")) else { return JsonBody::Null };
    let Some(item) = member("item") else {
        context.missing(&dollar.span, "item", FORM);
        return JsonBody::Null;
    };
    let name = super::each::variable(context, &variable, place, "as");
    let looped = super::each::list(context, &list, place, "$each");
    let inner = place.with_local(Arc::clone(&name), looped.element);
    let item = json(context, item, &inner);
    JsonBody::Each(Box::new(Each { list: looped.list, variable: name, item }))
}
