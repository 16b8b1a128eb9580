//! Whole files through the validator: what a clerk would see of them.

use std::sync::Arc;

use jiff::civil::date;
use rust_decimal::Decimal;

use super::Validator;
use super::testing::{constrained, facts, field, judge, recipe, sentences, text_row};
use crate::recipe::model::{Finder, Table, Total, Transform, Type};
use crate::record::{Cell, Judged, NOT_CALCULATED, Origin, Row, Value};

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

#[test]
fn all_issues_of_a_row_are_reported() {
    let file = judge(
        recipe(vec![field("number", Type::Text), field("net", Type::Decimal), field("issued", Type::Date)]),
        &["number;net;issued", "RE-1;12.50;31.02.2026", "RE-2;1.234,56;03.04.2026"],
    );
    assert_eq!(
        file.lines(),
        [
            "test.csv:2 net: 12.50 - looks like an English number; in German (de) write 12,50",
            "test.csv:2 issued: 31.02.2026 - February 2026 has 28 days",
            "3 RE-2|1234.56|2026-04-03",
        ]
    );
}

#[test]
fn constraints_are_issues_of_their_own() {
    let file = judge(
        recipe(vec![
            constrained("number", Type::Text, |rules| {
                rules.required = true;
                rules.unique = true;
                rules.pattern = Some(regex::Regex::new(r"RE-\d").unwrap());
            }),
            constrained("net", Type::Decimal, |rules| {
                rules.minimum = Some(number("0"));
                rules.maximum = Some(number("100"));
                rules.decimals = Some(2);
            }),
            constrained("currency", Type::Text, |rules| {
                rules.one_of = Some(vec![Value::text("EUR"), Value::text("CHF")]);
                rules.max_length = Some(3);
            }),
        ]),
        &["number;net;currency", "RE-1;1,00;EUR", "RE-1;-0,001;EURO", "xRE-1x;100,5;CHF", ";0;EUR"],
    );
    assert_eq!(
        file.lines(),
        [
            "2 RE-1|1.00|EUR",
            "test.csv:3 net: -0,001 - is less than 0",
            "test.csv:3 net: -0,001 - has 3 digits after the decimal mark, at most 2 are allowed",
            "test.csv:3 currency: EURO - has 4 characters, at most 3 are allowed",
            "test.csv:3 currency: EURO - is not one of `EUR`, `CHF`; did you mean `EUR`?",
            "test.csv:3 number: RE-1 - must be unique, but stands in row 2 already",
            "test.csv:4 number: xRE-1x - does not match the pattern `RE-\\d`",
            "test.csv:4 net: 100,5 - is more than 100",
            "test.csv:5 number: is required, but empty",
        ]
    );
}

#[test]
fn checks_compare_exactly_and_are_left_out_where_a_field_is_faulty() {
    let fields = vec![
        field("number", Type::Text),
        field("net", Type::Decimal),
        field("vat", Type::Decimal),
        field("gross", Type::Decimal),
    ];
    let file = judge(
        recipe(fields).with_check("net + vat == gross", Some("net plus VAT is not the gross amount"), false),
        &["number;net;vat;gross", "RE-1;0,1;0,2;0,3", "RE-2;0,1;0,2;0,31", "RE-3;0.1;0,2;0,31", "RE-4;1;;1"],
    );
    let lines = file.lines();
    assert_eq!(
        lines[..3],
        [
            "2 RE-1|0.1|0.2|0.3",
            "test.csv:3: net plus VAT is not the gross amount (`net + vat == gross`)",
            "test.csv:4 net: 0.1 - looks like an English number; in German (de) write 0,1",
        ]
    );
    assert!(lines[3].starts_with("test.csv:5: `net + vat == gross` has no value: "), "{}", lines[3]);
    assert_eq!(lines.len(), 4);
}

