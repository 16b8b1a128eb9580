//! One step: an HTTP call with its body, its conditions and its captures.

use std::time::Duration;

use super::super::model::{Effect, HttpCall, HttpStep, Lookup, Method, NextPage, Pages, WaitUntil};
use super::super::names::{Captured, Place};
use super::super::raw;
use super::super::yaml::{Keyed, Ordered, Text};
use super::condition::{Use, conditions, test};
use super::kind::Section;
use super::words::{duration, header_name};
use super::{Context, body, capture, together};
use crate::diagnostic::At;
use crate::expression::Template;

/// Lowers one step. `last`: it is the last of its list.
pub(super) fn step(
    context: &Context,
    written: &Keyed<raw::Step>,
    place: &Place<'_>,
    section: Section,
    last: bool,
) -> Option<HttpCall> {
    let method = together::verb(context, written, section, last)?;
    let path =
        [&written.get, &written.post, &written.put, &written.patch, &written.delete].into_iter().flatten().next()?;
    let effect = effect(context, written, method, section);
    // That a `get` does not take them has been said.
    if effect == Effect::Read && method != Method::Get {
        for key in written.keys.iter().filter(|key| ["exists", "wait_until"].contains(&key.as_str())) {
            context.wrong(&key.span, format!("`{}` belongs to a step that writes", key.value), "this one only reads");
        }
    }
    let captures = written.capture.as_ref().map_or_else(Vec::new, |list| capture::captures(context, list));
    let own = captures.iter().map(|capture| Captured {
        target: None,
        name: capture.name.clone(),
        secret: section == Section::Login,
    });
    let after = place.with_captures(own);
    Some(HttpCall {
        span: written.span.clone(),
        method,
        path: self::path(context, path, place),
        query: pairs(context, written.query.as_ref(), place),
        headers: headers(context, written.headers.as_ref(), place),
        body: body::body(context, written, place),
        effect,
        when: written.when.as_ref().map(|text| At::new(context.condition(text, place), text.span.clone())),
        expect: conditions(context, written.expect.as_ref(), place, Use::Expect),
        refused: conditions(context, written.refused.as_ref(), place, Use::Refused),
        exists: conditions(context, written.exists.as_ref(), place, Use::Exists),
        capture: captures,
        wait_until: written.wait_until.as_deref().and_then(|wait| wait_until(context, wait, &after)).map(Box::new),
    })
}

fn effect(context: &Context, written: &Keyed<raw::Step>, method: Method, section: Section) -> Effect {
    match &written.effect {
        Some(effect) if effect.value != raw::Effect::Read && !section.writes() => {
            context.wrong(
                &effect.span,
                format!("a step of `{}` must not write", section.word()),
                "what stands here may be done at any time; writes belong into `steps:`",
            );
            Effect::Read
        }
        Some(effect) => match effect.value {
            raw::Effect::Read => Effect::Read,
            raw::Effect::Repeatable => Effect::Repeatable,
            raw::Effect::Once => Effect::Once,
        },
        None if !section.writes() => Effect::Read,
        None => match method {
            Method::Get => Effect::Read,
            Method::Put | Method::Delete => Effect::Repeatable,
            Method::Post | Method::Patch => Effect::Once,
        },
    }
}

/// A path on the target's URL, or a whole URL.
pub(super) fn path(context: &Context, text: &At<Text>, place: &Place<'_>) -> At<Template> {
    context.not_empty(text, "the path");
    let whole = ["http://", "https://", "${"].iter().any(|start| text.starts_with(start));
    if !text.starts_with('/') && !whole && !text.trim().is_empty() {
        context.wrong(
            &text.span,
            format!("the path `{}` does not begin with `/`", text.as_str()),
            format!("write `/{}`; it is relative to the target's `url:`", text.as_str()),
        );
    }
    if text.contains([' ', '\t', '\n']) && text.starts_with('/') && !text.contains("${") {
        context.wrong(&text.span, "a path has no blanks", "write a blank as `%20`");
    }
    context.template_at(text, place)
}

/// Names and templates: query parameters, form fields.
pub(super) fn pairs(context: &Context, list: Option<&Ordered<At<Text>>>, place: &Place<'_>) -> Vec<(String, Template)> {
    let pairs = list.into_iter().flat_map(Ordered::iter);
    pairs
        .map(|(name, text)| {
            if name.contains("${") {
                context.wrong(&name.span, "a name cannot hold `${…}`", "only values are filled in");
            }
            (name.value.clone(), context.template(text, place))
        })
        .collect()
}

