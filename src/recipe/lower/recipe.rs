//! A recipe as a whole: what it must have, and how its pieces refer to each other.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use super::super::model::{
    Check, Control, Expected, Field, Finder, Grouping, KeyField, Locale, OnChange, Pick, Recipe, Retry, Total, Type,
};
use super::super::names::{Fields, Place, Used, View};
use super::super::raw::{self, RecipeFile};
use super::super::yaml::{Keyed, OneOrMany, Ordered, Text};
use super::words::{duration, share};
use super::{Context, field, source, target};
use crate::diagnostic::{At, Diagnostic, did_you_mean};
use crate::expression::{Expression, Template};

/// Lowers a recipe file.
///
/// # Errors
/// All that is wrong with it, in the order of the file.
pub(crate) fn recipe(context: Context, written: &Keyed<RecipeFile>, sha256: String) -> Result<Recipe, Vec<Diagnostic>> {
    let top = written.span.clone();
    let name =
        text(&context, written.recipe.as_ref(), &top, "recipe", "give the recipe a name: `recipe: supplier-invoices`");
    let ledger =
        written.ledger.as_ref().map_or_else(|| name.clone(), |ledger| context.not_empty(ledger, "the ledger's name"));
    let source = match &written.source {
        Some(source) => source::source(&context, source),
        None => {
            context.missing(&top, "source", "say where rows come from: `source: { csv: { file: … }, locale: de }`");
            None
        }
    };
    let no_fields = Ordered(Vec::new());
    let raw_fields = match &written.fields {
        Some(fields) if fields.iter().next().is_some() => &fields.value,
        _ => {
            context.missing(
                &top,
                "fields",
                "name the fields of a record: `fields: { number: { column: Belegnummer } }`",
            );
            &no_fields
        }
    };
    let kind = source.as_ref().map(|source| &source.kind);
    let mut known = field::names(&context, raw_fields, kind);
    let before = context.count();
    let grouping = written.records.as_ref().map(|records| grouping(&context, records, &mut known));
    let grouped = context.count() == before;
    let fields = field::fields(&context, raw_fields, &known, kind);
    if let (Some(grouping), Some(records), true) = (&grouping, &written.records, grouped) {
        ungrouped(&context, grouping, records, &fields);
    }
    let checks = checks(&context, written, &known);
    let control =
        written.control.as_ref().map_or_else(Vec::new, |control| self::control(&context, control, &known, &fields));
    let key = key(&context, written, &known, &top);
    let on_change = written.on_change.as_ref().map_or(OnChange::Hold, |on_change| match on_change.value {
        raw::OnChange::Hold => OnChange::Hold,
        raw::OnChange::Update => OnChange::Update,
        raw::OnChange::Ignore => OnChange::Ignore,
    });
    let needs_approval = written.needs_approval.as_ref().map(|text| {
        let used = RefCell::new(Used::default());
        let place = Place::judging(&known, View::Record, &used);
        context.condition(text, &place)
    });
    let locale = source.as_ref().map_or(Locale::Iso, |source| source.locale);
    let targets = target::targets(&context, written, &known, &top, locale);
    let send = written.send.as_ref().and_then(|send| match &send.if_rejected_below {
        Some(text) => share(&context, text),
        None => {
            context.missing(&send.span, "if_rejected_below", "write `send: { if_rejected_below: 5% }`");
            None
        }
    });
    let retry = retry(&context, written);
    let settle = duration(&context, written.settle.as_ref(), Duration::from_secs(60));
    let stop_after = written.stop_after.as_ref().and_then(|stop| match &stop.failures_in_a_row {
        Some(failures) => {
            if failures.value == 0 {
                context.wrong(
                    &failures.span,
                    "0 failures in a row stop every run before it begins",
                    "write 1 or more, or take `stop_after:` out",
                );
            }
            Some(failures.value)
        }
        None => {
            context.missing(&stop.span, "failures_in_a_row", "write `stop_after: { failures_in_a_row: 10 }`");
            None
        }
    });
    match source {
        Some(source) if context.is_clean() => Ok(Recipe {
            needs: context.needs.take(),
            text: context.source,
            sha256,
            folder: context.folder,
            name: name.as_str().into(),
            about: written.about.as_ref().map(|about| about.value.0.clone()),
            ledger: ledger.as_str().into(),
            source,
            fields,
            grouping,
            checks,
            control,
            key,
            on_change,
            needs_approval,
            send_if_rejected_below: send,
            targets,
            retry,
            settle,
            stop_after,
        }),
        _ => Err(context.into_problems()),
    }
}