#[test]
fn computed_fields_follow_each_other_and_take_their_type() {
    let recipe = recipe(vec![field("number", Type::Text), field("issued", Type::Date), field("net", Type::Decimal)])
        .with_computed("double", Type::Decimal, "${net * 2}")
        .with_computed("label", Type::Text, "${number}/${double}")
        .with_computed("due", Type::Date, "${issued.plus_days(30)}")
        .with_computed("whole", Type::Integer, "${net}");
    let file = judge(recipe, &["number;issued;net", "RE-1;03.04.2026;2,00", "RE-2;03.04.2026;2,5", "RE-3;x;1"]);
    assert_eq!(
        file.lines(),
        [
            "2 RE-1|2026-04-03|2.00|4.00|RE-1/4.00|2026-05-03|2",
            "test.csv:3 whole: 2.5 - the computed value is of kind number, but the field is of type `integer`",
            "test.csv:4 issued: x - is not a date written as `d.M.yyyy`, `d. MMMM yyyy`, such as 31.12.2026",
        ]
    );
}

#[test]
fn computed_fields_may_stand_before_what_they_use() {
    let mut reversed = recipe(vec![field("net", Type::Decimal), field("four", Type::Decimal)])
        .with_computed("twice", Type::Decimal, "${net * 2}")
        .with_computed("unused", Type::Decimal, "${twice * 2}");
    let last = reversed.fields.pop().expect("it was added");
    reversed.fields[1].finder = last.finder;
    assert_eq!(judge(reversed, &["net", "3"]).lines(), ["2 3|12|6"]);
}

