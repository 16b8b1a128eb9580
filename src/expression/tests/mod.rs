//! Tests of the language as its users see it: what is computed, and the exact words of what is wrong.

mod errors;
mod limits;
mod methods;
mod properties;
mod templates;
mod values;

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{Expression, Kind, Name, Names, Problem, Resolved, Scope};
use crate::record::{Money, Timestamp, Value};

/// A recipe's names and one record's values.
pub(super) struct Office {
    fields: Vec<(&'static str, Kind, Value)>,
}

impl Office {
    pub(super) fn new() -> Self {
        let line = |article: &str, quantity: &str, price: &str| {
            let members = [("article", Value::text(article)), ("quantity", number(quantity)), ("price", number(price))];
            Value::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
        };
        let line_kind = Kind::Map(vec![
            ("article".into(), Kind::Text),
            ("quantity".into(), Kind::Number),
            ("price".into(), Kind::Number),
        ]);
        let lines = vec![line("A-1", "2", "1.50"), line("B-2", "3", "10"), line("C-3", "1", "0.05")];
        let texts = |texts: &[&str]| Value::List(texts.iter().copied().map(Value::text).collect());
        Self {
            fields: vec![
                ("number", Kind::Text, Value::text("RE-2026-00012")),
                ("supplier", Kind::Text, Value::text(" Müller & Söhne ")),
                ("net", Kind::Number, number("1.10")),
                ("vat", Kind::Number, number("0.20")),
                ("gross", Kind::Number, number("1.3")),
                ("zero", Kind::Number, number("0")),
                ("discount", Kind::Number, Value::Missing),
                ("note", Kind::Text, Value::Missing),
                ("due", Kind::Date, Value::Missing),
                ("paid", Kind::Bool, Value::Bool(true)),
                ("flag", Kind::Bool, Value::Missing),
                ("issued", Kind::Date, Value::Date("2026-01-31".parse().unwrap())),
                ("at", Kind::Time, Value::Time("08:05:09".parse().unwrap())),
                ("sent", Kind::DateTime, stamp("2026-01-31T08:05:09", None)),
                ("received", Kind::DateTime, stamp("2026-01-31T09:05:09", Some(1))),
                ("stored", Kind::DateTime, stamp("2026-01-31T08:05:09", Some(0))),
                ("total", Kind::Money, money("119.00", "EUR")),
                ("fee", Kind::Money, money("1.00", "EUR")),
                ("foreign", Kind::Money, money("1.00", "CHF")),
                ("tags", Kind::List(Box::new(Kind::Text)), texts(&["a", "b"])),
                ("gaps", Kind::List(Box::new(Kind::Text)), Value::List([Value::text("a"), Value::Missing].into())),
                ("none", Kind::List(Box::new(Kind::Number)), Value::List([].into())),
                ("lines", Kind::List(Box::new(line_kind)), Value::List(lines.into())),
                (
                    "answer",
                    Kind::Any,
                    Value::Map([("id".into(), number("7")), ("day".into(), Value::text("x"))].into()),
                ),
                ("any_number", Kind::Any, number("5")),
                ("any_text", Kind::Any, Value::text("5")),
                ("any_date", Kind::Any, Value::Date("2026-02-01".parse().unwrap())),
                ("any_null", Kind::Any, Value::Null),
            ],
        }
    }

    /// The value of an expression that has nothing wrong.
    pub(super) fn value(&self, source: &str) -> Value {
        match Expression::new(source, self) {
            Ok(expression) => expression.value(self).unwrap_or_else(|problem| panic!("{}", shown(source, &problem))),
            Err(problems) => panic!("{}", problems.iter().map(|one| shown(source, one)).collect::<String>()),
        }
    }

    /// All that is wrong with an expression before there is a record.
    pub(super) fn problems(&self, source: &str) -> String {
        match Expression::new(source, self) {
            Ok(_) => panic!("nothing is wrong with {source}"),
            Err(problems) => problems.iter().map(|one| shown(source, one)).collect::<Vec<_>>().join("\n    "),
        }
    }

    /// What is wrong with an expression for this record, but cannot be known before.
    pub(super) fn failure(&self, source: &str) -> String {
        let expression = Expression::new(source, self).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
        match expression.value(self) {
            Ok(value) => panic!("{source} is {value:?}"),
            Err(problem) => shown(source, &problem),
        }
    }
}

/// `message | marked text | help`.
pub(super) fn shown(source: &str, problem: &Problem) -> String {
    let marked = source.get(problem.span.clone()).unwrap_or("<no text>");
    match &problem.help {
        Some(help) => format!("{} | {marked} | {help}", problem.message),
        None => format!("{} | {marked}", problem.message),
    }
}

pub(super) fn number(digits: &str) -> Value {
    Value::Number(Decimal::from_str_exact(digits).unwrap())
}

pub(super) fn money(digits: &str, currency: &str) -> Value {
    Value::Money(Money { amount: Decimal::from_str_exact(digits).unwrap(), currency: currency.into() })
}

fn stamp(civil: &str, offset: Option<i8>) -> Value {
    Value::DateTime(Timestamp { civil: civil.parse().unwrap(), offset: offset.map(jiff::tz::offset) })
}

impl Names for Office {
    fn resolve(&self, root: &str, member: Option<&str>) -> Option<Resolved> {
        let text = |name: Name| Some(Resolved { name, kind: Kind::Text });
        match (root, member) {
            ("env", Some(name)) => text(Name::Env(name.into())),
            ("secrets", Some(name)) => text(Name::Secret(name.into())),
            ("erp", Some("invoice_id")) => Some(Resolved {
                name: Name::Capture { target: Some("erp".into()), name: "invoice_id".into(), secret: false },
                kind: Kind::Any,
            }),
            ("today", None) => Some(Resolved { name: Name::Today, kind: Kind::Date }),
            (_, Some(_)) => None,
            (root, None) => {
                let slot = self.fields.iter().position(|(name, ..)| *name == root)?;
                let name = if root == "lines" { Name::Lines } else { Name::Field(slot) };
                Some(Resolved { name, kind: self.fields[slot].1.clone() })
            }
        }
    }

    fn known(&self) -> Vec<String> {
        let fields = self.fields.iter().map(|(name, ..)| (*name).to_owned());
        fields.chain(["today", "env.ERP_URL", "erp.invoice_id"].map(str::to_owned)).collect()
    }
}

impl Scope for Office {
    fn value(&self, name: &Name) -> Result<Cow<'_, Value>, String> {
        match name {
            Name::Field(slot) => Ok(Cow::Borrowed(&self.fields[*slot].2)),
            Name::Lines => Ok(Cow::Borrowed(&self.fields.iter().find(|(name, ..)| *name == "lines").unwrap().2)),
            Name::Today => Ok(Cow::Owned(Value::Date("2026-11-22".parse().unwrap()))),
            Name::Secret(_) => Ok(Cow::Owned(Value::text("hunter2"))),
            Name::Env(name) => Err(format!("the environment variable {name} is not set")),
            _ => Ok(Cow::Owned(number("42"))),
        }
    }
}
