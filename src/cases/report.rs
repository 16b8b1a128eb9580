//! The outcome of cases as JUnit XML, for CI: a suite a recipe, a test case a case.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::suite::{Tried, Verdict};

/// The report of recipes, by name, and their cases.
///
/// # Errors
/// A text that XML cannot hold.
pub fn junit(suites: &[(String, Vec<Tried>)]) -> Result<String, String> {
    let mut report = Report::new("eintrag test");
    for (recipe, cases) in suites {
        let mut suite = TestSuite::new(recipe.as_str());
        for tried in cases {
            let mut case = TestCase::new(tried.case.as_str(), status(&tried.verdict));
            case.set_classname(recipe.as_str()).set_time(tried.time);
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.to_string().map_err(|error| error.to_string())
}

fn status(verdict: &Verdict) -> TestCaseStatus {
    match verdict {
        Verdict::AsExpected | Verdict::Written(_) => TestCaseStatus::success(),
        Verdict::Different(differences) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let all: Vec<String> = differences.iter().map(ToString::to_string).collect();
            status.set_type("different").set_message(counted(all.len(), "difference"));
            status.set_description(all.join("\n"));
            status
        }
        Verdict::Broken(problems) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
            status.set_type("broken").set_message(problems.first().map_or("", |problem| &problem.title));
            status.set_description(all.join("\n\n"));
            status
        }
    }
}

/// `1 difference`, `2 differences`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
