//! `fields:` where each value stands, how it is read and what it must be.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::model::{Constraints, DataPath, Field, Finder, Locale, MailPart, Pick, SourceKind, Transform, Type};
use super::super::names::{Fields, Place, Used, View};
use super::super::raw;
use super::super::yaml::{Keyed, OneOrMany, Ordered, Text, TextOr};
use super::source::cell;
use super::{Context, constraints, pick, source, table};
use crate::diagnostic::{At, did_you_mean};
use crate::expression::{Kind, Name, Piece, Template};

/// The names and kinds of all fields, which expressions need before any field can be lowered. Of a mail the parts that the
/// recipe mentions anywhere are fields like others, so that they can be part of the key, shown and compared.
pub(super) fn names(context: &Context, written: &Ordered<Keyed<raw::Field>>, source: Option<&SourceKind>) -> Fields {
    let mut fields = Fields::default();
    for (name, field) in written.iter() {
        context.name("field", name);
        let kind = field.kind.as_ref().map_or(Type::Text, |kind| kind.value);
        fields.list.push((name.as_str().into(), kind.value_kind()));
    }
    if matches!(source, Some(SourceKind::Email(_))) {
        fields.mail = true;
        let mentioned = MailPart::ALL.into_iter().filter(|part| mentions(&context.source.text, part.word()));
        fields.list.extend(mentioned.map(|part| (part.word().into(), mail_type(part).value_kind())));
    }
    fields
}

/// Whether a text has a word that is no piece of a longer one.
fn mentions(text: &str, word: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(|letter: char| is_letter(letter) || letter == '.')
            && !text[at + word.len()..].starts_with(is_letter)
    })
}

fn mail_type(part: MailPart) -> Type {
    if part == MailPart::Date { Type::DateTime } else { Type::Text }
}

/// The fields that a mail gives, behind those of the recipe.
fn of_mail(known: &Fields) -> impl Iterator<Item = Field> {
    MailPart::ALL.into_iter().filter_map(|part| {
        let (name, _) = known.list.iter().find(|(name, _)| **name == *part.word())?;
        Some(Field {
            name: Arc::clone(name),
            span: 0..0,
            finder: Finder::Pick(Pick::Mail(part)),
            kind: mail_type(part),
            // As the source writes it, whatever the locale.
            formats: match part {
                MailPart::Date => ["yyyy-MM-dd'T'HH:mm:ssX", "yyyy-MM-dd'T'HH:mm:ss"].map(str::to_owned).to_vec(),
                _ => Vec::new(),
            },
            locale: None,
            transforms: Vec::new(),
            map: None,
            default: None,
            constraints: Constraints::default(),
        })
    })
}

/// Lowers `fields:`.
pub(super) fn fields(
    context: &Context,
    written: &Ordered<Keyed<raw::Field>>,
    known: &Fields,
    source: Option<&SourceKind>,
) -> Vec<Field> {
    let own = written.iter().enumerate();
    let own = own.map(|(position, (name, field))| self::field(context, (name, field), position, known, source));
    let fields: Vec<Field> = own.chain(of_mail(known)).collect();
    circles(context, &fields);
    fields
}

fn field(
    context: &Context,
    (name, written): (&At<String>, &Keyed<raw::Field>),
    position: usize,
    known: &Fields,
    source: Option<&SourceKind>,
) -> Field {
    let kind = written.kind.as_ref().map_or(Type::Text, |kind| kind.value);
    let finder = finder(context, (name, written), position, known, source);
    if let Finder::Computed(template) = &finder {
        computed_kind(context, template, kind);
        let given =
            written.keys.iter().find(|key| ["transform", "map", "default", "format", "locale"].contains(&key.as_str()));
        if let Some(key) = given {
            let title = format!("`{}` does not go with `value`", key.value);
            context.wrong(&key.span, title, "a computed value is taken as it is; put the change into the expression");
        }
    }
    let is_term = matches!(&finder, Finder::Pick(Pick::Path { paths, .. })
        if paths.iter().any(|path| matches!(path, DataPath::Term(_))));
    let formats = written.format.as_ref().map_or_else(Vec::new, |formats| {
        if !matches!(kind, Type::Date | Type::Time | Type::DateTime) {
            let title = format!("`format` does not go with the type `{}`", constraints::word(kind));
            context.wrong(&written.key("format"), title, "it is for date, time and datetime");
        }
        formats.0.iter().map(|format| context.not_empty(format, "the format")).collect()
    });
    Field {
        name: name.as_str().into(),
        span: name.span.clone(),
        finder,
        kind,
        formats,
        locale: locale(context, written, kind, is_term),
        transforms: written.transform.as_ref().map_or_else(Vec::new, |list| transforms(context, list)),
        map: written.map.as_ref().and_then(|map| table::table(context, map)).map(Arc::new),
        default: written.default.as_ref().map(|text| text.value.0.clone()),
        constraints: constraints::constraints(context, written, kind),
    }
}