fn text(context: &Context, text: Option<&At<Text>>, top: &std::ops::Range<usize>, key: &str, help: &str) -> String {
    match text {
        Some(text) => context.not_empty(text, &format!("`{key}`")),
        None => {
            context.missing(top, key, help);
            String::new()
        }
    }
}

/// The position of a field that is named as such; if there is none, that is reported.
pub(super) fn field_named(context: &Context, name: &At<Text>, fields: &Fields, what: &str) -> Option<usize> {
    let position = fields.position(name);
    if position.is_none() {
        let help = match did_you_mean(name, fields.list.iter().map(|(field, _)| &**field)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let all: Vec<&str> = fields.list.iter().map(|(field, _)| &**field).collect();
                format!("the fields are: {}", all.join(", "))
            }
        };
        context.wrong(&name.span, format!("{what} names `{}`, which is no field", name.as_str()), help);
    }
    position
}

fn grouping(context: &Context, written: &Keyed<raw::Records>, known: &mut Fields) -> Grouping {
    let mut seen = BTreeSet::new();
    let mut list = |names: Option<&At<OneOrMany<At<Text>>>>, what: &str| -> Vec<usize> {
        let names = names.map_or(&[][..], |names| names.0.as_slice());
        let positions = names.iter().filter_map(|name| {
            let position = field_named(context, name, known, &format!("`{what}`"))?;
            if !seen.insert(position) {
                context.wrong(
                    &name.span,
                    format!("`{}` stands in `records` twice", name.as_str()),
                    "a field joins rows (`one_per`), agrees in them (`same`), or belongs to one (`lines`)",
                );
            }
            Some(position)
        });
        positions.collect()
    };
    let one_per = list(written.one_per.as_ref(), "one_per");
    let same = list(written.same.as_ref(), "same");
    let lines = list(written.lines.as_ref(), "lines");
    if one_per.is_empty() {
        context.missing(&written.span, "one_per", "name the fields whose equal values join rows: `one_per: [number]`");
    }
    known.in_lines = lines.iter().copied().collect();
    known.lines = !lines.is_empty();
    Grouping { one_per, scattered: written.scattered.as_ref().is_some_and(|scattered| scattered.value), same, lines }
}

/// A field that is read from each row of a record, and of which nobody says which row counts.
fn ungrouped(context: &Context, grouping: &Grouping, written: &Keyed<raw::Records>, fields: &[Field]) {
    for (position, field) in fields.iter().enumerate() {
        let grouped = [&grouping.one_per, &grouping.same, &grouping.lines].iter().any(|list| list.contains(&position));
        let stands_in_row = match &field.finder {
            Finder::Pick(Pick::Mail(_)) => false,
            Finder::Column(_) | Finder::Pick(_) => true,
            _ => false,
        };
        if !grouped && stands_in_row {
            context.wrong(
                &field.span,
                format!(
                    "the field `{}` is read from each row, but `records` does not say how its rows become one value",
                    field.name
                ),
                "add it to `same:` (must agree in all rows of a record) or to `lines:` (one value a line)",
            );
        }
        if let (Finder::Computed(template), true) = (&field.finder, grouping.one_per.contains(&position)) {
            context.wrong(
                &written.key("one_per"),
                format!("`{}` is computed and cannot join rows", field.name),
                format!("join them by what it is computed from: `{}`", template.source()),
            );
        }
    }
}

fn checks(context: &Context, written: &RecipeFile, known: &Fields) -> Vec<Check> {
    let checks = written.checks.iter().flatten();
    let checks = checks.filter_map(|check| {
        let Some(text) = &check.check else {
            context.missing(&check.span, "check", "write what must be true: `- check: net + vat == gross`");
            return None;
        };
        let used = RefCell::new(Used::default());
        let expression = context.condition(text, &Place::judging(known, View::Either, &used));
        let per_line = used.borrow().fields.iter().any(|position| known.in_lines.contains(position));
        let message = check.message.as_ref().map(|message| context.not_empty(message, "the message").as_str().into());
        Some(Check { check: At::new(expression, text.span.clone()), message, per_line })
    });
    checks.collect()
}

