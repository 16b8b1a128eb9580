//! `eintrag test` and the bundled recipes, as somebody meets them who has just got the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use eintrag::sandbox::{Options, Sandbox};
use tempfile::TempDir;

/// A folder with the bundled recipes and their fixtures, to be changed at will.
struct Copy(TempDir);

/// What a command gave.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Copy {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["recipes", "fixtures"] {
            copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name), &folder.path().join(name));
        }
        Self(folder)
    }

    /// A folder with one recipe and one case of it.
    fn of(recipe: &str, case: &[(&str, &str)]) -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(copy.path("recipes")).unwrap();
        fs::create_dir_all(copy.path("fixtures/r/case")).unwrap();
        fs::write(copy.path("recipes/r.yaml"), recipe).unwrap();
        for (name, text) in case {
            fs::write(copy.path("fixtures/r/case").join(name), text).unwrap();
        }
        copy
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_eintrag"));
        command.args(arguments).current_dir(self.0.path()).env_remove("LC_ALL").env("LANG", "C");
        for name in ["ERP_URL", "ERP_TOKEN", "ERP_KEY"] {
            command.env_remove(name);
        }
        let output = command.envs(environment.iter().copied()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "`{old}` is not in {name}");
        fs::write(self.path(name), text.replacen(old, new, 1)).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() { copy(&entry.path(), &to) } else { fs::copy(entry.path(), to).map(drop).unwrap() }
    }
}

const EXPECTED: &str = "fixtures/supplier-invoices/good/expected.jsonl";

#[test]
fn the_bundled_recipes_pass_their_cases_wherever_they_are_run() {
    let copy = Copy::new();
    // Neither the language nor the environment of whoever runs the cases gets into them.
    let around =
        [("LANG", "de_DE.UTF-8"), ("ERP_URL", "https://erp.example"), ("ERP_TOKEN", "secret"), ("ERP_KEY", "secret")];
    for ran in [copy.run(&["test"]), copy.run_with(&["test", "--lang", "de"], &around)] {
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("supplier-invoices:\n"), "{}", ran.out);
        assert!(ran.out.contains("case good: as expected, 43 records\n"), "{}", ran.out);
        assert!(ran.err.ends_with("all good\n"), "{}", ran.err);
    }
    assert!(!copy.path(".eintrag").exists(), "a test leaves no state");
    for recipe in [
        "bank-statement",
        "credit-notes",
        "e-invoices",
        "orders-by-mail",
        "orders-with-lines",
        "portal-orders",
        "supplier-invoices",
    ] {
        for case in ["good", "wrong", "awkward"] {
            assert!(copy.path(&format!("fixtures/{recipe}/{case}/expected.jsonl")).exists(), "{recipe} {case}");
        }
    }
}