#[test]
fn transforms_table_and_default_come_before_the_type() {
    let mut code = field("code", Type::Code);
    code.transforms = vec![Transform::RemovePrefix("KST ".to_owned()), Transform::PadLeft { length: 5, with: '0' }];
    let mut centre = field("centre", Type::Text);
    centre.map = Some(Arc::new(Table {
        file: "kostenstellen.csv".to_owned(),
        entries: [("Einkauf", "4711"), ("Verkauf", "4712")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
    }));
    let mut rate = field("rate", Type::Decimal);
    rate.default = Some("0,19".to_owned());
    let mut number = field("number", Type::Text);
    number.transforms = vec![Transform::Extract(regex::Regex::new(r"(\d{3})$").unwrap())];
    let file = judge(
        recipe(vec![code, centre, rate, number]),
        &["code;centre;rate;number", "KST 123;Einkauf;;RE-007", "7;Einkaufen;0,07;RE"],
    );
    assert_eq!(
        file.lines(),
        [
            "2 00123|4711|0.19|007",
            "test.csv:3 centre: Einkaufen - is not in the table kostenstellen.csv; did you mean `Einkauf`?",
            "test.csv:3 number: RE - does not match `(\\d{3})$`, so nothing can be taken out of it",
        ]
    );
}

#[test]
fn columns_are_found_by_name_and_never_by_nearness() {
    let mut supplier = field("supplier", Type::Text);
    supplier.finder = Finder::Column(vec![
        crate::diagnostic::At::new("Lieferant".to_owned(), 0..0),
        crate::diagnostic::At::new("Kreditor".to_owned(), 0..0),
    ]);
    let recipe = Arc::new(recipe(vec![supplier, field("Währung", Type::Text), field("Netto", Type::Decimal)]));
    let open = |header: &str| {
        let mut validator = Validator::new(Arc::clone(&recipe), date(2026, 1, 1));
        sentences(&validator.open(&facts(header)).err().unwrap_or_default())
    };
    assert_eq!(open("Kreditor;  Wa\u{308}hrung ;Netto"), Vec::<String>::new());
    assert_eq!(
        open("Liferant;Währung;Netto;Netto "),
        [
            "test.csv:1 supplier: the file has none of the columns `Lieferant`, `Kreditor`; did you mean `Liferant`?",
            "test.csv:1 Netto: the column `Netto` stands there 2 times (column 3, column 4); rename all but one",
        ]
    );
    assert_eq!(
        open("Lieferant;währung;Netto"),
        ["test.csv:1 Währung: the file has no column `Währung`; did you mean `währung`?"]
    );
}

#[test]
fn single_cells_hold_for_all_rows() {
    let mut month = field("month", Type::Text);
    month.finder = Finder::RightOf(crate::diagnostic::At::new("Monat".to_owned(), 0..0));
    let mut site = field("site", Type::Text);
    site.finder = Finder::Below(crate::diagnostic::At::new("Standort".to_owned(), 0..0));
    let recipe = Arc::new(recipe(vec![field("number", Type::Text), month, site]));
    let mut facts = facts("number");
    facts.top = vec![text_row(1, "Monat:;März;Standort"), text_row(2, ";;Graz")];
    let mut validator = Validator::new(Arc::clone(&recipe), date(2026, 1, 1));
    validator.open(&facts).unwrap();
    let mut judged = Vec::new();
    validator.row(&text_row(4, "RE-1"), &mut judged);
    let Judged::Valid(record) = &judged[0] else { panic!("{judged:?}") };
    assert_eq!(record.fields, ["RE-1", "März", "Graz"].map(Value::text));
    facts.top = vec![text_row(1, "Monate;März;Standort;Standort")];
    assert_eq!(
        sentences(&validator.open(&facts).unwrap_err()),
        [
            "test.csv month: the sheet has no cell `Monat`; did you mean `Monate`?",
            "test.csv site: the caption `Standort` stands in the sheet 2 times, so the cell beside it is not clear",
        ]
    );
}

#[test]
fn cells_that_hold_values_as_such_are_read_as_such() {
    let recipe = recipe(vec![
        field("code", Type::Code),
        field("net", Type::Decimal),
        field("issued", Type::Date),
        field("paid", Type::Bool),
        field("at", Type::Time),
        field("text", Type::Text),
    ]);
    let mut validator = Validator::new(Arc::new(recipe), date(2026, 1, 1));
    validator.open(&facts("code;net;issued;paid;at;text")).unwrap();
    let mut judged = Vec::new();
    let mut row = Row::new(Origin::line("test.csv", 2));
    row.push(Cell::Number { digits: "123", shown: "00123" });
    row.push(Cell::Number { digits: "12.5", shown: "12,50 €" });
    row.push(Cell::Date(date(2026, 4, 3).at(0, 0, 0, 0)));
    row.push(Cell::Bool(true));
    row.push(Cell::Duration("8:30:00"));
    row.push(Cell::Number { digits: "0.19", shown: "19 %" });
    validator.row(&row, &mut judged);
    row.clear(crate::record::Place::Line(3));
    row.push(Cell::Number { digits: "123456789012", shown: "1,23E+11" });
    row.push(Cell::Error("#REF!"));
    row.push(Cell::Number { digits: "46115", shown: "46115" });
    row.push(Cell::Date(date(2026, 4, 3).at(0, 0, 0, 0)));
    row.push(Cell::Bool(false));
    row.push(Cell::Date(date(2026, 4, 3).at(8, 0, 0, 0)));
    validator.row(&row, &mut judged);
    row.clear(crate::record::Place::Line(4));
    row.push(Cell::Number { digits: "12345678901234568", shown: "12345678901234568" });
    row.push(Cell::Error(NOT_CALCULATED));
    validator.row(&row, &mut judged);
    let Judged::Rejected(rejected) = &judged[2] else { panic!("{judged:?}") };
    assert_eq!(
        sentences(&rejected.issues),
        [
            "test.csv:4 code: 12345678901234568 - the cell holds the number 12345678901234568, of which spreadsheets keep \
             only the first 15 digits; format the column as text and enter it again",
            "test.csv:4 net: the formula is not calculated yet; open the file in a spreadsheet program and save it",
        ]
    );
    let Judged::Valid(record) = &judged[0] else { panic!("{judged:?}") };
    let shown: Vec<String> = record.fields.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["00123", "12.5", "2026-04-03", "true", "08:30:00", "19 %"]);
    let Judged::Rejected(rejected) = &judged[1] else { panic!("{judged:?}") };
    assert_eq!(
        sentences(&rejected.issues),
        [
            "test.csv:3 code: 1,23E+11 - the cell holds the number 123456789012 but shows it otherwise; format the column \
             as text or as `0`",
            "test.csv:3 net: #REF! - the cell holds an error; mend its formula",
            "test.csv:3 issued: 46115 - the cell holds a number, not a date; format the column as date",
            "test.csv:3 paid: 2026-04-03 - the cell holds a date, but the field is of type `bool`",
            "test.csv:3 at: false - the cell holds TRUE or FALSE, but the field is of type `time`",
            "test.csv:3 text: 2026-04-03T08:00:00 - the cell holds a date, but the field is of type `text`",
        ]
    );
}