/// How the value is written. The standards of e-invoices settle that for their terms.
fn locale(context: &Context, written: &Keyed<raw::Field>, kind: Type, is_term: bool) -> Option<Locale> {
    let Some(stated) = &written.locale else { return is_term.then_some(Locale::Iso) };
    if is_term {
        context.wrong(
            &stated.span,
            "`locale` does not go with a term of an e-invoice",
            "the standards say how it is written",
        );
    } else if matches!(
        kind,
        Type::Text | Type::Code | Type::Email | Type::Url | Type::Iban | Type::Bic | Type::VatId | Type::List
    ) {
        let title = format!("`locale` does not go with the type `{}`", constraints::word(kind));
        context.wrong(
            &written.key("locale"),
            title,
            "it is for what is written in another way elsewhere: numbers, dates and the like",
        );
    }
    Some(source::locale(stated.value).0)
}

fn finder(
    context: &Context,
    (name, written): (&At<String>, &Keyed<raw::Field>),
    position: usize,
    known: &Fields,
    source: Option<&SourceKind>,
) -> Finder {
    match pick::places(written).as_slice() {
        [] => pick::no_place(context, name, source),
        [one] => pick::offered(context, one, source),
        [first, second, ..] => context.wrong(
            &second.span,
            format!("the field `{}` has two places, `{}` and `{}`", name.value, first.value, second.value),
            "a field has one; several names of a column are a list: `column: [Lieferant, Kreditor]`",
        ),
    }
    let plain = |text: &At<Text>| {
        context.not_empty(text, "the caption");
        At::new(text.value.0.clone(), text.span.clone())
    };
    if let Some(columns) = &written.column {
        if columns.0.is_empty() {
            context.wrong(&columns.span, "the list of columns is empty", "");
        }
        let mut seen = BTreeSet::new();
        for column in &columns.0 {
            context.not_empty(column, "the column's name");
            if !seen.insert(&*column.value.0) {
                context.wrong(&column.span, format!("the column `{}` stands here twice", column.as_str()), "");
            }
        }
        Finder::Column(columns.0.iter().map(|column| At::new(column.value.0.clone(), column.span.clone())).collect())
    } else if let Some(text) = &written.cell {
        let (row, column) = cell(text).unwrap_or_else(|| {
            context.wrong(&text.span, format!("`{}` is not a cell", text.as_str()), "write column and row: `B3`");
            (0, 0)
        });
        Finder::Cell { row, column }
    } else if let Some(caption) = &written.right_of {
        Finder::RightOf(plain(caption))
    } else if let Some(caption) = &written.below {
        Finder::Below(plain(caption))
    } else if let Some(value) = &written.value.value {
        let used = std::cell::RefCell::new(Used::default());
        let view = if known.in_lines.contains(&position) { View::Line } else { View::Record };
        Finder::Computed(context.template_at(value, &Place::judging(known, view, &used)))
    } else {
        pick::pick(context, written, source).map_or_else(|| Finder::Column(Vec::new()), Finder::Pick)
    }
}

/// A computed value must have the type that the field says, unless it is text that is read as that type.
fn computed_kind(context: &Context, template: &At<Template>, kind: Type) {
    let found = template.kind();
    if matches!(found, Kind::Any | Kind::Text) || found == kind.value_kind() {
        return;
    }
    let fitting = match found {
        Kind::Number => "`type: decimal`",
        Kind::Money => "`type: money`",
        Kind::Bool => "`type: bool`",
        Kind::Date => "`type: date`",
        Kind::Time => "`type: time`",
        Kind::DateTime => "`type: datetime`",
        _ => "a method that makes a text of it",
    };
    context.wrong(
        &template.span,
        format!("the computed value does not have the field's type `{}`", constraints::word(kind)),
        format!("write {fitting}, or change the expression"),
    );
}