fn control(context: &Context, written: &Keyed<raw::Control>, known: &Fields, fields: &[Field]) -> Vec<Control> {
    let mut totals = Vec::new();
    for (name, expected) in written.sum.iter().flat_map(|sum| sum.iter()) {
        let named = name.clone().map(Text);
        let Some(position) = field_named(context, &named, known, "`sum`") else { continue };
        let field = &fields[position];
        if !matches!(field.kind, Type::Integer | Type::Decimal | Type::Money) {
            context.wrong(
                &name.span,
                format!("`{}` is not a number and has no sum", field.name),
                "a sum is for integer, decimal and money",
            );
        }
        if expected.footer.is_some() && !matches!(field.finder, Finder::Column(_)) {
            context.wrong(
                &expected.key("footer"),
                format!("the footer is looked for in the column of `{}`, which has none", field.name),
                "sum a field with `column:`",
            );
        }
        totals.extend(self::expected(context, expected, known).map(|expected| Control {
            total: Total::Sum(position),
            expected,
            span: name.span.clone(),
        }));
    }
    if let Some(count) = &written.count {
        let expected = expected(context, count, known);
        totals.extend(expected.map(|expected| Control { total: Total::Count, expected, span: written.key("count") }));
    }
    if written.sum.is_none() && written.count.is_none() {
        context.missing(
            &written.span,
            "sum",
            "write `control: { sum: { gross: { footer: Summe } } }` or `control: { count: … }`",
        );
    }
    totals
}

fn expected(context: &Context, written: &Keyed<raw::Expected>, known: &Fields) -> Option<Expected> {
    source::exclusive(context, &written.keys, &["footer", "equals"]);
    if let Some(footer) = &written.footer {
        return Some(Expected::Footer(context.not_empty(footer, "the footer's caption")));
    }
    let Some(text) = &written.equals else {
        context.missing(&written.span, "footer", "write `{ footer: Summe }` or `{ equals: \"${env.TOTAL}\" }`");
        return None;
    };
    let used = RefCell::new(Used::default());
    let place = Place::judging(known, View::Nothing, &used);
    let template: Template = context.template(text, &place);
    if let Some(expression) = template.single() {
        return Some(Expected::Equals(expression.clone()));
    }
    match super::words::literal(Type::Decimal, None, text) {
        Ok(_) => Expression::new(text, &place).ok().map(Expected::Equals),
        Err(help) => {
            if context.is_clean() || template.pieces().len() > 1 {
                context.wrong(
                    &text.span,
                    format!("`{}` is not a number", text.as_str()),
                    format!("{help}; or write one `${{…}}`"),
                );
            }
            None
        }
    }
}

fn key(context: &Context, written: &RecipeFile, known: &Fields, top: &std::ops::Range<usize>) -> Vec<KeyField> {
    let Some(names) = &written.key else {
        context.missing(
            top,
            "key",
            "name the fields that make two records the same: `key: [supplier, number]`; by it nothing is entered twice",
        );
        return Vec::new();
    };
    if names.0.is_empty() {
        context.wrong(&names.span, "the key is empty", "name the fields that make two records the same");
    }
    let mut seen = BTreeSet::new();
    let parts = names.0.iter().filter_map(|name| {
        if !seen.insert(name.as_str()) {
            context.wrong(&name.span, format!("`{}` stands in the key twice", name.as_str()), "");
        }
        if name.as_str() == "occurrence" {
            return Some(KeyField::Occurrence);
        }
        let position = field_named(context, name, known, "the key")?;
        if known.in_lines.contains(&position) {
            context.wrong(
                &name.span,
                format!("`{}` is a field of the lines and cannot be part of the key", name.as_str()),
                "a key belongs to the whole record; name fields of `one_per:` or `same:`",
            );
        }
        Some(KeyField::Field(position))
    });
    let parts: Vec<KeyField> = parts.collect();
    if let [KeyField::Occurrence] = parts.as_slice() {
        context.wrong(&names.span, "`occurrence` alone is no key", "name the fields that tell records apart as well");
    }
    parts
}

fn retry(context: &Context, written: &RecipeFile) -> Retry {
    let mut retry = Retry { attempts: 4, wait: Duration::from_secs(1), max_wait: Duration::from_secs(60) };
    let Some(written) = &written.retry else { return retry };
    if let Some(attempts) = &written.attempts {
        if attempts.value == 0 {
            context.wrong(&attempts.span, "0 attempts enter nothing", "1 means that nothing is tried again");
        }
        retry.attempts = attempts.value;
    }
    retry.wait = duration(context, written.wait.as_ref(), retry.wait);
    retry.max_wait = duration(context, written.max_wait.as_ref(), retry.max_wait.max(retry.wait));
    if let Some(text) = written.max_wait.as_ref().filter(|_| retry.max_wait < retry.wait) {
        context.wrong(&text.span, "`max_wait` is shorter than `wait`", "");
    }
    retry
}
