//! The example of the contract loads as it is written and means what it says.

use std::time::Duration;

use super::{EXAMPLE, call, calls, good};
use crate::expression::Kind;
use crate::recipe::model::{
    Auth, Body, CaptureFrom, Effect, Expected, Finder, HeaderRow, JsonBody, KeyField, Locale, Method, OnChange, Rate,
    SourceKind, StatusPattern, TargetKind, Test, Total, Type,
};
use crate::record::Value;

#[test]
fn the_recipe_as_a_whole() {
    let recipe = good(EXAMPLE);
    assert_eq!((&*recipe.name, &*recipe.ledger), ("supplier-invoices", "supplier-invoices"));
    assert_eq!(recipe.about.as_deref(), Some("Enter the month's supplier invoices into the ERP."));
    assert_eq!(recipe.sha256.len(), 64);
    assert_eq!((recipe.source.locale, recipe.source.zone.as_str()), (Locale::De, "Europe/Berlin"));
    let SourceKind::Csv(csv) = &recipe.source.kind else { panic!("not a CSV source") };
    assert_eq!(csv.files[0].value, "inbox/rechnungen-*.csv");
    assert_eq!(&EXAMPLE[csv.files[0].span.clone()], "inbox/rechnungen-*.csv");
    assert_eq!((csv.delimiter, csv.quote, csv.header), (None, None, HeaderRow::First));
    assert!(matches!(recipe.key.as_slice(), [KeyField::Field(1), KeyField::Field(0)]));
    assert_eq!(recipe.on_change, OnChange::Hold);
    assert_eq!(recipe.needs_approval.as_ref().map(|when| when.source()), Some("gross > 5000"));
    assert_eq!(recipe.send_if_rejected_below.map(|share| share.to_string()).as_deref(), Some("0.05"));
    assert_eq!((recipe.retry.attempts, recipe.retry.wait), (4, Duration::from_secs(1)));
    assert_eq!((recipe.settle, recipe.stop_after), (Duration::from_secs(60), Some(10)));
    assert_eq!(recipe.checks.len(), 1);
    assert_eq!(recipe.checks[0].check.kind(), &Kind::Bool);
    assert_eq!(&EXAMPLE[recipe.checks[0].check.span.clone()], "net + vat == gross");
    assert_eq!(recipe.checks[0].message.as_deref(), Some("net plus VAT is not the gross amount"));
    assert!(!recipe.checks[0].per_line);
    assert!(matches!(&recipe.control[0].total, Total::Sum(5)));
    assert!(matches!(&recipe.control[0].expected, Expected::Footer(caption) if caption == "Summe"));
}

#[test]
fn the_fields() {
    let recipe = good(EXAMPLE);
    let names: Vec<&str> = recipe.fields.iter().map(|field| &*field.name).collect();
    assert_eq!(names, ["number", "supplier", "issued", "net", "vat", "gross", "iban", "currency", "due"]);
    let pattern = recipe.fields[0].constraints.pattern.as_ref().expect("number has a pattern");
    assert!(
        pattern.is_match("RE-2026-00001") && !pattern.is_match("XRE-2026-00001") && !pattern.is_match("RE-2026-000011")
    );
    let Finder::Column(columns) = &recipe.fields[1].finder else { panic!("not a column") };
    assert_eq!(columns.iter().map(|column| column.value.as_str()).collect::<Vec<_>>(), ["Lieferant", "Kreditor"]);
    assert_eq!(recipe.fields[2].kind, Type::Date);
    assert_eq!(recipe.fields[3].constraints.minimum, Some(Value::Number(0.into())));
    assert_eq!(recipe.fields[3].constraints.decimals, Some(2));
    assert_eq!(recipe.fields[7].default.as_deref(), Some("EUR"));
    assert_eq!(recipe.fields[7].constraints.one_of, Some(vec![Value::text("EUR"), Value::text("CHF")]));
    let Finder::Computed(due) = &recipe.fields[8].finder else { panic!("not computed") };
    assert_eq!((due.source(), due.kind()), ("${issued.plus_days(30)}", Kind::Date));
}

#[test]
fn the_target() {
    let recipe = good(EXAMPLE);
    let target = &recipe.targets[0];
    let TargetKind::Http(http) = &target.kind else { panic!("no http target") };
    assert!(matches!(&http.auth, Some(Auth::Bearer(token)) if token.source() == "${secrets.ERP_TOKEN}"));
    assert_eq!(http.rate, Some(Rate { calls: 20, per: Duration::from_secs(1) }));
    assert_eq!((http.concurrency, http.timeout, http.max_answer), (8, Duration::from_secs(30), 10_000_000));
    let [part] = target.parts.as_slice() else { panic!("not one part") };
    assert_eq!(&*part.name, "entry");
    assert_eq!(part.uses.iter().copied().collect::<Vec<_>>(), [0, 2, 5]);
    assert!(!part.uses_lines);

    let part = calls(&recipe, 0, 0);
    let submit = call(&part.steps.submit);
    assert_eq!((submit.method, submit.effect, submit.path.source()), (Method::Post, Effect::Once, "/api/invoices"));
    assert_eq!(submit.expect.any[0].status, [StatusPattern::Exactly(201)]);
    assert!(matches!(&submit.capture[0].from, CaptureFrom::Json(path) if path.source == "$.id"));
    let Some(Body::Json(JsonBody::Object(members))) = &submit.body else { panic!("not a JSON object") };
    let kinds: Vec<(&str, Kind)> = members
        .iter()
        .map(|(name, value)| match value {
            JsonBody::Text(template) => (name.as_str(), template.kind()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, [("number", Kind::Text), ("issued", Kind::Date), ("total", Kind::Number)]);

    let lookup = part.lookup.as_ref().expect("there is a lookup");
    assert_eq!((lookup.step.method, lookup.step.effect), (Method::Get, Effect::Read));
    assert_eq!(lookup.list.as_ref().map(|path| path.source.as_str()), Some("$.items"));
    assert!(
        matches!(&lookup.same[..], [(path, Test::Equals(gross))] if path.source == "$.total" && gross.source() == "${gross}")
    );
    assert_eq!(part.verify.len(), 1);
    assert_eq!(call(&part.verify[0]).path.source(), "/api/invoices/${invoice_id}");
}