/// Headers by name.
pub(super) fn headers(
    context: &Context,
    list: Option<&Ordered<At<Text>>>,
    place: &Place<'_>,
) -> Vec<(String, Template)> {
    for (name, text) in list.into_iter().flat_map(Ordered::iter) {
        header_name(context, name);
        if text.contains(['\r', '\n']) {
            context.wrong(&text.span, "a header's value has one line", "with `>-` lines are joined by blanks");
        }
    }
    pairs(context, list, place)
}

fn wait_until(context: &Context, written: &Keyed<raw::WaitUntil>, place: &Place<'_>) -> Option<WaitUntil> {
    let method = match (&written.get, &written.post) {
        (Some(_), Some(_)) => {
            context.wrong(
                &written.key("post"),
                "two verbs stand in one step, `get` and `post`",
                "keep the one that asks",
            );
            return None;
        }
        (None, None) => {
            context.missing(
                &written.span,
                "get",
                "name the call that asks: `wait_until: { get: /jobs/${job}, expect: { $.state: done } }`",
            );
            return None;
        }
        (Some(_), None) => Method::Get,
        (None, Some(_)) => Method::Post,
    };
    let text = written.get.as_ref().or(written.post.as_ref())?;
    if written.json.is_some() && method == Method::Get {
        context.wrong(&written.key("json"), "`json` does not go with `get`", "");
    }
    if written.expect.is_none() {
        context.missing(
            &written.span,
            "expect",
            "say what an answer looks like that means done: `expect: { $.state: done }`",
        );
    }
    let every = duration(context, written.every.as_ref(), Duration::from_secs(2));
    let at_most = duration(context, written.at_most.as_ref(), Duration::from_secs(300));
    if let Some(text) = written.every.as_ref().filter(|_| every < Duration::from_millis(50)) {
        context.wrong(&text.span, format!("`{}` is too often", text.as_str()), "ask every `50ms` at the most");
    }
    if let Some(text) = written.at_most.as_ref().filter(|_| at_most < every) {
        context.wrong(&text.span, "`at_most` is shorter than `every`, so nothing is asked", "");
    }
    let step = HttpCall {
        span: written.span.clone(),
        method,
        path: path(context, text, place),
        query: pairs(context, written.query.as_ref(), place),
        headers: headers(context, written.headers.as_ref(), place),
        body: written.json.as_ref().map(|tree| super::super::model::Body::Json(body::json(context, tree, place))),
        effect: Effect::Read,
        when: None,
        expect: conditions(context, written.expect.as_ref(), place, Use::Expect),
        refused: conditions(context, written.refused.as_ref(), place, Use::Refused),
        exists: Default::default(),
        capture: written.capture.as_ref().map_or_else(Vec::new, |list| capture::captures(context, list)),
        wait_until: None,
    };
    Some(WaitUntil { step, every, at_most })
}

/// The last step of a lookup with what only it has.
pub(super) fn lookup(
    context: &Context,
    written: &Keyed<raw::Step>,
    place: &Place<'_>,
    step: HttpCall,
    before: Vec<HttpStep>,
) -> Lookup {
    let list = written.list.as_ref().map(|text| context.json_path(text, &text.span));
    let same = written.same.iter().flat_map(Ordered::iter).map(|(path, expected)| {
        let path = context.json_path(path, &path.span);
        (path, test(context, expected, place))
    });
    let same = same.collect();
    let pages = written.pages.as_ref().and_then(|pages| self::pages(context, pages));
    if let (Some(_), None) = (&pages, &list) {
        context.wrong(
            &written.key("pages"),
            "`pages` needs `list`",
            "say where in the answer the list stands: `list: $.items`",
        );
    }
    Lookup { before, step, list, same, pages }
}

fn pages(context: &Context, written: &Keyed<raw::Pages>) -> Option<Pages> {
    super::source::exclusive(context, &written.keys, &["next", "param"]);
    if written.first.is_some() && written.param.is_none() {
        context.wrong(&written.key("first"), "`first` goes with `param`", "");
    }
    let max = written.max.as_ref().map_or(10, |max| max.value);
    if max == 0 {
        context.wrong(&written.key("max"), "0 pages find nothing", "");
    }
    let next = match (&written.next, &written.param) {
        (Some(next), _) if next.as_str() == "link" => NextPage::LinkHeader,
        (Some(next), _) => NextPage::Path(context.json_path(next, &next.span)),
        (None, Some(param)) => NextPage::Counted {
            param: context.not_empty(param, "the parameter's name"),
            first: written.first.as_ref().map_or(1, |first| first.value),
        },
        (None, None) => {
            context.missing(&written.span, "next", "write `next: $.next`, `next: link` or `param: page`");
            return None;
        }
    };
    Some(Pages { next, max })
}
