//! All expressions of a call, so that the values that a login needs can be taken before there is a record.

use crate::expression::{Expression, Piece, Template};
use crate::recipe::model::{
    Auth, Body, BodyPart, ConditionSet, HttpCall, HttpSettings, HttpStep, JsonBody, Login, Test,
};

/// What is done with each expression.
type Visit<'a> = &'a mut dyn FnMut(&Expression);

/// The expressions of a target's settings.
pub(super) fn settings(settings: &HttpSettings, visit: Visit<'_>) {
    template(&settings.url.value, visit);
    pairs(&settings.headers, visit);
    settings.proxy.iter().for_each(|proxy| template(proxy, visit));
    match &settings.auth {
        None | Some(Auth::Cookie(_)) => {}
        Some(Auth::Basic { user, password }) => {
            template(user, visit);
            template(password, visit);
        }
        Some(Auth::Bearer(value) | Auth::ApiKey { value, .. }) => template(value, visit),
        Some(Auth::OAuth2(oauth)) => {
            let optional = [&oauth.client_secret, &oauth.scope, &oauth.refresh_token];
            template(&oauth.token_url, visit);
            template(&oauth.client_id, visit);
            optional.into_iter().flatten().for_each(|value| template(value, visit));
        }
    }
}

/// The expressions of a login.
pub(super) fn login(login: &Login, visit: Visit<'_>) {
    login.steps.iter().for_each(|one| step(one, visit));
    pairs(&login.headers, visit);
}

fn step(step: &HttpStep, visit: Visit<'_>) {
    match step {
        HttpStep::Call(one) => call(one, visit),
        HttpStep::ForEach(looped) => {
            visit(&looped.each.list.value);
            looped.when.iter().for_each(|when| visit(&when.value));
            looped.each.steps.iter().for_each(|one| self::step(one, visit));
        }
    }
}

fn call(step: &HttpCall, visit: Visit<'_>) {
    template(&step.path.value, visit);
    pairs(&step.query, visit);
    pairs(&step.headers, visit);
    if let Some(when) = &step.when {
        visit(&when.value);
    }
    match &step.body {
        None => {}
        Some(Body::Json(body)) => json(body, visit),
        Some(Body::Form(fields)) => pairs(fields, visit),
        Some(Body::Raw(raw)) => template(raw, visit),
        Some(Body::Multipart(parts)) => parts.iter().for_each(|(_, part)| match part {
            BodyPart::Text(text) => template(text, visit),
            BodyPart::File { path, name, .. } => {
                template(path, visit);
                name.iter().for_each(|name| template(name, visit));
            }
        }),
    }
    for set in [&step.expect, &step.refused, &step.exists] {
        conditions(set, visit);
    }
}

fn conditions(set: &ConditionSet, visit: Visit<'_>) {
    for condition in &set.any {
        condition.headers.iter().for_each(|(_, one)| test(one, visit));
        condition.paths.iter().for_each(|(_, one)| test(one, visit));
        condition.text.iter().for_each(|text| template(text, visit));
    }
}

fn test(test: &Test, visit: Visit<'_>) {
    match test {
        Test::Equals(value) | Test::Not(value) => template(value, visit),
        Test::OneOf(values) => values.iter().for_each(|value| template(value, visit)),
        Test::Matches(_) | Test::Exists(_) | Test::Empty(_) => {}
    }
}

fn json(body: &JsonBody, visit: Visit<'_>) {
    match body {
        JsonBody::Null | JsonBody::Bool(_) | JsonBody::Number(_) => {}
        JsonBody::Text(text) => template(&text.value, visit),
        JsonBody::List(items) => items.iter().for_each(|item| json(item, visit)),
        JsonBody::Object(members) => members.iter().for_each(|(_, member)| json(member, visit)),
        JsonBody::Each(each) => {
            visit(&each.list.value);
            json(&each.item, visit);
        }
    }
}

fn pairs(pairs: &[(String, Template)], visit: Visit<'_>) {
    pairs.iter().for_each(|(_, value)| template(value, visit));
}

fn template(template: &Template, visit: Visit<'_>) {
    for piece in template.pieces() {
        if let Piece::Expression(expression, _) = piece {
            visit(expression);
        }
    }
}