#[test]
fn equal_rows_are_counted_where_the_key_asks_for_it() {
    let mut payments = recipe(vec![field("iban", Type::Text), field("amount", Type::Decimal)]);
    payments.key.push(crate::recipe::model::KeyField::Occurrence);
    let file = judge(payments, &["iban;amount", "A;1,00", "A;2,00", "A;1,0"]);
    let keys: Vec<String> = file
        .judged
        .iter()
        .map(|judged| match judged {
            Judged::Valid(record) => record.key.to_string(),
            Judged::Rejected(_) => "rejected".to_owned(),
        })
        .collect();
    assert_eq!(keys, ["iban=A, occurrence=1", "iban=A, occurrence=1", "iban=A, occurrence=2"]);
}

#[test]
fn an_empty_key_is_an_issue() {
    let file = judge(recipe(vec![field("number", Type::Text), field("net", Type::Decimal)]), &["number;net", " ;1"]);
    assert_eq!(file.lines(), ["test.csv:2 number: is part of what identifies a record, so it must not be empty"]);
}

fn invoices() -> crate::recipe::Recipe {
    recipe(vec![
        field("number", Type::Text),
        field("supplier", Type::Text),
        field("article", Type::Text),
        constrained("quantity", Type::Decimal, |rules| rules.required = true),
    ])
    .grouped(&["number"], &["supplier"], &["article", "quantity"])
}

const INVOICE_HEADER: &str = "number;supplier;article;quantity";

#[test]
fn rows_become_one_record_with_lines() {
    let file = judge(
        invoices().with_computed("total", Type::Decimal, "${lines.sum(quantity)}"),
        &[INVOICE_HEADER, "RE-1;Huber;A;1", "RE-1;Huber;B;2,5", "RE-2;Maier;A;1"],
    );
    assert_eq!(
        file.lines(),
        [
            r#"2 RE-1|Huber|||3.5 [{"article":"A","quantity":"1"},{"article":"B","quantity":"2.5"}]"#,
            r#"4 RE-2|Maier|||1 [{"article":"A","quantity":"1"}]"#,
        ]
    );
}