#[test]
fn a_difference_is_shown_by_its_field_and_update_takes_it_over() {
    let copy = Copy::new();
    let before = copy.read(EXPECTED);
    let line = before.lines().find(|line| line.contains(r#""origin":"rechnungen.csv:3""#)).unwrap();
    let net = line.split(r#""net":""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let changed = line.replacen(&format!(r#""net":"{net}""#), r#""net":"12.50""#, 1);
    copy.replace(EXPECTED, line, &changed);
    let ran = copy.run(&["test", "recipes/supplier-invoices.yaml"]);
    assert_eq!(ran.code, 1);
    let expected = format!("case good: rechnungen.csv:3 fields.net: expected \"12.50\", found \"{net}\"\n");
    assert!(ran.out.contains(&expected), "{}", ran.out);
    assert!(ran.err.ends_with("1 not as expected\n"), "{}", ran.err);

    let ran = copy.run(&["test", "recipes/supplier-invoices.yaml", "--update"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "3 cases, all good\n"));
    assert!(ran.out.contains("case good: written, 43 records\n"), "{}", ran.out);
    assert!(ran.out.contains("case wrong: nothing new"), "{}", ran.out);
    assert_eq!(copy.read(EXPECTED), before);
    assert_eq!(copy.run(&["test", "recipes/supplier-invoices.yaml"]).code, 0);
}

#[test]
fn a_record_that_is_gone_or_new_is_a_difference() {
    let copy = Copy::new();
    let kept: String = copy
        .read(EXPECTED)
        .lines()
        .filter(|line| line.contains(r#""kind":"record""#) && !line.contains(r#""origin":"rechnungen.csv:3""#))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(copy.path(EXPECTED), kept + "{\"kind\":\"record\",\"origin\":\"rechnungen.csv:99\"}\n").unwrap();
    let ran = copy.run(&["test", "recipes/supplier-invoices.yaml"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("case good: rechnungen.csv:99: expected a record, found none\n"), "{}", ran.out);
    assert!(ran.out.contains("case good: rechnungen.csv:3: expected no record, found one (valid)\n"), "{}", ran.out);
}

#[test]
fn differences_are_written_as_junit_and_as_lines() {
    let copy = Copy::new();
    copy.replace(EXPECTED, r#""outcome":"valid""#, r#""outcome":"held""#);
    let ran = copy.run(&["test", "--junit", "report.xml", "--format", "jsonl"]);
    assert_eq!(ran.code, 1);
    let report = copy.read("report.xml");
    assert!(report.contains(r#"<testsuite name="supplier-invoices" tests="3""#), "{report}");
    assert!(
        report.contains("rechnungen.csv:2 outcome: expected &quot;held&quot;, found &quot;valid&quot;"),
        "{report}"
    );
    assert_eq!(report.matches("<failure").count(), 1, "{report}");
    let lines: Vec<serde_json::Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let different: Vec<_> = lines.iter().filter(|line| line["verdict"] == "different").collect();
    assert_eq!(different.len(), 1);
    assert_eq!(different[0]["differences"][0]["member"], "outcome");
}

const RECIPE: &str = r#"recipe: r
source: { csv: { file: x.csv }, locale: de }
fields:
  number: { column: Nr, required: true }
  day:    { value: "${today.plus_days(1)}", type: date }
  team:   { value: "${env.TEAM}" }
key: number
targets:
  erp:
    http: { url: "${env.ERP_URL}" }
    steps:
      - post: /a
        json: { number: "${number}", day: "${day}", team: "${team}" }
"#;

#[test]
fn the_day_and_the_environment_of_a_case_are_its_own() {
    let expected = r#"{"kind":"record","origin":"x.csv:2","outcome":"valid","fields":{"day":"2026-02-01","team":"Einkauf"},"entries":[{"steps":[{"post":"https://erp-url.test/a","json":{"day":"2026-02-01"}}]}]}"#;
    let settings = "{ today: 2026-01-31, env: { TEAM: Einkauf } }\n";
    let case = [("x.csv", "Nr\nA-1\n"), ("expected.jsonl", expected), ("case.yaml", settings)];
    let copy = Copy::of(RECIPE, &case);
    let around = [("TEAM", "Verkauf"), ("ERP_URL", "https://erp.example")];
    let ran = copy.run_with(&["test"], &around);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);

    fs::write(copy.path("fixtures/r/case/case.yaml"), "{ today: 2026-01-31 }\n").unwrap();
    let ran = copy.run_with(&["test"], &around);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains(r#"x.csv:2 outcome: expected "valid", found "rejected""#), "{}", ran.out);

    fs::write(copy.path("fixtures/r/case/case.yaml"), "{ tody: 2026-01-31 }\n").unwrap();
    let ran = copy.run(&["test"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("case.yaml:1:3") && ran.err.contains("did you mean `today`?"), "{}", ran.err);
}

#[test]
fn what_is_no_case_is_told() {
    let copy = Copy::of(RECIPE, &[("x.csv", "Nr\nA-1\n")]);
    let ran = copy.run(&["test"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("there is no `") && ran.err.contains("`eintrag test --update` writes"), "{}", ran.err);

    fs::write(copy.path("fixtures/r/case/expected.jsonl"), "{\"kind\":\"recrd\"}\n{\"kind\":\"record\",}\n").unwrap();
    let ran = copy.run(&["test"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("unknown kind `recrd`") && ran.err.contains("did you mean `record`?"), "{}", ran.err);
    assert!(ran.err.contains("expected.jsonl:2:18") && ran.err.contains("this line is no JSON"), "{}", ran.err);

    fs::rename(copy.path("fixtures/r"), copy.path("fixtures/rr")).unwrap();
    let ran = copy.run(&["test"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("the recipe `r` has no cases in"), "{}", ran.err);
    assert!(ran.err.contains("rr` belongs to no recipe"), "{}", ran.err);
}

#[test]
fn defaults_that_the_source_would_not_write_so_are_found_before_any_row() {
    let recipe = RECIPE.replace(
        "key: number",
        "  rate:   { column: Satz, type: decimal, default: 0.19 }\n  share:  { column: Anteil, type: integer, default: 200, maximum: 100 }\n  issued: { column: Datum, type: date, format: TT.MM.JJJJ }\nkey: number",
    );
    let copy = Copy::of(&recipe, &[]);
    for verb in ["check", "test", "run"] {
        let ran = copy.run(&[verb, "recipes/r.yaml"]);
        assert_eq!(ran.code, 2, "{verb}: {}", ran.err);
        let why = "the default `0.19` of the field `rate` cannot be used: looks like an English number; in German (de) write 0,19";
        assert!(ran.err.contains(why) && ran.err.contains("r.yaml:7:3"), "{verb}: {}", ran.err);
        for why in [
            "the default `200` of the field `share` cannot be used: is more than 100",
            "the format of the field `issued` cannot be used: ",
        ] {
            assert!(ran.err.contains(why), "{verb}: {}", ran.err);
        }
    }
}

#[test]
fn the_first_run_shows_a_clerk_the_whole_balance() {
    let copy = Copy::new();
    let input = "fixtures/supplier-invoices/good/rechnungen.csv";
    let ran = copy.run(&["run", "recipes/supplier-invoices.yaml", "--sandbox", "--lang", "de", "--input", input]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let balance = "supplier-invoices: 43 Zeilen gelesen, 43 Datensätze
       33  eingetragen  jetzt im Zielsystem
        2  unverändert  nichts zu tun: schon eingetragen, doppelt oder verworfen
        5  abgelehnt    Daten falsch; nichts gesendet
        3  angehalten   warten auf einen Menschen
";
    assert!(ran.out.starts_with(balance), "{}", ran.out);
    assert!(ran.out.contains("sieht wie eine englische Zahl aus; auf Deutsch (de): 4.355,44"), "{}", ran.out);
    assert!(ran.out.contains("ist ein Pflichtfeld, aber leer"), "{}", ran.out);
    assert!(ran.err.contains("33 Schreibvorgänge in seinem Buch"), "{}", ran.err);
}

#[test]
fn orders_are_entered_with_their_lines() {
    let copy = Copy::new();
    for (case, code, balance) in [
        ("good/bestellungen.xlsx", 0, "7 Zeilen gelesen, 4 Datensätze\n        4  eingetragen  "),
        ("awkward/Bestellungen März.xlsx", 0, "5 Zeilen gelesen, 3 Datensätze\n        3  eingetragen  "),
        ("wrong/bestellungen.xlsx", 1, "10 Zeilen gelesen, 7 Datensätze\n        1  eingetragen  "),
    ] {
        let input = format!("fixtures/orders-with-lines/{case}");
        let ran = copy.run(&["run", "recipes/orders-with-lines.yaml", "--sandbox", "--lang", "de", "--input", &input]);
        assert_eq!(ran.code, code, "{case}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(balance), "{case}: {}", ran.out);
    }
}

#[test]
fn credit_notes_meet_their_control_totals_or_are_not_sent() {
    let copy = Copy::new();
    for (case, code, parts) in [
        (
            "good",
            1,
            &[
                "7  eingetragen",
                "1  angehalten",
                "Summe von amount -2.713,83 / -2.713,83 stimmt",
                "Anzahl 8 / 8 stimmt",
            ][..],
        ),
        ("awkward", 1, &["4  eingetragen", "1  angehalten", "Summe von amount -1.739,50 / -1.739,50 stimmt"]),
        ("wrong", 1, &["6  abgelehnt", "2  angehalten", "6 von 8 Datensätzen sind abgelehnt"]),
        ("wrong-total", 1, &["3  abgelehnt", "STIMMT NICHT", "1 Datei, mit der im Ganzen etwas nicht stimmt"]),
    ] {
        let folder = copy.path(&format!("fixtures/credit-notes/{case}"));
        let is_csv = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "csv");
        let input = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).find(is_csv).unwrap();
        let input = input.to_str().unwrap();
        let ran = copy.run(&["run", "recipes/credit-notes.yaml", "--sandbox", "--lang", "de", "--input", input]);
        assert_eq!(ran.code, code, "{case}: {}{}", ran.out, ran.err);
        for part in parts {
            assert!(ran.out.contains(part), "{case}: `{part}` is not in {}", ran.out);
        }
    }
}

/// An office of this test's own, for several runs one after the other.
fn office() -> (Sandbox, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let sandbox = runtime.block_on(Sandbox::start(Options::default())).unwrap();
    (sandbox, runtime)
}

#[test]
fn a_corrected_reject_is_entered_and_nothing_twice() {
    let copy = Copy::new();
    let (office, _runtime) = office();
    let url = office.url();
    let around = [("ERP_URL", url.as_str()), ("ERP_TOKEN", "sandbox-token")];
    let run = |input: &str| {
        let recipe = "recipes/supplier-invoices.yaml";
        copy.run_with(&["run", recipe, "--lang", "de", "--format", "jsonl", "--input", input], &around)
    };
    let balance = |ran: &Ran| -> serde_json::Value { serde_json::from_str(ran.out.lines().last().unwrap()).unwrap() };
    let input = "fixtures/supplier-invoices/good/rechnungen.csv";
    let ran = run(input);
    assert_eq!(balance(&ran)["records_in"]["entered"], 33, "{}", ran.err);

    // The clerk opens the rejects, corrects one value and leaves the further columns as they are.
    let rejects = ".eintrag/reports/run-1/rechnungen.csv.rejects.csv";
    assert!(ran.err.contains(rejects.rsplit('/').next().unwrap()), "{}", ran.err);
    assert!(copy.read(rejects).contains("eintrag: reason"));
    copy.replace(rejects, ";4355.44;", ";4.355,44;");
    let ran = run(rejects);
    let after = balance(&ran);
    assert_eq!(
        (&after["records_in"]["entered"], &after["records_in"]["rejected"]),
        (&1.into(), &4.into()),
        "{}",
        ran.err
    );
    assert!(ran.out.contains(r#""number":"RE-2026-00317""#), "{}", ran.out);

    // The whole file again: what is in stays as it is, what is wrong in it is still wrong.
    let ran = run(input);
    let again = balance(&ran);
    assert_eq!(
        (&again["records_in"]["entered"], &again["records_in"]["unchanged"]),
        (&().into(), &35.into()),
        "{}",
        ran.err
    );
    let taken: Vec<_> =
        office.ledger().into_iter().filter(|write| write.took).filter_map(|write| write.number).collect();
    let mut once = taken.clone();
    once.sort();
    once.dedup();
    assert_eq!((taken.len(), once.len()), (34, 34));
}

#[test]
fn rejects_of_a_workbook_are_a_workbook_that_the_recipe_reads_with_the_same_faults() {
    let copy = Copy::new();
    let (office, _runtime) = office();
    let url = office.url();
    let around = [("ERP_URL", url.as_str()), ("ERP_TOKEN", "sandbox-token")];
    let faults = |input: &str| -> Vec<String> {
        let recipe = "recipes/orders-with-lines.yaml";
        let ran = copy.run_with(&["run", recipe, "--format", "jsonl", "--input", input], &around);
        assert_eq!(ran.code, 1, "{}", ran.err);
        let lines = ran.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let rejected = lines.filter(|line| line["outcome"] == "rejected");
        let told = |line: serde_json::Value| {
            let issues = line["issues"].as_array().unwrap().iter();
            let issues: Vec<String> =
                issues.map(|issue| format!("{} {} {}", issue["field"], issue["code"], issue["value"])).collect();
            format!("{} {}", line["key"], issues.join(", "))
        };
        rejected.map(told).collect()
    };
    let first = faults("fixtures/orders-with-lines/wrong/bestellungen.xlsx");
    assert_eq!(first.len(), 6);
    // Not corrected, each is rejected again and for the same reasons: numbers, days, errors and leading zeros are kept.
    assert_eq!(faults(".eintrag/reports/run-1/bestellungen.xlsx.rejects.xlsx"), first);
}

#[test]
fn a_changed_credit_note_updates_its_draft() {
    let copy = Copy::new();
    let (office, _runtime) = office();
    let url = office.url();
    let run = |input: &str| {
        let around = [("ERP_URL", url.as_str()), ("ERP_KEY", "sandbox-key")];
        copy.run_with(&["run", "recipes/credit-notes.yaml", "--lang", "de", "--input", input], &around)
    };
    let header = "Gutschrift-Nr.;Lieferant;Datum;Betrag;Währung;zu Rechnung;Grund";
    let write = |name: &str, amount: &str| {
        let text =
            format!("{header}\n17;Huber AG;05.03.2026;{amount};EUR;;Retoure\nSumme;;;{amount};;;\nAnzahl;;;1;;;\n");
        fs::write(copy.path(name), text).unwrap();
    };
    write("a.csv", "-100,00");
    let ran = run("a.csv");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    write("b.csv", "-90,00");
    let ran = run("b.csv");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("1  eingetragen"), "{}", ran.out);
    let kinds: Vec<String> = office.ledger().iter().map(|write| format!("{:?}", write.kind)).collect();
    assert_eq!(kinds, ["Create", "Confirm", "Update"]);
}
