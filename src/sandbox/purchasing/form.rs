//! The order form: its fields as people write them, in German, and as the office keeps them. The single-page form sends
//! the same fields, so that both are read in one way.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::order::{Order, Place, Wrong, check};
use crate::sandbox::german;
use crate::sandbox::ledger::Members;
use crate::sandbox::problem::Problem;

/// How a field of the form is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    Text,
    /// In several lines.
    LongText,
    /// `31.01.2026`.
    Date,
    /// `1.234,56`.
    Amount,
    /// The same, and more than 0.
    Quantity,
    Iban,
    /// A choice from a list.
    Currency,
    /// A choice of a few.
    Shipping,
    /// On or off.
    Tick,
}

/// A field of the form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// Its name in the form and in the ledger.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) writing: Writing,
    pub(super) required: bool,
}

/// The fields of the head, in the order of the form.
pub(super) const HEAD: [Field; 9] = [
    field("number", "Bestellnummer", Writing::Text, true),
    field("supplier", "Lieferant", Writing::Text, true),
    field("ordered", "Bestelldatum", Writing::Date, true),
    field("delivery", "Liefertermin", Writing::Date, false),
    field("currency", "Währung", Writing::Currency, false),
    field("shipping", "Versandart", Writing::Shipping, false),
    field("express", "Eilbestellung", Writing::Tick, false),
    field("iban", "IBAN für Vorkasse", Writing::Iban, false),
    field("note", "Bemerkung", Writing::LongText, false),
];

/// How many fields a line has; a number, since the compiler's optimizing builds go in circles over `LINE.len()` in a type.
const LINE_FIELDS: usize = 4;

/// The fields of a line.
pub(super) const LINE: [Field; LINE_FIELDS] = [
    field("article", "Artikel", Writing::Text, true),
    field("text", "Bezeichnung", Writing::Text, false),
    field("quantity", "Menge", Writing::Quantity, true),
    field("price", "Einzelpreis", Writing::Amount, true),
];

const fn field(name: &'static str, label: &'static str, writing: Writing, required: bool) -> Field {
    Field { name, label, writing, required }
}

/// What a form sent: the head by name, the lines in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    head: Vec<(String, String)>,
    /// The texts of each line, in the order of [`LINE`].
    pub(super) lines: Vec<[String; LINE_FIELDS]>,
}

impl Sent {
    /// The pairs of a sent form. Lines in which nothing was written do not count.
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        let is_of_line = |name: &str| LINE.iter().any(|field| field.name == name);
        let (cells, head): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| is_of_line(name));
        // A browser sends the cells of a row one after another, and each also when it is empty.
        let mut columns = LINE.map(|_| VecDeque::new());
        for (name, text) in cells {
            for (column, _) in columns.iter_mut().zip(LINE).filter(|(_, field)| field.name == name) {
                column.push_back(text.trim().to_owned());
            }
        }
        let count = columns.iter().map(VecDeque::len).max().unwrap_or(0);
        let rows = (0..count).map(|_| columns.each_mut().map(|column| column.pop_front().unwrap_or_default()));
        let lines = rows.filter(|line| line.iter().any(|text| !text.is_empty())).collect();
        Self { head, lines }
    }

    /// The text of a field of the head; empty if it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.head.iter().find(|(found, _)| found == name).map_or("", |(_, text)| text.trim())
    }
}

/// The order that was sent as the office keeps it, and all that is wrong with it. What cannot be read stays as it was
/// sent; empty fields are missing.
pub(super) fn read(sent: &Sent) -> (Members, Vec<Wrong>) {
    let mut errors = Vec::new();
    let mut order = Map::new();
    for field in HEAD {
        let place = Place::Head(field.name);
        order.extend(value(sent.text(field.name), field, place, &mut errors));
    }
    let mut lines = Vec::new();
    for (at, texts) in sent.lines.iter().enumerate() {
        let cells = LINE.into_iter().zip(texts);
        let cells = cells.filter_map(|(field, text)| value(text, field, Place::Line(at, field.name), &mut errors));
        lines.push(Value::Object(cells.collect()));
    }
    order.insert("lines".to_owned(), Value::Array(lines));
    let unread: Vec<Place> = errors.iter().map(|wrong| wrong.place).collect();
    errors.extend(check(&order).into_iter().filter(|wrong| !unread.contains(&wrong.place)));
    (Arc::new(order), errors)
}

