//! A run as JUnit XML, for CI: a test case a record.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde_json::Value as Json;

/// The report of record lines.
///
/// # Errors
/// A text that XML cannot hold.
pub fn junit(name: &str, lines: &[Json]) -> Result<String, String> {
    let mut report = Report::new(name);
    let mut suite = TestSuite::new(name);
    for line in lines {
        let text = |member: &str| line.get(member).and_then(Json::as_str).unwrap_or_default();
        let outcome = text("outcome");
        let status = if matches!(outcome, "entered" | "unchanged" | "valid") {
            TestCaseStatus::success()
        } else {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(outcome).set_message(problem(line));
            status
        };
        let mut case = TestCase::new(format!("{} {}", text("origin"), text("id")), status);
        case.set_classname(name);
        suite.add_test_case(case);
    }
    report.add_test_suite(suite);
    report.to_string().map_err(|error| error.to_string())
}

/// What is wrong with a record, in one line.
fn problem(line: &Json) -> String {
    let reason = line.get("reason").and_then(Json::as_str).map(str::to_owned);
    let issues = line.get("issues").and_then(Json::as_array).into_iter().flatten().map(|issue| {
        let text = |member: &str| issue.get(member).and_then(Json::as_str).unwrap_or_default();
        format!("{} {}: {}", text("at"), text("field"), text("why"))
    });
    reason.into_iter().chain(issues).collect::<Vec<_>>().join("; ")
}
