//! Recipes and rows for tests, made without YAML and without files.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::date;

use super::{Aside, FileVerdict, Validator};
use crate::diagnostic::{At, SourceText};
use crate::environment::Environment;
use crate::expression::{Expression, Kind, Name, Names, Resolved, Template};
use crate::messages::{self, Language};
use crate::recipe::Recipe;
use crate::recipe::model::{
    Check, Constraints, Control, CsvSource, Expected, Field, Finder, Grouping, KeyField, Locale, OnChange, Retry,
    Source, SourceKind, Total, Type,
};
use crate::record::{Cell, Issue, Judged, Origin, Place, Row};
use crate::source::FileFacts;

/// A field read from the column of its own name.
pub(super) fn field(name: &str, kind: Type) -> Field {
    Field {
        name: name.into(),
        span: 0..0,
        finder: Finder::Column(vec![At::new(name.to_owned(), 0..0)]),
        kind,
        formats: Vec::new(),
        locale: None,
        transforms: Vec::new(),
        map: None,
        default: None,
        constraints: Constraints::default(),
    }
}

/// A field with constraints.
pub(super) fn constrained(name: &str, kind: Type, change: impl FnOnce(&mut Constraints)) -> Field {
    let mut field = field(name, kind);
    change(&mut field.constraints);
    field
}

/// A recipe of these fields in German, whose key is the first of them.
pub(super) fn recipe(fields: Vec<Field>) -> Recipe {
    Recipe {
        text: Arc::new(SourceText { path: "test.yaml".to_owned(), text: String::new() }),
        sha256: String::new(),
        folder: std::path::PathBuf::new(),
        name: "test".into(),
        about: None,
        ledger: "test".into(),
        source: Source {
            kind: SourceKind::Csv(CsvSource::default()),
            locale: Locale::De,
            zone: "Europe/Berlin".to_owned(),
        },
        fields,
        grouping: None,
        checks: Vec::new(),
        control: Vec::new(),
        key: vec![KeyField::Field(0)],
        on_change: OnChange::Hold,
        needs_approval: None,
        send_if_rejected_below: None,
        targets: Vec::new(),
        retry: Retry { attempts: 1, wait: Duration::ZERO, max_wait: Duration::ZERO },
        settle: Duration::ZERO,
        stop_after: None,
        needs: crate::recipe::model::Needs::default(),
    }
}

/// The names that expressions of a recipe may use.
struct RecipeNames<'a>(&'a Recipe);

