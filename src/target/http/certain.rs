//! Whether the steps of a target can be rendered for every good record, as far as the recipe alone tells. A dry run that
//! shows no steps need not render them then. Whatever is not certain is rendered, record by record.

use crate::expression::{Expression, Name, Piece, Scope, Template};
use crate::recipe::Recipe;
use crate::recipe::model::{Body, BodyPart, HttpSettings, HttpStep, JsonBody, PartKind, Target, TargetKind, Type};
use crate::target::fill::Filler;
use crate::target::site::Site;

/// Whether [`render_steps`](super::render_steps) succeeds for each good record and all parts of a target; `around` has
/// what is the same for all records.
pub fn always_renders(recipe: &Recipe, target: &Target, around: &dyn Scope) -> bool {
    let TargetKind::Http(settings) = &target.kind else { return false };
    let certain = Certain { recipe };
    certain.settings(settings, around)
        && target.parts.iter().all(|part| match &part.kind {
            PartKind::Http(part) => part.steps(false).all().all(|step| certain.step(step)),
            PartKind::Browser(_) => false,
        })
}

struct Certain<'a> {
    recipe: &'a Recipe,
}

impl Certain<'_> {
    /// What is filled in here is the same for all records, so it is tried.
    fn settings(&self, settings: &HttpSettings, around: &dyn Scope) -> bool {
        let filler = Filler { recipe: self.recipe, show: true };
        let site = Site::new("`url:`", &settings.url.span);
        let of_run = |name: &Name| matches!(name, Name::Env(_) | Name::Secret(_) | Name::Today);
        is_of_run(&settings.url.value, of_run)
            && filler.required(&settings.url.value, &site, around).is_ok()
            && settings
                .headers
                .iter()
                .all(|(_, value)| is_of_run(value, of_run) && filler.header(value, &site, around).is_ok())
    }

    fn step(&self, step: &HttpStep) -> bool {
        // What is repeated depends on the record.
        let HttpStep::Call(step) = step else { return false };
        step.when.is_none()
            && self.plain(&step.path.value)
            && step.query.iter().all(|(_, value)| self.text(value))
            && step.headers.iter().all(|(_, value)| self.plain(value))
            && self.body(step.body.as_ref())
    }

    fn body(&self, body: Option<&Body>) -> bool {
        match body {
            None => true,
            // A body that is one value must have one.
            Some(Body::Json(JsonBody::Text(text))) => text.value.literal().is_some(),
            Some(Body::Json(json)) => self.json(json),
            Some(Body::Form(fields)) => fields.iter().all(|(_, value)| self.text(value)),
            Some(Body::Multipart(parts)) => parts.iter().all(|(_, part)| match part {
                BodyPart::Text(text) => self.text(text),
                BodyPart::File { .. } => false,
            }),
            Some(Body::Raw(text)) => self.longer(text),
        }
    }

    fn json(&self, json: &JsonBody) -> bool {
        match json {
            JsonBody::Null | JsonBody::Bool(_) => true,
            JsonBody::Number(digits) => digits.parse::<serde_json::Number>().is_ok(),
            JsonBody::Text(text) => match text.single() {
                Some(expression) => is_masked(expression) || expression.field().is_some(),
                None => self.longer(&text.value),
            },
            JsonBody::Object(members) => members.iter().all(|(_, member)| self.json(member)),
            // An item without a value is an error.
            JsonBody::List(items) => items.iter().all(|item| match item {
                JsonBody::Text(text) => text.value.literal().is_some(),
                other => self.json(other),
            }),
            JsonBody::Each(_) => false,
        }
    }

    /// A text that is left out where it has no value.
    fn text(&self, template: &Template) -> bool {
        match template.single() {
            Some(expression) => is_masked(expression) || self.is_scalar(expression),
            None => self.longer(template),
        }
    }

    /// A text whose values must be there.
    fn longer(&self, template: &Template) -> bool {
        template.pieces().iter().all(|piece| match piece {
            Piece::Literal(_) => true,
            Piece::Expression(expression, _) => {
                is_masked(expression) || (self.is_scalar(expression) && self.is_given(expression))
            }
        })
    }

    /// A text in which not every character may stand, and none may be missing: a path, a header.
    fn plain(&self, template: &Template) -> bool {
        template.pieces().iter().all(|piece| match piece {
            Piece::Literal(literal) => literal.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '),
            Piece::Expression(expression, _) => {
                self.is_given(expression)
                    && matches!(
                        self.kind(expression),
                        Some(Type::Integer | Type::Decimal | Type::Date | Type::Bool | Type::Iban | Type::Bic)
                    )
            }
        })
    }

    fn is_scalar(&self, expression: &Expression) -> bool {
        self.kind(expression).is_some_and(|kind| kind != Type::List)
    }

    /// The type of a field that stands there by its name alone.
    fn kind(&self, expression: &Expression) -> Option<Type> {
        Some(self.recipe.fields.get(expression.field()?)?.kind)
    }

    /// Whether every good record has the field.
    fn is_given(&self, expression: &Expression) -> bool {
        let of_lines = self.recipe.grouping.as_ref().map_or(&[][..], |grouping| &grouping.lines);
        expression.field().is_some_and(|at| {
            !of_lines.contains(&at) && self.recipe.fields.get(at).is_some_and(|field| field.constraints.required)
        })
    }
}

/// Whether a dry run shows something else in its place, for it is secret or only known later.
fn is_masked(expression: &Expression) -> bool {
    let masked = |name: &Name| name.is_secret() || matches!(name, Name::Capture { .. } | Name::IdempotencyKey);
    expression.names().iter().any(masked)
}

fn is_of_run(template: &Template, of_run: impl Fn(&Name) -> bool) -> bool {
    template.pieces().iter().all(|piece| match piece {
        Piece::Literal(_) => true,
        Piece::Expression(expression, _) => expression.names().iter().all(&of_run),
    })
}