#[test]
fn one_wrong_row_rejects_all_of_its_record() {
    let file = judge(invoices(), &[INVOICE_HEADER, "RE-1;Huber;A;1", "RE-1;Huber;B;", "RE-2;Maier;A;1"]);
    assert_eq!(
        file.lines(),
        ["test.csv:3 quantity: is required, but empty", r#"4 RE-2|Maier|| [{"article":"A","quantity":"1"}]"#]
    );
    let Judged::Rejected(rejected) = &file.judged[0] else { panic!("{:?}", file.judged) };
    assert_eq!(rejected.places().len(), 2);
}

#[test]
fn what_must_agree_in_all_rows_must_agree() {
    let file = judge(invoices(), &[INVOICE_HEADER, "RE-1;Huber;A;1", "RE-1;Maier;B;1"]);
    assert_eq!(
        file.lines(),
        ["test.csv:3 supplier: Maier - must be the same in all rows of the record, but is `Huber` in row 2"]
    );
}

#[test]
fn a_record_that_comes_back_rejects_the_file() {
    let file = judge(invoices(), &[INVOICE_HEADER, "RE-1;Huber;A;1", "RE-2;Maier;A;1", "RE-1;Huber;B;1"]);
    let said =
        "test.csv:4: the rows of number=RE-1 are not next to each other; sort the file, or state `scattered: true`";
    assert_eq!(file.lines().last().map(String::as_str), Some(said));
    assert_eq!(file.file_issues(), [said]);

    let mut scattered = invoices();
    if let Some(grouping) = &mut scattered.grouping {
        grouping.scattered = true;
    }
    let file = judge(scattered, &[INVOICE_HEADER, "RE-1;Huber;A;1", "RE-2;Maier;A;1", "RE-1;Huber;B;1"]);
    assert_eq!(file.file_issues(), Vec::<String>::new());
    assert_eq!(
        file.lines(),
        [
            r#"2 RE-1|Huber|| [{"article":"A","quantity":"1"},{"article":"B","quantity":"1"}]"#,
            r#"3 RE-2|Maier|| [{"article":"A","quantity":"1"}]"#,
        ]
    );
}

#[test]
fn records_that_may_lack_a_row_are_not_entered() {
    let file = judge(invoices(), &[INVOICE_HEADER, "RE-1;Huber;A;1", ";Huber;B;2", "RE-2;Maier;A;1", "RE-3;Maier;A;1"]);
    let unsure = "row 3 may belong to this record, but cannot be told to; mend that row first";
    assert_eq!(
        file.lines(),
        [
            "test.csv:3 number: is part of what identifies a record, so it must not be empty".to_owned(),
            format!("test.csv:2: {unsure}"),
            format!("test.csv:4: {unsure}"),
            r#"5 RE-3|Maier|| [{"article":"A","quantity":"1"}]"#.to_owned(),
        ]
    );
}

#[test]
fn checks_of_lines_name_the_line() {
    let file = judge(
        invoices().with_check("quantity > 0", None, true).with_check("lines.sum(quantity) < 10", None, false),
        &[INVOICE_HEADER, "RE-1;Huber;A;1", "RE-1;Huber;B;-1", "RE-2;Huber;A;x", "RE-3;Huber;A;11"],
    );
    assert_eq!(
        file.lines(),
        [
            "test.csv:3: `quantity > 0` is not so",
            "test.csv:4 quantity: x - `x` has no place in a number; digits are 0 to 9",
            "test.csv:5: `lines.sum(quantity) < 10` is not so",
        ]
    );
}

#[test]
fn control_totals_are_met_exactly() {
    let totals = |lines: &[&str]| {
        let recipe = recipe(vec![field("number", Type::Text), field("gross", Type::Decimal)])
            .with_footer(Total::Sum(1), "Summe")
            .with_footer(Total::Count, "Anzahl");
        judge(recipe, lines)
    };
    let good = totals(&["number;gross", "RE-1;0,1", "RE-2;0,2", "Summe:;0,30", "Anzahl;2"]);
    assert_eq!(good.file_issues(), Vec::<String>::new());
    assert_eq!((good.judged.len(), good.verdict.skipped), (2, 2));
    let names: Vec<_> = good.verdict.totals.iter().map(|total| (&*total.name, &*total.found)).collect();
    assert_eq!(names, [("sum of gross", "0.3"), ("count", "2")]);

    let wrong = totals(&["number;gross", "RE-1;0,1", "RE-2;0.2", "Summe;0,30", "Anzahl;2"]);
    assert_eq!(
        wrong.file_issues(),
        ["test.csv: the control total `sum of gross` should be 0.30, the rows add up to 0.1; 1 row could not be read \
             and is missing from it"]
    );
    let missing = totals(&["number;gross", "RE-1;0,1", "Summe;", "Summe;0,1"]);
    assert_eq!(
        missing.file_issues(),
        [
            "test.csv:3: the control total in the row `Summe` is missing",
            "test.csv:4: the row `Summe` with the control total stands there more than once",
            "test.csv: the control total in the row `Anzahl` is missing",
        ]
    );
}

#[test]
fn a_control_total_counts_all_that_could_be_read_wherever_its_caption_stands() {
    let mut gross = field("gross", Type::Decimal);
    gross.constraints.maximum = Some(Value::Number(Decimal::ONE));
    let recipe = recipe(vec![gross, field("number", Type::Text)]).with_footer(Total::Sum(0), "Summe");
    let file = judge(recipe, &["gross;number", "5,00;RE-1", "0,50;RE-2", "Summe;5,50"]);
    assert_eq!(file.file_issues(), Vec::<String>::new());
    assert_eq!(file.lines(), ["test.csv:2 gross: 5,00 - is more than 1", "3 0.50|RE-2"]);
}

#[test]
fn a_required_value_that_is_missing_is_one_issue_and_not_one_of_what_is_computed_from_it() {
    let mut issued = field("issued", Type::Date);
    issued.constraints.required = true;
    let recipe =
        recipe(vec![field("number", Type::Text), issued]).with_computed("due", Type::Date, "${issued.plus_days(30)}");
    assert_eq!(judge(recipe, &["number;issued", "RE-1;"]).lines(), ["test.csv:2 issued: is required, but empty"]);
}

#[test]
fn a_control_total_may_be_stated_by_the_caller() {
    let stated = |expression: &str| {
        let recipe = recipe(vec![field("number", Type::Text), field("gross", Type::Decimal)])
            .with_stated(Total::Sum(1), expression);
        judge(recipe, &["number;gross", "RE-1;100", "RE-2;19"]).file_issues()
    };
    assert_eq!(stated("env.TOTAL"), Vec::<String>::new());
    assert_eq!(stated("120"), ["test.csv: the control total `sum of gross` should be 120, the rows add up to 119"]);
    assert_eq!(
        stated("env.TOTALS"),
        ["test.csv: `env.TOTALS` has no value: the environment variable `TOTALS` is not set"]
    );
}

#[test]
fn a_sum_that_cannot_be_kept_exactly_is_an_issue_and_no_panic() {
    let recipe =
        recipe(vec![field("number", Type::Text), field("gross", Type::Decimal)]).with_footer(Total::Sum(1), "Summe");
    let most = Decimal::MAX.to_string();
    let big = &most[..28];
    let lines: Vec<String> = (0..10).map(|at| format!("RE-{at};9{}", &big[1..])).collect();
    let mut all: Vec<&str> = vec!["number;gross"];
    all.extend(lines.iter().map(String::as_str));
    all.push("Summe;1");
    assert_eq!(
        judge(recipe, &all).file_issues(),
        ["test.csv: the control total `sum of gross` has more than 28 digits"]
    );
}

#[test]
fn what_the_recipe_itself_writes_wrong_is_known_before_any_row() {
    let mut rate = field("rate", Type::Decimal);
    rate.default = Some("0.19".to_owned());
    let mut issued = field("issued", Type::Date);
    issued.formats = vec!["TT.MM.JJJJ".to_owned()];
    let mut currency = field("currency", Type::Text);
    currency.default = Some("USD".to_owned());
    currency.constraints.one_of = Some(vec![Value::text("EUR")]);
    let fields = vec![field("number", Type::Text), rate, issued, currency];
    let validator = Validator::new(Arc::new(recipe(fields)), date(2026, 1, 1));
    let faults = validator.faults_of_recipe();
    let faults: Vec<(usize, Option<&str>, &str)> =
        faults.iter().map(|fault| (fault.field, fault.default.as_deref(), fault.why.code())).collect();
    assert_eq!(faults, [(1, Some("0.19"), "number"), (2, None, "date"), (3, Some("USD"), "one_of")]);
}

#[test]
fn a_ragged_row_may_belong_to_its_neighbours() {
    let mut validator = Validator::new(Arc::new(invoices()), date(2026, 1, 1));
    validator.open(&facts(INVOICE_HEADER)).unwrap();
    let mut judged = Vec::new();
    validator.row(&text_row(2, "RE-1;Huber;A;1"), &mut judged);
    let mut ragged = text_row(3, "x;RE-1;Huber;B;2");
    ragged.problems.push(crate::record::Why::TooManyCells { expected: 4, found: 5 });
    validator.row(&ragged, &mut judged);
    validator.row(&text_row(4, "RE-2;Huber;A;1"), &mut judged);
    validator.close(&mut judged);
    let rejected = judged.iter().filter(|judged| matches!(judged, Judged::Rejected(_))).count();
    assert_eq!((rejected, judged.len()), (3, 3));
    // What its shifted cells would say as numbers and names is not told on top.
    let of_row: Vec<&str> = judged
        .iter()
        .filter_map(|judged| match judged {
            Judged::Rejected(rejected) => Some(&rejected.issues),
            Judged::Valid(_) => None,
        })
        .flatten()
        .filter(|issue| issue.at == ragged.origin)
        .map(|issue| issue.why.code())
        .collect();
    assert!(!of_row.is_empty() && of_row.iter().all(|code| *code == "ragged"), "{of_row:?}");
}