fn value(text: &str, field: Field, place: Place, errors: &mut Vec<Wrong>) -> Option<(String, Value)> {
    if text.is_empty() {
        return None;
    }
    let as_sent = || Value::String(text.to_owned());
    let read = match field.writing {
        Writing::Text | Writing::LongText | Writing::Iban | Writing::Currency | Writing::Shipping => Ok(as_sent()),
        Writing::Tick => Ok(Value::Bool(true)),
        Writing::Date => german::date(text).map(|date| Value::String(date.to_string())).ok_or(Problem::NotADate),
        Writing::Amount | Writing::Quantity => german::amount(text).map(Value::Number).ok_or(Problem::NotADecimal),
    };
    let value = read.unwrap_or_else(|problem| {
        errors.push(Wrong { place, problem });
        as_sent()
    });
    Some((field.name.to_owned(), value))
}

/// A value as a German page shows it.
pub(super) fn shown(text: String, writing: Writing) -> String {
    match writing {
        Writing::Date => german::shown_date(&text).unwrap_or(text),
        Writing::Amount | Writing::Quantity => german::shown_amount(&text).unwrap_or(text),
        Writing::Tick if text == "true" => "ja".to_owned(),
        _ => text,
    }
}

/// An order's total as a German page shows it.
pub(super) fn shown_total(order: &Order) -> String {
    order.total().and_then(|total| german::shown_amount(&format!("{total:.2}"))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str) -> Sent {
        Sent::new(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    #[test]
    fn a_form_is_read_with_its_lines() {
        let (order, errors) = read(&sent(
            "number=B-1&supplier=Huber+AG&ordered=03.03.2026&express=on&article=000815&text=&quantity=1.200&price=3,45\
             &article=&text=&quantity=&price=&article=42&text=Mutter&quantity=4,5&price=0,0875",
        ));
        assert_eq!(errors, []);
        let expected = r#"{"number":"B-1","supplier":"Huber AG","ordered":"2026-03-03","express":true,"lines":[{"article":"000815","quantity":1200,"price":3.45},{"article":"42","text":"Mutter","quantity":4.5,"price":0.0875}]}"#;
        assert_eq!(Value::Object((*order).clone()).to_string(), expected);
        let order = Order { id: 1, fields: order, hidden_until: None };
        assert_eq!(shown_total(&order), "4.140,39");
    }

    #[test]
    fn everything_wrong_is_named_with_its_place() {
        let (_, errors) = read(&sent(
            "supplier=A&ordered=2026-03-03&currency=XYZ&shipping=Taube&iban=DE00&note=&quantity=0&price=12.50",
        ));
        let named: Vec<(Place, Problem)> = errors.iter().map(|wrong| (wrong.place, wrong.problem)).collect();
        assert_eq!(
            named,
            [
                (Place::Head("ordered"), Problem::NotADate),
                (Place::Line(0, "price"), Problem::NotADecimal),
                (Place::Head("number"), Problem::Required),
                (Place::Head("currency"), Problem::UnknownCurrency),
                (Place::Head("shipping"), Problem::UnknownShipping),
                (Place::Head("iban"), Problem::NotAnIban),
                (Place::Line(0, "article"), Problem::Required),
                (Place::Line(0, "quantity"), Problem::NotPositive),
            ]
        );
        let (_, errors) = read(&sent("number=B-1&supplier=A&ordered=03.03.2026"));
        assert_eq!(errors, [Wrong { place: Place::Lines, problem: Problem::NoLines }]);
    }
}
