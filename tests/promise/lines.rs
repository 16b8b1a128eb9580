//! Orders whose lines are entered one by one: a kill at any instant, between two lines too, makes none of them twice and
//! loses none.

use std::fs;

use crate::support::{Desk, Office, Recipe, Row, rows, wait_until};

const RECIPE: &str = r#"recipe: orders
source:
  csv: { file: invoices.csv }
  locale: de
fields:
  order: { column: Auftrag, required: true }
  number: { column: Nummer, required: true }
  supplier: { column: Lieferant, required: true }
  issued: { column: Datum, type: date, required: true }
  total: { column: Brutto, type: decimal, required: true }
records:
  one_per: order
  same: [supplier, issued]
  lines: [number, total]
key: order
targets:
  erp:
    http: { url: "${env.ERP_URL}", auth: { bearer: "${secrets.ERP_TOKEN}" }, concurrency: 1, timeout: 5s }
    lookup:
      - get: /api/invoices
        query: { number: "${line.number}", supplier: "${supplier}" }
        list: $.items
        same: { $.total: "${line.total}" }
        capture: { invoice_id: $.id }
    steps:
      - for_each: lines
        as: line
        by: number
        steps:
          - post: /api/invoices
            json: { number: "${line.number}", supplier: "${supplier}", issued: "${issued}", total: "${line.total}" }
            expect: { status: 201 }
            capture: { invoice_id: $.id }
    verify:
      - get: /api/invoices/${invoice_id}
        expect: { $.total: "${line.total}" }
retry: { attempts: 4, wait: 5ms, max_wait: 50ms }
settle: 100ms
"#;

/// The lines of two orders: the last one is the second's.
fn desk(good: &[Row]) -> Desk {
    let desk = Desk::new(Recipe::default(), good);
    fs::write(desk.path("invoices.yaml"), RECIPE).unwrap();
    let lines: Vec<String> = Desk::lines(good)
        .iter()
        .enumerate()
        .map(|(at, line)| format!("{};{line}", if at + 1 < good.len() { "B-1" } else { "B-2" }))
        .collect();
    let text = format!("Auftrag;Nummer;Lieferant;Datum;Brutto\n{}\n", lines.join("\n"));
    fs::write(desk.path("invoices.csv"), text).unwrap();
    desk
}

#[track_caller]
fn run_to_the_end(desk: &Desk, office: &Office, good: &[Row], what: &str) {
    let ran = desk.run_while(&[office], &[3, 5]);
    assert_eq!(ran.code, Some(0), "{what}: {}", ran.stderr);
    assert_eq!(ran.count("entered") + ran.count("unchanged"), 2, "{what}: {:?}", ran.outcomes());
    office.assert_has_each_once(good, what);
    desk.assert_journal_is_whole(what);
}

#[test]
fn killed_at_each_journal_write_and_around_each_request() {
    let good = rows(4);
    for (place, at_least) in [("before-commit", 12), ("after-commit", 12), ("before-request", 4), ("after-request", 4)]
    {
        let mut nth = 1;
        loop {
            let at = format!("{place}:{nth}");
            let (office, desk) = (Office::new(), desk(&good));
            let killed = desk.run_and_crash(&[&office], &at);
            if killed.code.is_some() {
                assert_eq!(killed.code, Some(0), "{at}: {}", killed.stderr);
                break;
            }
            run_to_the_end(&desk, &office, &good, &at);
            nth += 1;
        }
        assert!(nth > at_least, "{place}: {nth}");
    }
}

#[test]
fn killed_from_outside_when_a_line_took() {
    let good = rows(6);
    for nth in 1..=5 {
        let office = Office::with("latency=8ms");
        let desk = desk(&good);
        let mut running = desk.start(&[&office]);
        wait_until("a line", || office.entered().len() >= nth || running.is_over());
        running.kill();
        assert_eq!(running.wait().code, None, "line {nth}: it was over before");
        run_to_the_end(&desk, &office, &good, &format!("line {nth}"));
    }
}

#[test]
fn on_a_bad_day_each_line_is_there_once() {
    let good = rows(12);
    let office = Office::with("503=5%@0s,reset=5%,lost_answer=8%,late_commit=4%@50ms,stale_search=10%@50ms");
    let desk = desk(&good);
    run_to_the_end(&desk, &office, &good, "after a bad day");
}

#[test]
fn a_line_is_named_where_its_end_is_told() {
    let good = rows(3);
    let (office, desk) = (Office::new(), desk(&good));
    let without = RECIPE.split_once("    lookup:").unwrap();
    let steps = without.1.split_once("    steps:").unwrap().1;
    fs::write(desk.path("invoices.yaml"), format!("{}    steps:{steps}", without.0)).unwrap();
    office.next_faults(&["lost_answer"]);
    let ran = desk.run(&[&office]);
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    let record = ran.records().next().unwrap();
    assert_eq!(record["entries"][0]["element"], "RE-0001");
    let reason = record["reason"].as_str().unwrap();
    assert!(reason.starts_with("`erp.entry[RE-0001]`: it was submitted without a clear answer"), "{reason}");
    let story = desk.say(&["explain", "order=B-1", "--format", "jsonl"]);
    let in_doubt = story.of_kind("event").find(|event| event["event"] == "in_doubt").unwrap();
    assert_eq!(in_doubt["entry"], "erp.entry[RE-0001]");
    let resolved = desk.say(&["resolve", "order=B-1", "--entered"]);
    assert!(resolved.stderr.contains("(erp.entry[RE-0001])"), "{}", resolved.stderr);
    run_to_the_end(&desk, &office, &good, "after a person decided");
}