impl Names for RecipeNames<'_> {
    fn resolve(&self, root: &str, member: Option<&str>) -> Option<Resolved> {
        let found = |name, kind| Some(Resolved { name, kind });
        match (root, member) {
            ("env", Some(variable)) => found(Name::Env(variable.into()), Kind::Text),
            ("lines", None) => {
                let members = self.0.grouping.iter().flat_map(|grouping| &grouping.lines);
                let members = members.map(|at| {
                    let field = &self.0.fields[*at];
                    (Arc::clone(&field.name), field.kind.value_kind())
                });
                found(Name::Lines, Kind::List(Box::new(Kind::Map(members.collect()))))
            }
            ("occurrence", None) => found(Name::Occurrence, Kind::Number),
            ("today", None) => found(Name::Today, Kind::Date),
            (name, None) => {
                let at = self.0.field(name)?;
                found(Name::Field(at), self.0.fields[at].kind.value_kind())
            }
            _ => None,
        }
    }

    fn known(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Recipe {
    /// Adds a computed field.
    pub(super) fn with_computed(mut self, name: &str, kind: Type, template: &str) -> Self {
        let template = Template::new(template, &RecipeNames(&self)).expect("the template is right");
        let mut computed = field(name, kind);
        computed.finder = Finder::Computed(At::new(template, 0..0));
        self.fields.push(computed);
        self
    }

    /// Adds a check.
    pub(super) fn with_check(mut self, check: &str, message: Option<&str>, per_line: bool) -> Self {
        let expression = Expression::new(check, &RecipeNames(&self)).expect("the check is right");
        self.checks.push(Check { check: At::new(expression, 0..0), message: message.map(Arc::from), per_line });
        self
    }

    /// Adds a control total that stands in a footer row.
    pub(super) fn with_footer(mut self, total: Total, caption: &str) -> Self {
        self.control.push(Control { total, expected: Expected::Footer(caption.to_owned()), span: 0..0 });
        self
    }

    /// Adds a control total that the caller states.
    pub(super) fn with_stated(mut self, total: Total, expression: &str) -> Self {
        let expression = Expression::new(expression, &RecipeNames(&self)).expect("the expression is right");
        self.control.push(Control { total, expected: Expected::Equals(expression), span: 0..0 });
        self
    }

    /// Groups rows by these fields.
    pub(super) fn grouped(mut self, one_per: &[&str], same: &[&str], lines: &[&str]) -> Self {
        let places = |names: &[&str]| names.iter().map(|name| self.field(name).expect("the field exists")).collect();
        let grouping =
            Grouping { one_per: places(one_per), same: places(same), lines: places(lines), scattered: false };
        self.grouping = Some(grouping);
        self
    }
}

/// What came of a file.
pub(super) struct Judgement {
    pub(super) judged: Vec<Judged>,
    pub(super) verdict: FileVerdict,
}

/// The facts of a file with this header.
pub(super) fn facts(header: &str) -> FileFacts {
    FileFacts {
        name: "test.csv".into(),
        encoding: None,
        delimiter: Some(';'),
        sheet: None,
        header: header.split(';').map(str::to_owned).collect(),
        header_origin: Some(Origin::line("test.csv", 1)),
        top: Vec::new(),
    }
}

/// A row of text cells.
pub(super) fn text_row(line: u64, cells: &str) -> Row {
    let mut row = Row::new(Origin { file: "test.csv".into(), place: Place::Line(line) });
    cells.split(';').for_each(|cell| row.push(Cell::Text(cell)));
    row
}

/// Judges a file: its first line is the header; cells are separated by semicolons.
pub(super) fn judge(recipe: Recipe, lines: &[&str]) -> Judgement {
    let mut environment = Environment::default();
    environment.set("TOTAL", "119.00");
    let mut validator = Validator::in_environment(Arc::new(recipe), date(2026, 4, 3), environment);
    let mut judged = Vec::new();
    let issues = validator.open(&facts(lines[0])).err().unwrap_or_default();
    assert_eq!(sentences(&issues), Vec::<String>::new(), "the columns are there");
    let rows: Vec<Row> = lines.iter().enumerate().skip(1).map(|(at, line)| text_row(at as u64 + 1, line)).collect();
    rows.iter().for_each(|row| validator.row(row, &mut judged));
    let verdict = validator.close(&mut judged);
    assert_same_alone(&mut validator, lines[0], &rows, (&judged, &verdict));
    Judgement { judged, verdict }
}

/// Where rows can be judged alone, that comes to the same.
fn assert_same_alone(
    validator: &mut Validator,
    header: &str,
    rows: &[Row],
    (expected, verdict): (&[Judged], &FileVerdict),
) {
    validator.open(&facts(header)).unwrap();
    let Some(judge) = validator.row_judge() else { return };
    let mut aside = Aside::default();
    let judged: Vec<Judged> = rows.iter().filter_map(|row| judge.row(row, &mut aside)).collect();
    assert_eq!(format!("{judged:?}"), format!("{expected:?}"));
    validator.take(&aside);
    assert_eq!(format!("{:?}", validator.close(&mut Vec::new())), format!("{verdict:?}"));

    // The short way is taken by good rows only, with the same key and the same totals.
    validator.open(&facts(header)).unwrap();
    let Some(mut judge) = validator.row_judge() else { return };
    let mut aside = Aside::default();
    for row in rows {
        if let Some(key) = judge.key_of_good(row, &mut aside) {
            let of_row = |judged: &&Judged| matches!(judged, Judged::Valid(record) if record.origin == row.origin);
            let Some(Judged::Valid(record)) = judged.iter().find(of_row) else { panic!("{} is not good", row.origin) };
            assert_eq!(key, record.key);
        } else {
            judge.row(row, &mut aside);
        }
    }
    validator.take(&aside);
    assert_eq!(format!("{:?}", validator.close(&mut Vec::new())), format!("{verdict:?}"));
}

/// Issues as staff read them in English.
pub(super) fn sentences(issues: &[Issue]) -> Vec<String> {
    issues.iter().map(|issue| messages::issue(issue, Language::English)).collect()
}

impl Judgement {
    /// Each record in a line: its values, or its issues.
    pub(super) fn lines(&self) -> Vec<String> {
        self.judged
            .iter()
            .flat_map(|judged| match judged {
                Judged::Valid(record) => {
                    let values: Vec<String> = record.fields.iter().map(ToString::to_string).collect();
                    let lines = if record.lines.is_missing() { String::new() } else { format!(" {}", record.lines) };
                    vec![format!("{} {}{lines}", record.origin.place(), values.join("|"))]
                }
                Judged::Rejected(rejected) => sentences(&rejected.issues),
            })
            .collect()
    }

    /// Issues of the file as a whole.
    pub(super) fn file_issues(&self) -> Vec<String> {
        sentences(&self.verdict.issues)
    }
}