/// Computed fields that need each other have no value.
fn circles(context: &Context, fields: &[Field]) {
    let needs: Vec<Vec<usize>> = fields
        .iter()
        .map(|field| match &field.finder {
            Finder::Computed(template) => needed(template),
            _ => Vec::new(),
        })
        .collect();
    let mut reported = BTreeSet::new();
    for start in 0..fields.len() {
        // Breadth first, so that the shortest way back is the one that is shown.
        let mut ways = std::collections::VecDeque::from([vec![start]]);
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop_front() {
            let Some(last) = way.last() else { continue };
            for next in needs.get(*last).into_iter().flatten() {
                if *next == start && !reported.contains(&start) {
                    reported.extend(way.iter().copied());
                    let names: Vec<&str> = way.iter().chain([&start]).map(|at| &*fields[*at].name).collect();
                    context.wrong(
                        &fields[start].span,
                        format!("the field `{}` is computed from itself", fields[start].name),
                        format!("the circle is {}", names.join(" → ")),
                    );
                } else if seen.insert(*next) {
                    let mut longer = way.clone();
                    longer.push(*next);
                    ways.push_back(longer);
                }
            }
        }
    }
}

/// The fields that a computed one needs.
pub(super) fn needed(template: &Template) -> Vec<usize> {
    let expressions = template.pieces().iter().filter_map(|piece| match piece {
        Piece::Expression(expression, _) => Some(expression),
        Piece::Literal(_) => None,
    });
    let names = expressions.flat_map(|expression| expression.names());
    names.filter_map(|name| if let Name::Field(position) = name { Some(*position) } else { None }).collect()
}

const PLAIN_TRANSFORMS: [&str; 6] = ["trim", "upper", "lower", "squeeze", "remove_spaces", "digits"];
const TRANSFORMS_WITH: [&str; 5] = ["replace", "extract", "remove_prefix", "remove_suffix", "pad_left"];

fn transforms(context: &Context, list: &At<OneOrMany<TextOr<Keyed<raw::Transform>>>>) -> Vec<Transform> {
    list.0
        .iter()
        .filter_map(|transform| match transform {
            TextOr::Text(name) => plain_transform(context, name),
            TextOr::Map(parts) => transform_with(context, parts),
        })
        .collect()
}

fn plain_transform(context: &Context, name: &At<Text>) -> Option<Transform> {
    Some(match name.as_str() {
        "trim" => Transform::Trim,
        "upper" => Transform::Upper,
        "lower" => Transform::Lower,
        "squeeze" => Transform::Squeeze,
        "remove_spaces" => Transform::RemoveSpaces,
        "digits" => Transform::Digits,
        other => {
            let all = PLAIN_TRANSFORMS.iter().chain(&TRANSFORMS_WITH).copied();
            let help = match did_you_mean(other, all.clone()) {
                Some(near) if TRANSFORMS_WITH.contains(&near) => format!("`{near}` takes a value: `{{ {near}: … }}`"),
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the transforms are: {}", all.collect::<Vec<_>>().join(", ")),
            };
            context.wrong(&name.span, format!("unknown transform `{other}`"), help);
            return None;
        }
    })
}

fn transform_with(context: &Context, written: &Keyed<raw::Transform>) -> Option<Transform> {
    let stated: Vec<&At<String>> = written.keys.iter().filter(|key| *key.value != *"with").collect();
    let [_] = stated.as_slice() else {
        let help = format!("one entry of the list is one of: {}", TRANSFORMS_WITH.join(", "));
        context.wrong(&written.span, "a transform does one thing", help);
        return None;
    };
    if written.with.is_some() && written.replace.is_none() && written.pad_left.is_none() {
        context.wrong(&written.key("with"), format!("`with` does not go with `{}`", stated[0].value), "");
    }
    let text = |text: &At<Text>| text.value.0.clone();
    if let Some(old) = &written.replace {
        let old = context.not_empty(old, "the text to replace");
        let Some(new) = &written.with else {
            context.missing(
                &written.key("replace"),
                "with",
                "say what stands in its place: `{ replace: \"/\", with: \"-\" }`",
            );
            return None;
        };
        return Some(Transform::Replace { old, new: text(new) });
    }
    if let Some(pattern) = &written.extract {
        return Some(Transform::Extract(context.group_pattern(pattern)));
    }
    if let Some(prefix) = &written.remove_prefix {
        return Some(Transform::RemovePrefix(text(prefix)));
    }
    if let Some(suffix) = &written.remove_suffix {
        return Some(Transform::RemoveSuffix(text(suffix)));
    }
    let length = written.pad_left.as_ref()?;
    let with = written.with.as_ref().map_or("0", |with| with.as_str());
    let mut letters = with.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else {
        context.wrong(&written.key("with"), format!("`{with}` is not one character"), "write `with: \"0\"`");
        return None;
    };
    if length.value > 1000 {
        context.wrong(&length.span, "nothing is filled up to more than 1000 characters", "");
        return None;
    }
    Some(Transform::PadLeft { length: length.value as usize, with: letter })
}
